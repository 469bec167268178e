/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log_report.c - what the log says, for people. */
#include "index/query_log.h"

#include "index/query_log_sql.h"

static const char *report_text(xs_arena *a, sqlite3_stmt *s, int column)
{
	return xs_arena_dup(a, xs_sql_text(s, column));
}

/* The columns of QUERY_LOG_REPORT. */
static void report_row(xs_query_row *row, xs_arena *a, sqlite3_stmt *s)
{
	/* Every report has these nine, needed or not: one function reads all of them. */
	*row = (xs_query_row){
		.query = report_text(a, s, 0),
		.url = report_text(a, s, 1),
		.times = (uint64_t)sqlite3_column_int64(s, 2),
		.clicks = (uint64_t)sqlite3_column_int64(s, 3),
		.results = sqlite3_column_double(s, 4),
		.ms = sqlite3_column_double(s, 5),
		.slowest = sqlite3_column_double(s, 6),
		.rank = sqlite3_column_double(s, 7),
		.last = sqlite3_column_int64(s, 8),
	};
}

int xs_query_log_report(xs_query_row **out, size_t *n, xs_arena *a, const char *path,
			xs_query_report which, int64_t since, size_t most)
{
	sqlite3_stmt *s;
	xs_sql *sql;
	int rc = xs_sql_open(&sql, path, &xs_query_log_form, false);

	*out = xs_arena_array(a, most + 1, sizeof **out);
	*n = 0;
	if (rc != XS_OK)
		return rc;
	rc = xs_sql_row(&s, sql, QUERY_LOG_REPORT + which, "ii", since, (int64_t)most);
	for (; rc == XS_OK && *n < most; rc = xs_sql_step(sql, s))
		report_row(&(*out)[(*n)++], a, s);
	xs_sql_close(sql);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_query_log_totals(xs_query_totals *out, const char *path, int64_t since)
{
	sqlite3_stmt *s;
	xs_sql *sql;
	int rc = xs_sql_open(&sql, path, &xs_query_log_form, false);

	*out = (xs_query_totals){0};
	if (rc != XS_OK)
		return rc;
	rc = xs_sql_row(&s, sql, QUERY_LOG_TOTALS, "i", since);
	if (rc == XS_OK)
		*out = (xs_query_totals){
			.searches = (uint64_t)sqlite3_column_int64(s, 0),
			.failing = (uint64_t)sqlite3_column_int64(s, 1),
			.ms = sqlite3_column_double(s, 2),
			.clicks = (uint64_t)sqlite3_column_int64(s, 3),
		};
	xs_sql_close(sql);
	return rc;
}
