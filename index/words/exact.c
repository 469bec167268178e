/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact.c - names are folded, then compared byte by byte. */
#define _GNU_SOURCE
#include "index/words/exact.h"

#include <string.h>
#include <utf8proc.h>

#include "index/words/fold.h"

/* Longer names are sentences. */
enum { EXACT_MAX = 200 };

/* Whether a character may be missing in a name that is typed: "git rebase" is git-rebase. */
static bool exact_passed_over(int c)
{
	return c <= ' ' || c == '"' || c == 0xA0 || c == 0x201C || c == 0x201D || c == '-' ||
	       c == '_' || c == 0x2010 || c == 0x2011;
}

char *xs_exact_fold(xs_arena *a, const char *name)
{
	size_t n = 0, room = strlen(name) * 4 + 17;
	char *out = xs_arena_alloc(a, room), *plain = xs_arena_alloc(a, room);

	while (*name) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)name, -1, &c);

		/* Names of pages are UTF-8, but a question may be anything. */
		name += used > 0 ? used : 1;
		if (used > 0 && !exact_passed_over(c))
			n += (size_t)utf8proc_encode_char(xs_fold_char(c),
							  (utf8proc_uint8_t *)out + n);
	}
	/* The marks of a question first, then a function's "()": in "len()?" both end the name. */
	while (n && strchr("?!.,;:", out[n - 1]))
		n--;
	if (n >= 2 && strncmp(out + n - 2, "()", 2) == 0)
		n -= 2;
	xs_fold_marks(plain, room, out, n, "");
	return plain;
}

/* Who takes the names of one passage. */
typedef struct exact_taker {
	xs_arena *a;
	xs_exact_take *take;
	void *user;
	bool page;
} exact_taker;

static void exact_give(const exact_taker *t, const char *name, size_t n)
{
	const char *folded;

	if (!n || n > EXACT_MAX)
		return;
	folded = xs_exact_fold(t->a, xs_arena_dupn(t->a, name, n));
	if (*folded)
		t->take(t->user, folded, t->page);
}

/* A name, and what is left of it before what explains it: "os.path" of "os.path — Pathnames",
 * "git-rebase" of "git-rebase(1)". */
static void exact_titles(const exact_taker *t, const char *title)
{
	static const char *const ends[] = {" — ", " – ", " - ", " | ", "("};
	const char *at;
	size_t i;

	exact_give(t, title, strlen(title));
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if ((at = strstr(title, ends[i])))
			exact_give(t, title, (size_t)(at - title));
}

/* The last part of a URL's path, with and without its extension.  An index page is named by nobody. */
static void exact_url(const exact_taker *t, const char *url)
{
	size_t n = strcspn(url, "?#"), from;
	const char *dot;

	while (n && url[n - 1] == '/')
		n--;
	for (from = n; from && url[from - 1] != '/'; from--)
		;
	exact_give(t, url + from, n - from);
	dot = memrchr(url + from, '.', n - from);
	if (dot && strncmp(url + from, "index.", 6) != 0)
		exact_give(t, url + from, (size_t)(dot - url - (ptrdiff_t)from));
}

/* Behind a number such as "4.3." and words that a generator puts before a name. */
static const char *exact_begin(const char *name)
{
	static const char *const words[] = {"class ",	    "exception ", "async ",   "static ",
					    "classmethod ", "abstract ",  "function "};
	const char *p = name + strspn(name, "0123456789.");
	size_t i;

	name = p > name && *p == ' ' ? p + 1 : name;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (!strncmp(name, words[i], strlen(words[i])))
			return name + strlen(words[i]);
	return name;
}

/* One of the names of a heading: all of it, and what stands before its arguments. */
static void exact_entry(const exact_taker *t, const char *entry, size_t n)
{
	size_t end;

	exact_give(t, entry, n);
	for (end = 0; end < n && !strchr("([=<{", entry[end]); end++)
		;
	if (end && end < n)
		exact_give(t, entry, end);
}

static void exact_heading(const exact_taker *t, const char *heading)
{
	const char *last = heading, *next;

	if (strstr(heading, " > "))
		exact_give(t, heading, strlen(heading));
	/* A heading comes with those above it; the last is its own. */
	while ((next = strstr(last, " > ")))
		last = next + 3;
	last = exact_begin(last);
	/* All of it before its parts: a comma may stand between arguments. */
	exact_entry(t, last, strlen(last));
	if (!strstr(last, ", "))
		return;
	for (; (next = strstr(last, ", ")); last = next + 2)
		exact_entry(t, last, (size_t)(next - last));
	exact_entry(t, last, strlen(last));
}

void xs_exact_names(xs_arena *a, const xs_exact_place *place, xs_exact_take *take, void *user)
{
	static const char module[] = "module-"; /* Sphinx puts it before a module's id */
	exact_taker t = {a, take, user, true};

	exact_titles(&t, place->title);
	exact_url(&t, place->url);
	t.page = false;
	exact_heading(&t, place->heading);
	exact_give(&t, place->anchor, strlen(place->anchor));
	if (!strncmp(place->anchor, module, strlen(module)))
		exact_give(&t, place->anchor + strlen(module),
			   strlen(place->anchor + strlen(module)));
}

typedef struct exact_question {
	const char *question;
	bool found, page;
} exact_question;

static void exact_compare(void *user, const char *name, bool page)
{
	exact_question *q = user;

	if (strcmp(name, q->question) != 0)
		return;
	q->found = true;
	q->page |= page;
}

bool xs_exact(bool *page, xs_arena *a, const char *question, const xs_exact_place *place)
{
	exact_question q = {question, false, false};

	if (*question)
		xs_exact_names(a, place, exact_compare, &q);
	*page = q.page;
	return q.found;
}
