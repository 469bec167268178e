/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_frontier.c - what a crawl keeps, run after run; how polite it is; which addresses are its own. */
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

#include "crawl/frontier.h"
#include "crawl/polite.h"
#include "crawl/scope.h"
#include "tests/unit/shared/folder.h"

static char path[96];

static int setup(void **state)
{
	int rc = folder_set_up(state);

	snprintf(path, sizeof path, "%s/crawl.db", folder);
	return rc;
}

#define START "http://a/"

static xs_frontier *begin(bool resumes)
{
	xs_frontier *f;
	bool resumed;

	assert_int_equal(xs_frontier_open(&f, path), XS_OK);
	assert_int_equal(xs_frontier_begin(&resumed, f, START, 1), XS_OK);
	assert_int_equal(resumed, resumes);
	return f;
}

static bool add(xs_frontier *f, const char *url, int depth)
{
	const xs_visit v = {.url = url, .origin = "http://a:80", .depth = depth};
	bool added;

	assert_int_equal(xs_frontier_add(&added, f, &v, strchr(url, '?') ? "http://a/q" : ""),
			 XS_OK);
	return added;
}

/* Takes the next one, which must be this; NULL: there must be none. */
static xs_visit next(xs_frontier *f, xs_arena *a, const char *url, int64_t now)
{
	xs_visit v = {0};
	int rc = xs_frontier_next(&v, a, f, "http://a:80", now);

	assert_int_equal(rc, url ? XS_OK : XS_ENOTFOUND);
	if (url)
		assert_string_equal(v.url, url);
	return v;
}

static void page(xs_frontier *f, xs_visit *v, const char *bytes)
{
	v->state = XS_VISIT_PAGE;
	v->etag = "\"e\"";
	v->size = (int64_t)strlen(bytes);
	v->hash[0] = UINT64_MAX;
	assert_int_equal(xs_frontier_keep(f, v->id, bytes, strlen(bytes), "http://a/x\n"), XS_OK);
	assert_int_equal(xs_frontier_done(f, v), XS_OK);
}

static void test_order(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_frontier *f = begin(false);
	xs_visit v;
	size_t n;

	(void)state;
	assert_true(add(f, "http://a/deep", 2));
	assert_true(add(f, "http://a/", 0));
	assert_true(add(f, "http://a/one", 1));
	assert_false(add(f, "http://a/one", 0));
	assert_true(add(f, "http://a/q?1", 3));
	assert_true(add(f, "http://a/q?2", 3));
	assert_int_equal(xs_frontier_variants(&n, f, "http://a/q"), XS_OK);
	assert_int_equal(n, 2);
	assert_int_equal(xs_frontier_count(f).waiting, 5);
	v = next(f, a, "http://a/", 100);
	v.tries = 1;
	v.reason = "busy";
	assert_int_equal(xs_frontier_later(f, &v, 200), XS_OK);
	next(f, a, "http://a/one", 100);
	next(f, a, "http://a/deep", 100);
	next(f, a, "http://a/q?1", 200);
	next(f, a, "http://a/q?2", 200);
	/* What failed comes last. */
	next(f, a, NULL, 199);
	v = next(f, a, "http://a/", 200);
	assert_int_equal(v.tries, 1);
	next(f, a, NULL, 200);
	xs_frontier_close(f);
	xs_arena_free(a);
}

/* What was not saved is done again; what was on its way, too. */
static void test_killed(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_frontier *f = begin(false);
	xs_visit v;
	char *bytes;
	size_t len;

	(void)state;
	add(f, "http://a/", 0);
	add(f, "http://a/one", 1);
	v = next(f, a, "http://a/", 0);
	page(f, &v, "hello");
	next(f, a, "http://a/one", 0);
	assert_int_equal(xs_frontier_save(f), XS_OK);
	add(f, "http://a/two", 2);
	xs_frontier_close(f);

	f = begin(true);
	assert_int_equal(xs_frontier_count(f).seen, 2);
	assert_int_equal(xs_frontier_count(f).waiting, 1);
	assert_false(add(f, "http://a/", 0));
	assert_true(add(f, "http://a/two", 2));
	next(f, a, "http://a/one", 0);
	next(f, a, "http://a/two", 0);
	assert_int_equal(xs_frontier_find(&v, a, f, "http://a/"), XS_OK);
	assert_true(v.kept);
	assert_true(v.hash[0] == UINT64_MAX);
	assert_int_equal(xs_frontier_body(&bytes, &len, a, f, v.id), XS_OK);
	assert_int_equal(len, 5);
	assert_string_equal(bytes, "hello");
	assert_int_equal(xs_frontier_body(&bytes, &len, a, f, 12345), XS_EIO);
	xs_frontier_close(f);
	xs_arena_free(a);
}

