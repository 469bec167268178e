/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_passage.c - windows over long sections, joining of small ones, counting of words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "index/pages/passage.h"

static const xs_page_options options = {.passage_words = 60, .passage_overlap = 10};

/* Words w0 w1 …, a full stop after each `sentence` words (0: none). */
static void words_put(xs_buf *b, int n, int sentence)
{
	int i;

	for (i = 0; i < n; i++)
		xs_buf_printf(b, "%s%c%d%s", i ? " " : "",
			      sentence && i % sentence == 0 ? 'W' : 'w', i,
			      sentence && (i + 1) % sentence == 0 ? "." : "");
}

static void cut(xs_page *page, xs_arena *a, const char *text, size_t len)
{
	xs_section s = {
		.heading = "H", .name = "H", .anchor = "h", .own = true, .node = 1, .text = text};

	s.len = len;
	xs_passage_cut(page, a, &s, 1, &options);
}

static int first_word(const char *text)
{
	int n = -1;

	assert_int_equal(1, sscanf(text + 1, "%d", &n));
	return n;
}

static int last_word(const char *text)
{
	const char *space = strrchr(text, ' ');

	return first_word(space ? space + 1 : text);
}

/* Whatever the length: every word is in some window, windows overlap, none is too long or short. */
static void test_windows(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_page page;
	xs_buf b;
	size_t i, count;
	int n, sentence;

	(void)state;
	for (sentence = 0; sentence < 30; sentence += 7)
		for (n = 1; n < 400; n += 3) {
			xs_buf_init(&b);
			words_put(&b, n, sentence);
			cut(&page, a, b.data, b.len);
			assert_int_equal(0, first_word(page.passages[0].text));
			assert_int_equal(n - 1, last_word(page.passages[page.n - 1].text));
			for (i = 0; i < page.n; i++) {
				count = xs_passage_words(page.passages[i].text,
							 strlen(page.passages[i].text));
				assert_in_range(count, n < 42 ? n : 30, 66 + 20);
				assert_string_equal("H", page.passages[i].heading);
				assert_string_equal("h", page.passages[i].anchor);
				if (i)
					assert_in_range(last_word(page.passages[i - 1].text) + 1 -
								first_word(page.passages[i].text),
							5, 15);
			}
			xs_buf_fini(&b);
			xs_arena_reset(a);
		}
	xs_arena_free(a);
}

static void test_sentences(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_page page;
	xs_buf b;
	const char *text;
	size_t i;

	(void)state;
	xs_buf_init(&b);
	words_put(&b, 400, 10);
	cut(&page, a, b.data, b.len);
	assert_true(page.n > 4);
	for (i = 0; i < page.n; i++) {
		text = page.passages[i].text;
		assert_int_equal('W', text[0]);
		assert_int_equal('.', text[strlen(text) - 1]);
	}
	xs_buf_fini(&b);
	xs_arena_free(a);
}

static void test_words(void **state)
{
	char longest[300];

	(void)state;
	memset(longest, 'x', sizeof longest);
	assert_int_equal(0, xs_passage_words("", 0));
	assert_int_equal(0, xs_passage_words(" \n ", 3));
	assert_int_equal(3, xs_passage_words("a bb\nccc", 8));
	assert_int_equal(7, xs_passage_words(longest, sizeof longest));
	assert_int_equal(4, xs_passage_words("漢字かな", strlen("漢字かな")));
	assert_int_equal(4, xs_passage_words("ab漢字cd", strlen("ab漢字cd")));
	assert_int_equal(1, xs_passage_words("über", strlen("über")));
}

/* A script without spaces is cut, between characters. */
static void test_wide(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_page page;
	xs_buf b;
	size_t i;

	(void)state;
	xs_buf_init(&b);
	for (i = 0; i < 500; i++)
		xs_buf_puts(&b, "漢");
	cut(&page, a, b.data, b.len);
	assert_in_range(page.n, 8, 12);
	for (i = 0; i < page.n; i++)
		assert_int_equal(0, strlen(page.passages[i].text) % 3);
	xs_buf_fini(&b);
	xs_arena_free(a);
}

static void test_none(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_page page;

	(void)state;
	xs_passage_cut(&page, a, NULL, 0, &options);
	assert_int_equal(1, page.n);
	assert_string_equal("", page.passages[0].text);
	xs_arena_free(a);
}

static xs_section section(const char *name, size_t node, size_t parent, bool own, const char *text)
{
	return (xs_section){name,   name, own ? name : "", own,	 node,
			    parent, text, strlen(text),	   NULL, 0};
}

/* Small sections join their like; those with an anchor stay. */
static void test_small(void **state)
{
	xs_section sections[] = {
		section("", 0, 0, false, "intro"), section("a", 1, 0, false, "aa"),
		section("b", 2, 0, false, "bb"),   section("c", 3, 0, true, "cc"),
		section("d", 4, 3, false, "dd"),   section("e", 5, 0, false, "ee"),
		section("f", 6, 0, true, "ff"),
	};
	xs_arena *a = xs_arena_new();
	xs_page page;

	(void)state;
	xs_passage_cut(&page, a, sections, 7, &options);
	assert_int_equal(3, page.n);
	assert_string_equal("intro a aa b bb", page.passages[0].text);
	assert_string_equal("", page.passages[0].heading);
	assert_string_equal("cc d dd e ee", page.passages[1].text);
	assert_string_equal("c", page.passages[1].anchor);
	assert_string_equal("ff", page.passages[2].text);
	xs_arena_free(a);
}

/* What words count goes with them into windows. */
static void test_weights(void **state)
{
	const xs_page_options small = {.max_bytes = 1, .passage_words = 4, .passage_overlap = 1};
	xs_weighted weights[] = {{0, 3, 8}, {10, 20, 2}};
	xs_section one = section("", 0, 0, true, "a b. c d e. f g h. i j");
	xs_arena *a = xs_arena_new();
	xs_page page;

	(void)state;
	one.weights = weights;
	one.n_weights = 2;
	xs_passage_cut(&page, a, &one, 1, &small);
	assert_int_equal(3, page.n);
	assert_string_equal("a b. c d", page.passages[0].text);
	assert_string_equal("0 3 8\n", page.passages[0].weights);
	assert_string_equal("d e. f g", page.passages[1].text);
	assert_string_equal("3 5 2\n", page.passages[1].weights);
	assert_string_equal("g h. i j", page.passages[2].text);
	assert_string_equal("0 8 2\n", page.passages[2].weights);
	xs_arena_free(a);
}

/* Settings that make no sense still cut, and end. */
static void test_settings(void **state)
{
	static const xs_page_options odd[] = {{.passage_words = 1},
					      {.passage_words = 1, .passage_overlap = 1000},
					      {.passage_words = 2, .passage_overlap = 1},
					      {.passage_words = 10, .passage_overlap = 1000},
					      {.passage_words = 3, .passage_overlap = 2}};
	xs_section s = section("h", 1, 0, true, "a b c d e f. G h i j k l m n o p q r s t");
	xs_arena *a = xs_arena_new();
	xs_page page;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
		xs_passage_cut(&page, a, &s, 1, &odd[i]);
		assert_in_range(page.n, 1, 20);
		assert_int_equal('t', page.passages[page.n - 1]
					      .text[strlen(page.passages[page.n - 1].text) - 1]);
	}
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows), cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_words),	cmocka_unit_test(test_wide),
		cmocka_unit_test(test_none),	cmocka_unit_test(test_small),
		cmocka_unit_test(test_weights), cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
