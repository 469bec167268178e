/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_query_parse.c - how questions are read (tests/data/query.test), and their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/question/query_parse.h"
#include "index/words/exact.h"
#include "index/words/phrase.h"
#include "index/xap.h"

static void line_check(xs_arena *a, char *line, int number)
{
	char *arrow = strstr(line, " ->"), *want = arrow + 3;
	xs_parsed q;
	int rc;

	assert_non_null(arrow);
	*arrow = '\0';
	want += *want == ' ';
	rc = xs_query_parse(&q, a, line, NULL);
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
	assert_int_equal(XS_OK,
			 xs_file_read(&text, &len, a,
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
	xs_parsed q;
	xs_buf b;
	int i;

	(void)state;
	xs_buf_init(&b);
	for (i = 0; i < 10000; i++)
		xs_buf_printf(&b, "%sw%d ", i > 300 && i % 3 == 0 ? "+" : "", i);
	xs_buf_puts(&b, "\"w1 w9999\" \"w2 w3\" w4");
	assert_int_equal(XS_OK, xs_query_parse(&q, a, b.data, NULL));
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
	bool page;

	(void)state;
	assert_string_equal("sqlite3open", name);
	assert_true(xs_exact(&page, a, name, &(xs_exact_place){"sqlite3_open", "", "", ""}));
	assert_true(xs_exact(&page, a, name,
			     &(xs_exact_place){"x", "Functions > sqlite3_open()", "", ""}));
	assert_true(xs_exact(&page, a, name, &(xs_exact_place){"x", "", "sqlite3_open", ""}));
	assert_true(xs_exact(&page, a, name,
			     &(xs_exact_place){"x", "", "",
					       "https://a.org/c3ref/sqlite3_open.html?q#b"}));
	assert_true(xs_exact(&page, a, name, &(xs_exact_place){"x", "", "", "sqlite3_open/"}));
	assert_false(xs_exact(&page, a, name,
			      &(xs_exact_place){"sqlite3_open_v2", "sqlite3_open > x", "",
						"https://a.org/b"}));
	assert_false(xs_exact(&page, a, "", &(xs_exact_place){"", "", "", ""}));
	assert_string_equal("a", xs_exact_fold(a, "A\xFF\xC3"));
	assert_true(
		xs_exact(&page, a, "gitrebase", &(xs_exact_place){"git-rebase(1)", "", "", ""}));
	assert_true(xs_exact(&page, a, "dryrun", &(xs_exact_place){"x", "-n, --dry-run", "", ""}));
	assert_true(xs_exact(&page, a, "os.path.join",
			     &(xs_exact_place){"x", "y > os.path.join(path, *paths)", "", ""}));
	assert_true(xs_exact(&page, a, "json", &(xs_exact_place){"x", "", "module-json", ""}));
	assert_true(xs_exact(&page, a, "tokenizers",
			     &(xs_exact_place){"x", "4. Tables > 4.3. Tokenizers", "", ""}));
	assert_true(xs_exact(&page, a, "json", &(xs_exact_place){"JSON", "", "", ""}) && page);
	assert_true(xs_exact(&page, a, "json", &(xs_exact_place){"x", "JSON", "", ""}) && !page);
	assert_false(xs_exact(&page, a, "index",
			      &(xs_exact_place){"x", "", "", "https://a.org/b/index.html"}));
	xs_arena_free(a);
}

static void phrases(void **state)
{
	const char *const apple[] = {"apple", "pie"}, *const twice[] = {"a", "a", "b"};
	const char *const name[] = {"bind", "it"}, *const han[] = {"\xE6\x9D\xB1", "\xE4\xBA\xAC"};

	(void)state;
	assert_true(xs_phrase("An Apple\npie.", apple, 2));
	assert_true(xs_phrase("apple apple pie", apple, 2));
	assert_false(xs_phrase("apple and pie", apple, 2));
	assert_false(xs_phrase("pie apple", apple, 2));
	assert_false(xs_phrase("apple pies", apple, 2));
	assert_false(xs_phrase("apple", apple, 2));
	assert_false(xs_phrase("", apple, 2));
	assert_true(xs_phrase("", apple, 0));
	assert_true(xs_phrase("a a a b", twice, 3));
	assert_false(xs_phrase("a b a", twice, 3));
	assert_true(xs_phrase("to bind it", name, 2));
	assert_false(xs_phrase("sqlite3_bind it", name, 2));
	assert_false(xs_phrase("bind_it", name, 2));
	assert_true(xs_phrase("\xE6\x9D\xB1\xE4\xBA\xAC", han, 2));
}

/* ---- with an index */
/* More words than a stemmer remembers, each twice: none is taken for another, before the memory of
 * words grows, while it does, and after it was emptied. */
static void many_stems(void **state)
{
	xs_arena *a = xs_arena_new();
	char word[16];
	int i;

	(void)state;
	for (i = 0; i < 2 * 70000; i++) {
		snprintf(word, sizeof word, "w%d", i / 2);
		assert_string_equal(word, xs_xap_stem(a, "none", NULL, word));
		if (i % 1000 == 0)
			xs_arena_reset(a);
	}
	assert_string_equal("run", xs_xap_stem(a, "en", NULL, "running"));
	assert_string_equal("run", xs_xap_stem(a, "en", NULL, "running"));
	xs_arena_free(a);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syntax),      cmocka_unit_test(too_many),
		cmocka_unit_test(exact_names), cmocka_unit_test(many_stems),
		cmocka_unit_test(phrases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
