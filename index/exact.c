/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact.c - names are folded, then compared byte by byte. */
#include "index/exact.h"

#include <string.h>
#include <utf8proc.h>

#include "index/fold.h"

/* Folds the next letter that counts to `out` (4 bytes at most) and moves on; returns its bytes, 0 at the
 * end. */
static size_t exact_next(char *out, const char **name)
{
	while (**name) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)*name, -1, &c);

		*name += used > 0 ? used : 1;
		if (used <= 0 || c <= ' ' || c == '"' || c == 0xA0 || c == 0x201C || c == 0x201D)
			continue;
		return (size_t)utf8proc_encode_char(xs_fold_char(c), (utf8proc_uint8_t *)out);
	}
	return 0;
}

char *xs_exact_fold(xs_arena *a, const char *name)
{
	size_t n = 0, used;
	/* Lower case takes at most a byte more a letter. */
	char *out = xs_arena_alloc(a, strlen(name) * 2 + 1);

	while ((used = exact_next(out + n, &name)))
		n += used;
	if (n >= 2 && strncmp(out + n - 2, "()", 2) == 0)
		n -= 2;
	out[n] = '\0';
	return out;
}

/* Most names differ from the question in their first letter; the others are folded. */
static bool exact_is(xs_arena *a, const char *question, const char *name)
{
	const char *rest = name;
	char first[4];
	size_t n = exact_next(first, &rest);

	return strncmp(question, first, n) == 0 && strcmp(question, xs_exact_fold(a, name)) == 0;
}

static bool exact_url(xs_arena *a, const char *question, const char *url)
{
	char *path = xs_arena_dupn(a, url, strcspn(url, "?#")), *last, *dot;
	size_t n = strlen(path);

	while (n && path[n - 1] == '/')
		path[--n] = '\0';
	last = strrchr(path, '/');
	last = last ? last + 1 : path;
	if (exact_is(a, question, last))
		return true;
	dot = strrchr(last, '.');
	if (!dot)
		return false;
	*dot = '\0';
	return exact_is(a, question, last);
}

bool xs_exact(xs_arena *a, const char *question, const char *title, const char *heading,
	      const char *anchor, const char *url)
{
	const char *last = heading, *next;

	if (!*question)
		return false;
	while ((next = strstr(last, " > ")))
		last = next + 3;
	return exact_is(a, question, title) || exact_is(a, question, heading) ||
	       exact_is(a, question, last) || exact_is(a, question, anchor) ||
	       exact_url(a, question, url);
}
