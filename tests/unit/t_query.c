/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_query.c - how questions are read (tests/data/query.test), and what they find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/exact.h"
#include "index/query_parse.h"
#include "index/xap.h"

static const xs_xap_options options = {"en", 3, 2};
static char folder[64];

static void line_check(xs_arena *a, char *line, int number)
{
	char *arrow = strstr(line, " ->"), *want = arrow + 3;
	xs_query q;
	int rc;

	assert_non_null(arrow);
	*arrow = '\0';
	want += *want == ' ';
	rc = xs_query_parse(&q, a, line, false);
	if (*want == '!') {
		if (rc != XS_EINPUT || !strstr(xs_error(), want + 1))
			fail_msg("line %d: %s: code %d, %s", number, line, rc, xs_error());
		return;
	}
	if (rc < 0 || strcmp(xs_query_describe(a, &q, 1), want) != 0)
		fail_msg("line %d: %s: \"%s\", expected \"%s\"", number, line,
			 rc < 0 ? xs_error() : xs_query_describe(a, &q, 1), want);
}

static void syntax(void **state)
{
	const char *top = getenv("top_srcdir");
	xs_arena *a = xs_arena_new();
	char *text, *line, *next;
	size_t len;
	int number = 1;

	(void)state;
	assert_int_equal(XS_OK, xs_file_read(&text, &len, a,
					     xs_file_join(a, top ? top : ".", "tests/data/query.test"),
					     1 << 20));
	for (line = text; line && *line; line = next, number++) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line != '#')
			line_check(a, line, number);
	}
	assert_true(number > 40);
	xs_arena_free(a);
}

static void too_many(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_query q;
	xs_buf b;
	int i;

	(void)state;
	xs_buf_init(&b);
	for (i = 0; i < 10000; i++)
		xs_buf_printf(&b, "%sw%d ", i > 300 && i % 3 == 0 ? "+" : "", i);
	xs_buf_puts(&b, "\"w1 w9999\" \"w2 w3\" w4");
	assert_int_equal(XS_OK, xs_query_parse(&q, a, b.data, false));
	assert_true(q.cut);
	assert_int_equal(XS_QUERY_WORDS + 2, q.n); /* and the phrase of known words, and w4 again */
	assert_true(strlen(xs_query_describe(a, &q, 1)) < 2100);
	xs_buf_fini(&b);
	xs_arena_free(a);
}

static void exact_names(void **state)
{
	xs_arena *a = xs_arena_new();
	const char *name = xs_exact_fold(a, " SQLite3_Open () ");

	(void)state;
	assert_string_equal("sqlite3_open", name);
	assert_true(xs_exact(a, name, "sqlite3_open", "", "", ""));
	assert_true(xs_exact(a, name, "x", "Functions > sqlite3_open()", "", ""));
	assert_true(xs_exact(a, name, "x", "", "sqlite3_open", ""));
	assert_true(xs_exact(a, name, "x", "", "", "https://a.org/c3ref/sqlite3_open.html?q#b"));
	assert_true(xs_exact(a, name, "x", "", "", "sqlite3_open/"));
	assert_false(xs_exact(a, name, "sqlite3_open_v2", "sqlite3_open > x", "", "https://a.org/b"));
	assert_false(xs_exact(a, "", "", "", "", ""));
	assert_string_equal("a", xs_exact_fold(a, "A\xFF\xC3"));
	xs_arena_free(a);
}
