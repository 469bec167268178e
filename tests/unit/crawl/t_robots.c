/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_robots.c - the cases of tests/data/robots.test, line ends, the limit, delays and sitemaps. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "crawl/robots.h"

static bool allows(const char *text, size_t len, const char *agent, const char *path)
{
	xs_arena *a = xs_arena_new();
	xs_robots r;
	bool yes;

	xs_robots_parse(&r, a, text, len, agent);
	yes = xs_robots_allows(&r, path);
	xs_arena_free(a);
	return yes;
}

/* One line that asks. */
static bool robots_ask(const xs_buf *file, const char *line, int number)
{
	char agent[64], path[256], expected[16];
	bool yes;

	if (sscanf(line, ">>> %63s %255s %15s", agent, path, expected) != 3)
		fail_msg("robots.test:%d is no question", number);
	yes = allows(file->data ? file->data : "", file->len, agent, path);
	if (yes != !strcmp(expected, "allow"))
		print_error("robots.test:%d: %s, found %s\n", number, line,
			    yes ? "allow" : "disallow");
	return yes == !strcmp(expected, "allow") && strlen(expected) >= 5;
}

static void test_lines(void **state)
{
	const char *srcdir = getenv("top_srcdir");
	xs_arena *a = xs_arena_new();
	int number = 0, asked = 0, wrong = 0;
	char *text, *line;
	xs_buf file;

	(void)state;
	xs_buf_init(&file);
	assert_int_equal(xs_file_read(&text, NULL, a,
				      xs_arena_printf(a, "%s/tests/data/robots.test",
						      srcdir ? srcdir : "."),
				      1 << 20),
			 XS_OK);
	while ((line = strsep(&text, "\n"))) {
		number++;
		if (!strcmp(line, "====")) {
			xs_buf_reset(&file);
		} else if (!strncmp(line, ">>> ", 4)) {
			asked++;
			wrong += !robots_ask(&file, line, number);
		} else {
			xs_buf_printf(&file, "%s\n", line);
		}
	}
	assert_true(asked > 80);
	assert_int_equal(wrong, 0);
	xs_buf_fini(&file);
	xs_arena_free(a);
}

static void test_line_ends(void **state)
{
	static const char *const files[] = {
		"User-agent: f\nDisallow: /a\n",
		"User-agent: f\r\nDisallow: /a\r\n",
		"User-agent: f\rDisallow: /a\r",
		"User-agent: f\nDisallow: /a",
		"\xef\xbb\xbfUser-agent: f\nDisallow: /a\n",
		"\tUser-agent:\tf\t\n\tDisallow:\t/a # b",
		"x\0y\nUser-agent: f\nDisallow: /a\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		size_t len = i == 6 ? 31 : strlen(files[i]);

		assert_false(allows(files[i], len, "f", "/a"));
		assert_true(allows(files[i], len, "f", "/b"));
	}
}

/* What stands behind 500 KiB does not count, and half a line neither. */
static void test_limit(void **state)
{
	xs_buf b;

	(void)state;
	xs_buf_init(&b);
	xs_buf_puts(&b, "User-agent: f\nDisallow: /first\n");
	while (b.len < XS_ROBOTS_MAX - 21)
		xs_buf_puts(&b, "#\n");
	while (b.len < XS_ROBOTS_MAX - 11)
		xs_buf_puts(&b, " ");
	xs_buf_puts(&b, "\nDisallow: /middle\nDisallow: /last\n");
	assert_false(allows(b.data, b.len, "f", "/first"));
	assert_true(allows(b.data, b.len, "f", "/middle"));
	assert_true(allows(b.data, b.len, "f", "/other"));
	assert_true(allows(b.data, b.len, "f", "/last"));
	xs_buf_fini(&b);
}

static void test_others(void **state)
{
	static const char text[] =
		"Sitemap: https://a.example/s.xml\nUser-agent: *\nCrawl-delay: 2.5\n"
		"Disallow: /x\nUser-agent: f\nCrawl-delay: no\n"
		"sitemap:/t.xml.gz\nUser-agent: g\nCrawl-delay: -1\n";
	xs_arena *a = xs_arena_new();
	xs_robots r;

	(void)state;
	xs_robots_parse(&r, a, text, strlen(text), "any");
	assert_true(r.delay == 2.5);
	assert_int_equal(r.n_sitemaps, 2);
	assert_string_equal(r.sitemaps[0], "https://a.example/s.xml");
	assert_string_equal(r.sitemaps[1], "/t.xml.gz");
	xs_robots_parse(&r, a, text, strlen(text), "f");
	assert_true(r.delay == 0);
	assert_true(xs_robots_allows(&r, "/x"));
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
