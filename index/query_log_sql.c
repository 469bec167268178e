/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log_sql.c - the tables of the log of questions, and every statement. */
#include "index/query_log_sql.h"

static const char log_tables[] =
	"CREATE TABLE queries("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  search INTEGER NOT NULL," /* xs_query_entry.search, bit by bit */
	"  at INTEGER NOT NULL,"
	"  query TEXT NOT NULL,"
	"  folded TEXT NOT NULL,"
	"  results INTEGER NOT NULL,"
	"  page INTEGER NOT NULL,"
	"  ms REAL NOT NULL,"
	"  rerank TEXT NOT NULL);"
	"CREATE INDEX queries_at ON queries(at);"
	"CREATE INDEX queries_search ON queries(search);"
	"CREATE TABLE clicks("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  search INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  url TEXT NOT NULL,"
	"  rank INTEGER NOT NULL,"
	"  UNIQUE(search, url));"
	/* Each question once, to be suggested. */
	"CREATE TABLE past("
	"  scope TEXT NOT NULL,"
	"  folded TEXT NOT NULL,"
	"  query TEXT NOT NULL,"
	"  times INTEGER NOT NULL,"
	"  results INTEGER NOT NULL," /* of the last time */
	"  last INTEGER NOT NULL,"
	"  PRIMARY KEY(scope, folded)) WITHOUT ROWID;"
	"CREATE INDEX past_last ON past(last);";

/* Version v + 1 of version v.  A change of the tables is a further line. */
static const char *const log_steps[] = {log_tables};

#define LOG_ASKED                                                                                      \
	"SELECT query, '', count(*), sum((SELECT count(*) FROM clicks c WHERE c.search = q.search)), " \
	"avg(results), avg(ms), max(ms), 0, max(at) FROM queries q WHERE at >= ?1 AND page = 1 "

static const char *const log_statements[QUERY_LOG_N] = {
	[QUERY_LOG_QUERY] =
		"INSERT INTO queries(search, at, query, folded, results, page, ms, rerank) "
		"VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[QUERY_LOG_PAST] =
		"INSERT INTO past VALUES(?1, ?2, ?3, 1, ?4, ?5) ON CONFLICT DO UPDATE SET "
		"times = times + 1, query = excluded.query, results = excluded.results, last = excluded.last",
	[QUERY_LOG_CLICK] =
		"INSERT OR IGNORE INTO clicks(search, at, url, rank) SELECT ?1, ?2, ?3, ?4 "
		"WHERE EXISTS(SELECT 1 FROM queries WHERE search = ?1) "
		"AND (SELECT count(*) FROM clicks WHERE search = ?1) < ?5",
	[QUERY_LOG_TRIM_QUERIES] =
		"DELETE FROM queries WHERE id <= (SELECT max(id) FROM queries) - ?1",
	[QUERY_LOG_TRIM_CLICKS] =
		"DELETE FROM clicks WHERE id <= (SELECT max(id) FROM clicks) - ?1",
	[QUERY_LOG_TRIM_PAST] = "DELETE FROM past WHERE last < (SELECT last FROM past "
				"ORDER BY last DESC LIMIT 1 OFFSET ?1)",
	/* So many with that beginning are looked at: it has to be quick. */
	[QUERY_LOG_BEGINNINGS] =
		"SELECT query FROM (SELECT query, times FROM past WHERE scope = ?1 AND "
		"folded >= ?2 AND folded < ?2 || char(1114111) AND times >= ?3 AND "
		"results > 0 LIMIT 500) ORDER BY times DESC, query LIMIT ?4",
	[QUERY_LOG_REPORT + XS_REPORT_TOP] =
		LOG_ASKED "GROUP BY folded ORDER BY 3 DESC, 9 DESC, query LIMIT ?2",
	[QUERY_LOG_REPORT + XS_REPORT_FAILING] =
		LOG_ASKED "AND results = 0 GROUP BY folded ORDER BY 3 DESC, 9 DESC, query LIMIT ?2",
	[QUERY_LOG_REPORT + XS_REPORT_SLOW] =
		LOG_ASKED "GROUP BY folded ORDER BY 7 DESC, query LIMIT ?2",
	[QUERY_LOG_REPORT + XS_REPORT_CLICKS] =
		"SELECT q.query, c.url, count(*), count(*), avg(q.results), avg(q.ms), max(q.ms), "
		"avg(c.rank), max(c.at) FROM clicks c JOIN queries q USING(search) "
		"WHERE c.at >= ?1 GROUP BY q.folded, c.url ORDER BY 3 DESC, 9 DESC, query LIMIT ?2",
	[QUERY_LOG_TOTALS] =
		"SELECT count(*), coalesce(sum(results = 0), 0), coalesce(avg(ms), 0), "
		"(SELECT count(*) FROM clicks WHERE at >= ?1) FROM queries WHERE at >= ?1 AND page = 1",
};

const xs_sql_form xs_query_log_form = {
	.noun = "log of questions",
	.version = sizeof log_steps / sizeof *log_steps,
	.steps = log_steps,
	.always = "",
	/* A log may lose its last second with the power. */
	.writing = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF",
	.wait_ms = 2000,
	.foreign = XS_EFORMAT,
	.denied = XS_EIO,
	.damaged = "",
	.newer = "",
	.statements = log_statements,
	.n = QUERY_LOG_N,
};
