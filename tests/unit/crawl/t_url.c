/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_url.c - the lines of tests/data/url.test; hosts, shapes, parts that repeat. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "crawl/url.h"

static const char *const dropped[] = {"utm_*", "*sessid", "sessionid", "jsessionid", NULL};

/* One line; returns whether it gave what it should, and gives the same again. */
static bool url_line(char *line, int number)
{
	xs_arena *a = xs_arena_new();
	const char *base = strsep(&line, "|"), *link = strsep(&line, "|"), *out = "none",
		   *again = "none";
	xs_url_rules rules = {0};
	bool right;

	if (!strncmp(link, "drop ", 5)) {
		rules.drop = dropped;
		link += 5;
	} else if (!strncmp(link, "sort ", 5)) {
		rules.sort = true;
		link += 5;
	}
	if (xs_url_resolve(&out, a, strcmp(base, "-") ? base : NULL, link, &rules) != XS_OK)
		out = "none";
	else if (xs_url_resolve(&again, a, NULL, out, &rules) != XS_OK || strcmp(out, again) != 0)
		fail_msg("url.test:%d: %s is %s the second time", number, out, again);
	right = !strcmp(out, line);
	if (!right)
		print_error("url.test:%d: %s gave %s, expected %s\n", number, link, out, line);
	xs_arena_free(a);
	return right;
}

static void test_lines(void **state)
{
	const char *srcdir = getenv("top_srcdir");
	xs_arena *a = xs_arena_new();
	int number = 0, wrong = 0;
	char *text, *line;

	(void)state;
	assert_int_equal(xs_file_read(&text, NULL, a,
				      xs_arena_printf(a, "%s/tests/data/url.test",
						      srcdir ? srcdir : "."),
				      1 << 20),
			 XS_OK);
	while ((line = strsep(&text, "\n"))) {
		number++;
		if (*line && *line != '#')
			wrong += !url_line(line, number);
	}
	assert_true(number > 60);
	assert_int_equal(wrong, 0);
	xs_arena_free(a);
}

static void test_long(void **state)
{
	xs_arena *a = xs_arena_new();
	char *text = xs_arena_alloc(a, 20000);
	const char *out;

	(void)state;
	memset(text, 'a', 19999);
	assert_int_equal(xs_url_resolve(&out, a, "http://a/", text, NULL), XS_EINPUT);
	text[3000] = '\0';
	assert_int_equal(xs_url_resolve(&out, a, "http://a/", text, NULL), XS_EINPUT);
	text[1000] = '\0';
	assert_int_equal(xs_url_resolve(&out, a, "http://a/", text, NULL), XS_OK);
	xs_arena_free(a);
}

static void test_parts(void **state)
{
	xs_arena *a = xs_arena_new();

	(void)state;
	assert_string_equal(xs_url_host(a, "https://a.b/c"), "a.b:443");
	assert_string_equal(xs_url_host(a, "http://a.b/c"), "a.b:80");
	assert_string_equal(xs_url_host(a, "http://a.b:8080/c"), "a.b:8080");
	assert_string_equal(xs_url_host(a, "http://[::1]/c"), "[::1]:80");
	assert_string_equal(xs_url_host(a, "http://[::1]:81/c"), "[::1]:81");
	assert_string_equal(xs_url_origin(a, "http://a.b/c"), "http://a.b:80");
	assert_string_equal(xs_url_path("http://a.b/c?d"), "/c?d");
	assert_string_equal(xs_url_shape(a, "http://a1/cal/2024/05/x?m=5&y=2024"),
			    "http://a1/cal/0/0/x?m&y");
	assert_string_equal(xs_url_shape(a, "http://a1/cal/12345"), "http://a1/cal/0");
	assert_string_equal(xs_url_shape(a, "http://a/?b"), "http://a/?b");
	xs_arena_free(a);
}

static void test_parameters(void **state)
{
	xs_arena *a = xs_arena_new();
	const char *query = "", *out;

	(void)state;
	for (int i = 0; i < 300; i++)
		query = xs_arena_printf(a, "%s%sp%d=1", query, i ? "&" : "http://a/?", i);
	assert_int_equal(xs_url_resolve(&out, a, NULL, query, NULL), XS_OK);
	assert_string_equal(out, query);
	xs_arena_free(a);
}

static void test_repeats(void **state)
{
	(void)state;
	assert_false(xs_url_repeats("http://a/b/c/b/c/b/c/d"));
	assert_true(xs_url_repeats("http://a/b/c/b/c/b/c/b/d"));
	assert_false(xs_url_repeats("http://a/?b/b/b/b/b/b"));
	assert_false(xs_url_repeats("http://a////b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),	cmocka_unit_test(test_long),
		cmocka_unit_test(test_parts),	cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