static void test_runs(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_frontier *f = begin(false);
	xs_visit v, *list;
	const char *links;
	size_t n;
	bool resumed;

	(void)state;
	add(f, "http://a/", 0);
	add(f, "http://a/gone", 1);
	add(f, "http://a/ill", 1);
	for (int i = 0; i < 3; i++) {
		const char *const urls[] = {"http://a/", "http://a/gone", "http://a/ill"};

		v = next(f, a, urls[i], 0);
		page(f, &v, urls[i]);
	}
	assert_int_equal(xs_frontier_end(&n, f, 0), XS_OK);
	assert_int_equal(n, 0);
	xs_frontier_close(f);

	/* The second run does not see one, and one fails. */
	f = begin(false);
	assert_int_equal(xs_frontier_count(f).seen, 0);
	add(f, "http://a/", 0);
	add(f, "http://a/ill", 1);
	v = next(f, a, "http://a/", 0);
	assert_string_equal(v.etag, "\"e\"");
	assert_true(v.kept);
	assert_int_equal(xs_frontier_links(&links, a, f, v.id), XS_OK);
	assert_string_equal(links, "http://a/x\n");
	assert_int_equal(xs_frontier_done(f, &v), XS_OK);
	v = next(f, a, "http://a/ill", 0);
	v.state = XS_VISIT_FAILED;
	v.failed = 1000;
	v.reason = "no answer";
	assert_int_equal(xs_frontier_done(f, &v), XS_OK);
	assert_int_equal(xs_frontier_count(f).failed, 1);
	assert_int_equal(xs_frontier_end(&n, f, 999), XS_OK);
	assert_int_equal(n, 0);
	assert_int_equal(xs_frontier_list(&list, &n, a, f), XS_OK);
	assert_int_equal(n, 2);
	assert_string_equal(list[1].url, "http://a/ill");
	assert_true(list[1].state == XS_VISIT_FAILED && list[1].kept);
	xs_frontier_close(f);

	/* With other rules a run that did not end is not gone on with. */
	f = begin(false);
	add(f, "http://a/", 0);
	xs_frontier_save(f);
	assert_int_equal(xs_frontier_begin(&resumed, f, START, 1), XS_OK);
	assert_true(resumed);
	assert_int_equal(xs_frontier_begin(&resumed, f, START, 2), XS_OK);
	assert_false(resumed);
	next(f, a, NULL, 0);
	/* Failing for too long. */
	add(f, "http://a/ill", 1);
	v = next(f, a, "http://a/ill", 0);
	v.state = XS_VISIT_FAILED;
	assert_int_equal(xs_frontier_done(f, &v), XS_OK);
	assert_int_equal(xs_frontier_end(&n, f, 1001), XS_OK);
	assert_int_equal(n, 1);
	assert_int_equal(xs_frontier_list(&list, &n, a, f), XS_OK);
	assert_int_equal(n, 0);
	xs_frontier_close(f);
	xs_arena_free(a);
}

static void test_robots(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_frontier *f = begin(false);
	const char *text;
	int64_t at;
	size_t len;
	int status;

	(void)state;
	assert_int_equal(xs_frontier_robots(&status, &at, &text, &len, a, f, "o"), XS_ENOTFOUND);
	assert_int_equal(xs_frontier_set_robots(f, "o", 200, 5, "a\0b", 3), XS_OK);
	assert_int_equal(xs_frontier_robots(&status, &at, &text, &len, a, f, "o"), XS_OK);
	assert_int_equal(status, 200);
	assert_int_equal(at, 5);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 3);
	xs_frontier_close(f);
	xs_arena_free(a);
}

enum { MS = 1000000 };

