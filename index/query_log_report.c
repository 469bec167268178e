/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log_report.c - what the log says, for people. */
#include "index/query_log.h"

#include <sys/stat.h>

#include "index/query_log_sql.h"

enum { REPORT_BUSY_MS = 2000 };

/* query, url, times, clicks, results, ms, slowest, rank, last. */
#define REPORT_ASKED                                                                                   \
	"SELECT query, '', count(*), sum((SELECT count(*) FROM clicks c WHERE c.search = q.search)), " \
	"avg(results), avg(ms), max(ms), 0, max(at) FROM queries q WHERE at >= ?1 AND page = 1 "

static const char *const report_sql[] = {
	[XS_REPORT_TOP] = REPORT_ASKED "GROUP BY folded ORDER BY 3 DESC, 9 DESC, query LIMIT ?2",
	[XS_REPORT_FAILING] = REPORT_ASKED
	"AND results = 0 GROUP BY folded ORDER BY 3 DESC, 9 DESC, query LIMIT ?2",
	[XS_REPORT_SLOW] = REPORT_ASKED "GROUP BY folded ORDER BY 7 DESC, query LIMIT ?2",
	[XS_REPORT_CLICKS] =
		"SELECT q.query, c.url, count(*), count(*), avg(q.results), avg(q.ms), max(q.ms), "
		"avg(c.rank), max(c.at) FROM clicks c JOIN queries q USING(search) "
		"WHERE c.at >= ?1 GROUP BY q.folded, c.url ORDER BY 3 DESC, 9 DESC, query LIMIT ?2",
};

static const char report_totals[] =
	"SELECT count(*), coalesce(sum(results = 0), 0), coalesce(avg(ms), 0), "
	"(SELECT count(*) FROM clicks WHERE at >= ?1) FROM queries WHERE at >= ?1 AND page = 1";

static int report_failed(sqlite3 *db, const char *path)
{
	int code = sqlite3_errcode(db) & 0xff;

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return xs_fail(XS_EBUSY, "%s: another process holds the log of questions", path);
	return xs_fail(code == SQLITE_CANTOPEN || code == SQLITE_IOERR ? XS_EIO : XS_EFORMAT,
		       "%s: the log of questions cannot be read: %s", path, sqlite3_errmsg(db));
}

int query_log_read(sqlite3 **out, const char *path)
{
	sqlite3_stmt *s = NULL;
	struct stat st;
	int version = -1, rc = XS_OK;

	*out = NULL;
	if (stat(path, &st) < 0 || st.st_size == 0)
		return XS_ENOTFOUND;
	if (sqlite3_open_v2(path, out, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
	    SQLITE_OK) {
		sqlite3_busy_timeout(*out, REPORT_BUSY_MS);
		if (sqlite3_prepare_v2(*out, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
		    sqlite3_step(s) == SQLITE_ROW)
			version = sqlite3_column_int(s, 0);
	}
	if (version < 0)
		rc = report_failed(*out, path);
	else if (version > QUERY_LOG_VERSION)
		rc = xs_fail(
			XS_EFORMAT,
			"%s: the log of questions was written by a newer release (form %d, this one "
			"knows %d)",
			path, version, QUERY_LOG_VERSION);
	else if (version == 0)
		rc = XS_ENOTFOUND;
	sqlite3_finalize(s);
	if (rc != XS_OK) {
		sqlite3_close_v2(*out);
		*out = NULL;
	}
	return rc;
}

static const char *report_text(xs_arena *a, sqlite3_stmt *s, int column)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	return xs_arena_dup(a, text ? text : "");
}

static void report_row(xs_query_row *row, xs_arena *a, sqlite3_stmt *s)
{
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
	sqlite3_stmt *s = NULL;
	sqlite3 *db;
	int rc = query_log_read(&db, path), step = SQLITE_ERROR;

	*out = xs_arena_array(a, most + 1, sizeof(**out));
	*n = 0;
	if (rc != XS_OK)
		return rc;
	if (sqlite3_prepare_v2(db, report_sql[which], -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, since);
		sqlite3_bind_int64(s, 2, (sqlite3_int64)most);
		while ((step = sqlite3_step(s)) == SQLITE_ROW && *n < most)
			report_row(&(*out)[(*n)++], a, s);
	}
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = report_failed(db, path);
	sqlite3_finalize(s);
	sqlite3_close_v2(db);
	return rc;
}

int xs_query_log_totals(xs_query_totals *out, const char *path, int64_t since)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db;
	int rc = query_log_read(&db, path);

	*out = (xs_query_totals){0};
	if (rc != XS_OK)
		return rc;
	if (sqlite3_prepare_v2(db, report_totals, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_bind_int64(s, 1, since) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		*out = (xs_query_totals){
			.searches = (uint64_t)sqlite3_column_int64(s, 0),
			.failing = (uint64_t)sqlite3_column_int64(s, 1),
			.ms = sqlite3_column_double(s, 2),
			.clicks = (uint64_t)sqlite3_column_int64(s, 3),
		};
	else
		rc = report_failed(db, path);
	sqlite3_finalize(s);
	sqlite3_close_v2(db);
	return rc;
}
