/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_export_log.c - the questions of a log, and what was chosen for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "cmd/export_log.h"
#include "index/query_log.h"

static char folder[] = "t_export_log_XXXXXX";
static xs_arena *arena;
static const char *path;

static int setup(void **state)
{
	(void)state;
	arena = xs_arena_new();
	if (!mkdtemp(folder))
		return -1;
	path = xs_file_join(arena, folder, "queries.db");
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = {"queries.db", "queries.db-wal", "queries.db-shm"};

	(void)state;
	for (int i = 0; i < 3; i++)
		unlink(xs_file_join(arena, folder, names[i]));
	rmdir(folder);
	xs_arena_free(arena);
	return 0;
}

static void ask(xs_query_log *log, uint64_t search, int64_t at, const char *query, const char *url)
{
	const xs_query_entry e = {.search = search,
				  .at = at,
				  .query = query,
				  .scope = "",
				  .results = 3,
				  .page = 1,
				  .ms = 1,
				  .rerank = "full"};

	xs_query_log_add(log, &e);
	if (url)
		xs_query_log_click(log, search, url, 2);
}

static void test_log(void **state)
{
	xs_query_log *writer;
	export_log log;

	(void)state;
	assert_int_equal(export_log_read(&log, arena, path, INT64_MIN), XS_ENOTFOUND);
	assert_non_null(strstr(xs_error(), "no question has been logged in"));
	writer = xs_query_log_open(path, 1000);
	ask(writer, 1, 1000, "Caf\xC3\xA9  menu", "https://x.example/menu#today");
	ask(writer, 2, 1001, "opening hours", NULL);
	ask(writer, 3, 1002, "cafe menu ", "https://x.example/menu");
	ask(writer, 4, 1003, "cafe menu", "https://x.example/");
	xs_query_log_close(writer);

	assert_int_equal(export_log_read(&log, arena, path, INT64_MIN), XS_OK);
	assert_int_equal(log.n, 2);
	assert_int_equal(log.times[0], 3);
	assert_string_equal(log.queries[1], "opening hours");
	assert_int_equal(export_log_clicks(&log, log.queries[0], "https://x.example/menu"), 2);
	assert_int_equal(export_log_clicks(&log, "CAFE MENU", "https://x.example/menu#prices"), 2);
	assert_int_equal(export_log_clicks(&log, "cafe menu", "https://x.example/"), 1);
	assert_int_equal(export_log_clicks(&log, "cafe menu", "https://x.example/men"), 0);
	assert_int_equal(export_log_clicks(&log, "opening hours", "https://x.example/menu"), 0);
	assert_int_equal(export_log_read(&log, arena, path, 1001), XS_OK);
	assert_int_equal(log.times[0], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_log)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