static void test_polite(void **state)
{
	xs_polite p;
	int64_t now = 0;

	(void)state;
	xs_polite_init(&p, 100, 3, 0);
	assert_true(xs_polite_ready(&p, now));
	xs_polite_begin(&p, now);
	assert_false(xs_polite_ready(&p, now + 1000 * (int64_t)MS));
	xs_polite_end(&p, now + 10 * MS, 10, false, -1);
	assert_false(xs_polite_ready(&p, now + 99 * MS));
	assert_true(xs_polite_ready(&p, now + 100 * MS));
	/* After good answers more at once, up to what is set. */
	for (int i = 0; i < 100; i++) {
		now += 1000 * (int64_t)MS;
		xs_polite_begin(&p, now);
		xs_polite_end(&p, now, 10, false, -1);
	}
	assert_int_equal(p.allowed, 3);
	/* Trouble: one, and slower each time, up to a minute. */
	for (int i = 0; i < 10; i++) {
		xs_polite_begin(&p, now);
		xs_polite_end(&p, now, 10, true, -1);
		assert_int_equal(p.allowed, 1);
	}
	assert_false(xs_polite_ready(&p, now + 59999 * (int64_t)MS));
	assert_true(p.delay_ms <= 60000);
	now = p.next_ns;
	xs_polite_begin(&p, now);
	xs_polite_end(&p, now, 10, false, 300);
	assert_false(xs_polite_ready(&p, now + 299999 * (int64_t)MS));
	/* robots.txt asks for two seconds. */
	xs_polite_init(&p, 100, 3, 2);
	assert_int_equal(p.most, 1);
	assert_true(p.least_ms == 2000);
}

static void test_scope(void **state)
{
	static const char *const hosts[] = {"www.a.example", "b.example:8080", NULL},
				 *const include[] = {"*.html", "*/", "", NULL},
				 *const exclude[] = {"old/*", NULL},
				 *const wrong[] = {"http://a/", NULL};
	xs_crawl_settings set = {.start = "HTTPS://A.example:443/docs/start.html?x#y",
				 .hosts = hosts};
	xs_arena *a = xs_arena_new();
	xs_scope s;

	(void)state;
	assert_int_equal(xs_scope_init(&s, a, &set), XS_OK);
	assert_string_equal(s.start, "https://a.example/docs/start.html?x");
	assert_string_equal(s.folder, "/docs/");
	assert_true(xs_scope_has(&s, s.start));
	assert_true(xs_scope_has(&s, "https://a.example/docs/b/c"));
	assert_true(xs_scope_has(&s, "http://a.example/docs/b/c"));
	assert_false(xs_scope_has(&s, "https://a.example/other"));
	assert_false(xs_scope_has(&s, "https://a.example:8443/docs/"));
	assert_false(xs_scope_has(&s, "https://a.example.org/docs/"));
	assert_true(xs_scope_has(&s, "https://www.a.example/any"));
	assert_true(xs_scope_has(&s, "http://b.example:8080/any"));
	assert_false(xs_scope_has(&s, "http://b.example/any"));
	assert_true(xs_scope_own(&s, "https://a.example/x"));
	assert_false(xs_scope_own(&s, "http://a.example/x"));
	assert_false(xs_scope_own(&s, "https://www.a.example/x"));
	assert_string_equal(xs_scope_path(&s, "https://a.example/docs/b/c"), "b/c");
	assert_string_equal(xs_scope_path(&s, "https://www.a.example/any"), "any");
	set.include = include;
	set.exclude = exclude;
	assert_true(xs_scope_has(&s, "https://a.example/docs/b/c.html"));
	assert_false(xs_scope_has(&s, "https://a.example/docs/b/c.txt"));
	assert_false(xs_scope_has(&s, "https://a.example/docs/old/c.html"));
	assert_true(xs_scope_has(&s, s.start));
	assert_false(xs_scope_listed(&s, s.start));
	set.hosts = wrong;
	assert_int_equal(xs_scope_init(&s, a, &set), XS_EINPUT);
	set.start = "ftp://a/";
	assert_int_equal(xs_scope_init(&s, a, &set), XS_EINPUT);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(test_killed, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(test_runs, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(test_robots, setup, folder_tear_down),
		cmocka_unit_test(test_polite),
		cmocka_unit_test(test_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
