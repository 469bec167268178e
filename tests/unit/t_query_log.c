/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_query_log.c - what is asked, kept and told again. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "index/query_log.h"
#include "tests/unit/shared/folder.h"

static char path[96];

static int setup(void **state)
{
	int rc = folder_set_up(state);

	snprintf(path, sizeof path, "%s/queries.db", folder);
	return rc;
}

static void ask(xs_query_log *log, uint64_t search, const char *query, const char *scope,
		size_t results, double ms)
{
	const xs_query_entry e = {.search = search,
				  .at = 1000 + (int64_t)search % 1000,
				  .query = query,
				  .scope = scope,
				  .results = results,
				  .page = 1,
				  .ms = ms,
				  .rerank = "full"};

	xs_query_log_add(log, &e);
}

static void reports(void **state)
{
	xs_query_log *log = xs_query_log_open(path, 1000);
	xs_arena *a = xs_arena_new();
	xs_query_totals totals;
	xs_query_row *rows;
	size_t n;

	(void)state;
	assert_int_equal(XS_ENOTFOUND,
			 xs_query_log_report(&rows, &n, a, path, XS_REPORT_TOP, 0, 10));
	ask(log, 1, "Caf\xC3\xA9  Menu", "", 5, 10);
	ask(log, UINT64_MAX, "cafe menu", "", 5, 30);
	ask(log, 3, "nothing such", "", 0, 5);
	xs_query_log_click(log, 1, "https://a.org/menu", 2);
	xs_query_log_click(log, 1, "https://a.org/menu", 2); /* again: counts once */
	xs_query_log_click(log, 4, "https://a.org/menu", 1); /* of no search */
	xs_query_log_flush(log);
	assert_int_equal(XS_OK, xs_query_log_report(&rows, &n, a, path, XS_REPORT_TOP, 0, 10));
	assert_int_equal(2, n);
	assert_int_equal(2, rows[0].times);
	assert_int_equal(1, rows[0].clicks);
	assert_true(rows[0].slowest == 30 && rows[0].ms == 20);
	assert_int_equal(XS_OK, xs_query_log_report(&rows, &n, a, path, XS_REPORT_FAILING, 0, 10));
	assert_int_equal(1, n);
	assert_string_equal("nothing such", rows[0].query);
	assert_int_equal(XS_OK, xs_query_log_report(&rows, &n, a, path, XS_REPORT_SLOW, 0, 1));
	assert_int_equal(1, n);
	assert_true(rows[0].slowest == 30);
	assert_int_equal(XS_OK, xs_query_log_report(&rows, &n, a, path, XS_REPORT_CLICKS, 0, 10));
	assert_int_equal(1, n);
	assert_string_equal("https://a.org/menu", rows[0].url);
	assert_true(rows[0].rank == 2);
	assert_int_equal(XS_OK, xs_query_log_totals(&totals, path, 0));
	assert_int_equal(3, totals.searches);
	assert_int_equal(1, totals.failing);
	assert_int_equal(1, totals.clicks);
	assert_int_equal(XS_OK, xs_query_log_totals(&totals, path, 1003));
	assert_int_equal(1, totals.searches);
	assert_int_equal(0, xs_query_log_lost(log));
	xs_query_log_close(log);
	xs_arena_free(a);
}

static void past(void **state)
{
	xs_query_log *log = xs_query_log_open(path, 1000);
	xs_arena *a = xs_arena_new();
	const char *out[4];

	(void)state;
	ask(log, 1,
	    "\xC3\x9C"
	    "ber uns",
	    "", 5, 1);
	ask(log, 2, "uber uns", "", 5, 1);
	ask(log, 3, "uber alles", "", 5, 1);
	ask(log, 4, "uber nichts", "", 0, 1);
	ask(log, 5, "uber nichts", "", 0, 1);
	ask(log, 6, "ubersee", "staff", 5, 1);
	ask(log, 7, "ubersee", "staff", 5, 1);
	xs_query_log_flush(log);
	assert_int_equal(1, xs_query_log_past(out, 4, a, log, "", "UBER", 2));
	assert_string_equal("uber uns", out[0]);
	assert_int_equal(2, xs_query_log_past(out, 4, a, log, "",
					      "\xC3\xBC"
					      "ber",
					      1));
	assert_string_equal("uber uns", out[0]);
	assert_int_equal(1, xs_query_log_past(out, 1, a, log, "", "uber", 1));
	assert_int_equal(1, xs_query_log_past(out, 4, a, log, "staff", "uber", 2));
	assert_string_equal("ubersee", out[0]);
	assert_int_equal(0, xs_query_log_past(out, 4, a, log, "", "", 1));
	assert_int_equal(0, xs_query_log_past(out, 4, a, log, "", "uber", 0));
	assert_int_equal(0, xs_query_log_past(out, 4, a, log, "", "uber%", 1));
	xs_query_log_close(log);
	xs_arena_free(a);
}

static void bounded(void **state)
{
	xs_query_log *log = xs_query_log_open(path, 100);
	xs_query_totals totals;
	char text[32];

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "question %d", (int)i);
		ask(log, i, text, "", 1, 1);
		if (i % 100 == 99)
			xs_query_log_flush(log);
	}
	xs_query_log_close(log);
	assert_int_equal(XS_OK, xs_query_log_totals(&totals, path, 0));
	assert_true(totals.searches >= 100 && totals.searches <= 200);
	/* Also where each process writes little. */
	for (uint64_t i = 0; i < 50; i++) {
		log = xs_query_log_open(path, 100);
		for (uint64_t k = 0; k < 5; k++)
			ask(log, i, "a question", "", 1, 1);
		xs_query_log_close(log);
	}
	assert_int_equal(XS_OK, xs_query_log_totals(&totals, path, 0));
	assert_true(totals.searches >= 100 && totals.searches <= 200);
}

/* What cannot be written is lost, and told as such; a file that was taken away is made again. */
static void failures(void **state)
{
	char wrong[128];
	xs_query_log *log;
	xs_query_totals totals;

	(void)state;
	snprintf(wrong, sizeof wrong, "%s/none/queries.db", folder);
	log = xs_query_log_open(wrong, 100);
	ask(log, 1, "lost", "", 1, 1);
	xs_query_log_flush(log);
	assert_int_equal(1, xs_query_log_lost(log));
	snprintf(wrong, sizeof wrong, "%s/none", folder);
	assert_int_equal(0, mkdir(wrong, 0755));
	ask(log, 2, "kept", "", 1, 1);
	xs_query_log_close(log);
	snprintf(wrong, sizeof wrong, "%s/none/queries.db", folder);
	assert_int_equal(XS_OK, xs_query_log_totals(&totals, wrong, 0));
	assert_int_equal(1, totals.searches);

	log = xs_query_log_open(path, 100);
	ask(log, 1, "before", "", 1, 1);
	xs_query_log_flush(log);
	assert_int_equal(0, unlink(path));
	ask(log, 2, "after", "", 1, 1);
	xs_query_log_flush(log);
	assert_int_equal(XS_OK, xs_query_log_totals(&totals, path, 0));
	assert_int_equal(1, totals.searches);
	xs_query_log_close(log);
	xs_query_log_add(NULL, NULL);
	xs_query_log_close(NULL);
}

static void foreign(void **state)
{
	xs_query_totals totals;
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fputs("no database ", f);
	fclose(f);
	assert_int_equal(XS_EFORMAT, xs_query_log_totals(&totals, path, 0));
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test_setup_teardown(reports, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(past, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(bounded, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(failures, setup, folder_tear_down),
		cmocka_unit_test_setup_teardown(foreign, setup, folder_tear_down),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
