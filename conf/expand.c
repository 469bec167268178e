/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expand.c - ${NAME} in a value, from the environment. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "conf/expand.h"
#include "conf/value.h"

/* The longest value that variables may make.  It is far above any path or list.  Without it a large
 * environment could fill the memory. */
enum { EXPAND_LIMIT = 65536 };

/* Names of the shell.  Any other $ stays, for patterns and passwords have it.  Not isalpha(): which
 * bytes are letters must not depend on the locale. */
static size_t expand_name(const char *s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	/* strchr() would find the NUL that ends `letters`. */
	if (*s == '\0' || !strchr(letters, *s))
		return 0;
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
}

/* One ${...} at `s`; returns what follows it, NULL with *why.  The first brace ends it, so a
 * default can hold neither a brace nor another variable.  A variable that is not set is an error:
 * an empty path or key would do harm without a word. */
static const char *expand_one(xs_buf *out, const char *s, xs_arena *a, const char **why)
{
	size_t len = expand_name(s + 2);
	const char *after = s + 2 + len, *end = strchr(after, '}'), *name, *value;
	bool fallback = len > 0 && strncmp(after, ":-", 2) == 0;

	if (len == 0 || !end || (*after != '}' && !fallback)) {
		*why = xs_arena_printf(a, "expected ${NAME} or ${NAME:-default}, found %s",
				       xs_value_quote(s, a));
		return NULL;
	}
	name = xs_arena_dupn(a, s + 2, len);
	value = getenv(name);
	if (fallback && (!value || *value == '\0')) {
		xs_buf_put(out, after + 2, (size_t)(end - after - 2));
	} else if (value) {
		xs_buf_puts(out, value);
	} else {
		*why = xs_arena_printf(a,
				       "the environment variable %s is not set; ${%s:-default} "
				       "would give it a default, $$ stands for a $",
				       name, name);
		return NULL;
	}
	return end + 1;
}

const char *xs_expand(const char **why, xs_arena *a, const char *text)
{
	const char *s = text, *result = NULL;
	xs_buf out;

	/* The text itself and no copy: value.c and origin.c copy what a setting keeps. */
	if (!strchr(text, '$'))
		return text;
	xs_buf_init(&out);
	/* One pass: what a variable holds is text, and "${" in it is not followed. */
	while (s && *s && out.len <= EXPAND_LIMIT) {
		if (s[0] == '$' && s[1] == '{') {
			s = expand_one(&out, s, a, why);
		} else {
			xs_buf_putc(&out, *s);
			s += s[0] == '$' && s[1] == '$' ? 2 : 1;
		}
	}
	/* `s` is NULL after an error, whose sentence must stay. */
	if (s && out.len > EXPAND_LIMIT)
		*why = xs_arena_printf(a, "a value of more than %d bytes", EXPAND_LIMIT);
	else if (s)
		result = xs_arena_dupn(a, out.data, out.len);
	xs_buf_fini(&out);
	return result;
}
