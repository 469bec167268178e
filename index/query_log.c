/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log.c - a list that any thread adds to, and the thread that writes it. */
#include "index/query_log.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "index/fold.h"
#include "index/query_log_sql.h"

enum {
	LOG_WAITING = 4096, /* entries that may wait to be written */
	LOG_TEXT = 500,	    /* bytes of a question */
	LOG_URL = 2000,
	LOG_BUSY_MS = 2000,
	LOG_GATHER_MS = 200, /* that a batch waits for others */
	LOG_QUIET_S = 60,    /* between two complaints */
	LOG_CLICKS = 50	     /* of one search */
};

static const char log_schema[] =
	"PRAGMA journal_mode = WAL;"
	"BEGIN IMMEDIATE;"
	"CREATE TABLE IF NOT EXISTS queries("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  search INTEGER NOT NULL," /* xs_query_entry.search, bit by bit */
	"  at INTEGER NOT NULL,"
	"  query TEXT NOT NULL,"
	"  folded TEXT NOT NULL,"
	"  results INTEGER NOT NULL,"
	"  page INTEGER NOT NULL,"
	"  ms REAL NOT NULL,"
	"  rerank TEXT NOT NULL);"
	"CREATE INDEX IF NOT EXISTS queries_at ON queries(at);"
	"CREATE INDEX IF NOT EXISTS queries_search ON queries(search);"
	"CREATE TABLE IF NOT EXISTS clicks("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  search INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  url TEXT NOT NULL,"
	"  rank INTEGER NOT NULL,"
	"  UNIQUE(search, url));"
	/* Each question once, to be suggested. */
	"CREATE TABLE IF NOT EXISTS past("
	"  scope TEXT NOT NULL,"
	"  folded TEXT NOT NULL,"
	"  query TEXT NOT NULL,"
	"  times INTEGER NOT NULL,"
	"  results INTEGER NOT NULL," /* of the last time */
	"  last INTEGER NOT NULL,"
	"  PRIMARY KEY(scope, folded)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS past_last ON past(last);"
	"PRAGMA user_version = 1;"
	"COMMIT;";

typedef enum log_sql { LOG_QUERY, LOG_PAST, LOG_CLICK, LOG_SQL_N } log_sql;

static const char *const log_statements[LOG_SQL_N] = {
	[LOG_QUERY] = "INSERT INTO queries(search, at, query, folded, results, page, ms, rerank) "
		      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[LOG_PAST] =
		"INSERT INTO past VALUES(?1, ?2, ?3, 1, ?4, ?5) ON CONFLICT DO UPDATE SET "
		"times = times + 1, query = excluded.query, results = excluded.results, last = excluded.last",
	[LOG_CLICK] = "INSERT OR IGNORE INTO clicks(search, at, url, rank) SELECT ?1, ?2, ?3, ?4 "
		      "WHERE EXISTS(SELECT 1 FROM queries WHERE search = ?1) "
		      "AND (SELECT count(*) FROM clicks WHERE search = ?1) < ?5",
};

/* What waits to be written. */
typedef struct log_item {
	struct log_item *next;
	xs_query_entry entry;	   /* strings are the item's; of a click: search and at */
	char *query, *scope, *url; /* url not NULL: a click */
	char rerank[16];
	size_t rank;
} log_item;

struct xs_query_log {
	char *path;
	size_t kept;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows, to `stop` */
	pthread_cond_t work, done;
	log_item *first, **last;
	size_t waiting;
	uint64_t given, written, lost; /* entries taken, and of these done with */
	bool stop, hurry;
	/* The thread's. */
	sqlite3 *db;
	sqlite3_stmt *statements[LOG_SQL_N];
	struct stat file;
	time_t complained;
	size_t since_trim;
	/* Of whoever reads past questions. */
	pthread_mutex_t read_lock;
	sqlite3 *reader;
	struct stat read_file;
};

static void item_free(log_item *i)
{
	free(i->query);
	free(i->scope);
	free(i->url);
	free(i);
}

/* A copy of at most `most` bytes, cut between characters. */
static char *item_text(const char *text, size_t most)
{
	size_t n = strlen(text);
	char *out;

	for (n = n < most ? n : most; n && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
		;
	out = xs_malloc(n + 1);
	memcpy(out, text, n);
	out[n] = '\0';
	return out;
}

static void log_give(xs_query_log *log, log_item *item)
{
	pthread_mutex_lock(&log->lock);
	if (log->waiting >= LOG_WAITING) {
		log->lost++;
		pthread_mutex_unlock(&log->lock);
		item_free(item);
		return;
	}
	*log->last = item;
	log->last = &item->next;
	log->waiting++;
	log->given++;
	pthread_cond_signal(&log->work);
	pthread_mutex_unlock(&log->lock);
}

void xs_query_log_add(xs_query_log *log, const xs_query_entry *entry)
{
	log_item *item;

	if (!log)
		return;
	item = xs_calloc(1, sizeof(*item));
	item->entry = *entry;
	item->query = item_text(entry->query, LOG_TEXT);
	item->scope = xs_strdup(entry->scope);
	snprintf(item->rerank, sizeof(item->rerank), "%s", entry->rerank);
	log_give(log, item);
}

void xs_query_log_click(xs_query_log *log, uint64_t search, const char *url, size_t rank)
{
	log_item *item;

	if (!log)
		return;
	item = xs_calloc(1, sizeof(*item));
	item->entry.search = search;
	item->entry.at = time(NULL);
	item->url = item_text(url, LOG_URL);
	item->rank = rank;
	log_give(log, item);
}

/* ---- the thread that writes */

static void log_shut(xs_query_log *log)
{
	for (int i = 0; i < LOG_SQL_N; i++) {
		sqlite3_finalize(log->statements[i]);
		log->statements[i] = NULL;
	}
	sqlite3_close_v2(log->db);
	log->db = NULL;
}

static void log_complain(xs_query_log *log)
{
	time_t now = time(NULL);

	if (log->complained && now - log->complained < LOG_QUIET_S)
		return;
	log->complained = now;
	xs_log(XS_LOG_WARN, "%s: questions are not logged: %s", log->path,
	       log->db ? sqlite3_errmsg(log->db) : xs_error());
}

/* The file, opened if it is not, or anew if another stands in its place. */
static bool log_ready(xs_query_log *log)
{
	struct stat now;
	sqlite3 *known;
	int rc;

	if (log->db && (stat(log->path, &now) < 0 || now.st_ino != log->file.st_ino ||
			now.st_dev != log->file.st_dev))
		log_shut(log);
	if (log->db)
		return true;
	rc = query_log_read(
		&known,
		log->path); /* nothing goes into a newer release's file, nor into what is no log */
	sqlite3_close_v2(known);
	if (rc != XS_OK && rc != XS_ENOTFOUND)
		return false;
	if (sqlite3_open_v2(log->path, &log->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return false;
	sqlite3_busy_timeout(log->db, LOG_BUSY_MS);
	if (sqlite3_exec(log->db, log_schema, NULL, NULL, NULL) != SQLITE_OK)
		return false;
	/* A log may lose its last second with the power. */
	sqlite3_exec(log->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	for (int i = 0; i < LOG_SQL_N; i++)
		if (sqlite3_prepare_v3(log->db, log_statements[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &log->statements[i], NULL) != SQLITE_OK)
			return false;
	return stat(log->path, &log->file) == 0;
}

static bool log_step(sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	sqlite3_reset(s);
	return rc == SQLITE_DONE;
}

static bool log_write_click(xs_query_log *log, const log_item *i)
{
	sqlite3_stmt *s = log->statements[LOG_CLICK];

	sqlite3_bind_int64(s, 1, (sqlite3_int64)i->entry.search);
	sqlite3_bind_int64(s, 2, i->entry.at);
	sqlite3_bind_text(s, 3, i->url, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 4, (sqlite3_int64)i->rank);
	sqlite3_bind_int(s, 5, LOG_CLICKS);
	return log_step(s);
}

void xs_query_log_fold(xs_buf *out, const char *query)
{
	xs_fold(out, query);
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

static bool log_write_query(xs_query_log *log, const log_item *i)
{
	sqlite3_stmt *s = log->statements[LOG_QUERY];
	const xs_query_entry *e = &i->entry;
	xs_buf folded;
	bool ok;

	xs_buf_init(&folded);
	xs_query_log_fold(&folded, i->query);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)e->search);
	sqlite3_bind_int64(s, 2, e->at);
	sqlite3_bind_text(s, 3, i->query, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 4, folded.data, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(s, 5, (sqlite3_int64)e->results);
	sqlite3_bind_int64(s, 6, (sqlite3_int64)e->page);
	sqlite3_bind_double(s, 7, e->ms);
	sqlite3_bind_text(s, 8, i->rerank, -1, SQLITE_STATIC);
	ok = log_step(s);
	s = log->statements[LOG_PAST];
	if (ok && e->page == 1 && folded.len && !e->misspelt) {
		sqlite3_bind_text(s, 1, i->scope, -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, folded.data, -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(s, 3, i->query, -1, SQLITE_STATIC);
		sqlite3_bind_int64(s, 4, (sqlite3_int64)e->results);
		sqlite3_bind_int64(s, 5, e->at);
		ok = log_step(s);
	}
	xs_buf_fini(&folded);
	return ok;
}

/* Lets the oldest go. */
static bool log_trim(xs_query_log *log)
{
	static const char *const tables[] = {"queries", "clicks"};
	char sql[256];
	bool ok = true;

	for (size_t i = 0; i < 2 && ok; i++) {
		snprintf(sql, sizeof(sql),
			 "DELETE FROM %s WHERE id <= (SELECT max(id) FROM %s) - %zu", tables[i],
			 tables[i], log->kept);
		ok = sqlite3_exec(log->db, sql, NULL, NULL, NULL) == SQLITE_OK;
	}
	snprintf(
		sql, sizeof(sql),
		"DELETE FROM past WHERE last < (SELECT last FROM past ORDER BY last DESC LIMIT 1 OFFSET %zu)",
		log->kept);
	return ok && sqlite3_exec(log->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool log_write(xs_query_log *log, const log_item *list, size_t n)
{
	bool ok = log_ready(log) &&
		  sqlite3_exec(log->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;

	for (; list && ok; list = list->next)
		ok = list->url ? log_write_click(log, list) : log_write_query(log, list);
	log->since_trim += n;
	if (ok && log->since_trim >= log->kept / 10) {
		ok = log_trim(log);
		log->since_trim = 0;
	}
	if (ok && sqlite3_exec(log->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return true;
	log_complain(log);
	log_shut(log);
	return false;
}

/* Waits for entries, and a little for others to come with them; false at the end. */
static bool log_take(xs_query_log *log, log_item **list, size_t *n)
{
	struct timespec until;
	bool more;

	pthread_mutex_lock(&log->lock);
	while (!log->first && !log->stop)
		pthread_cond_wait(&log->work, &log->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOG_GATHER_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (!log->stop && !log->hurry && log->waiting < LOG_WAITING / 4 &&
	       pthread_cond_timedwait(&log->work, &log->lock, &until) == 0)
		;
	*list = log->first;
	*n = log->waiting;
	log->first = NULL;
	log->last = &log->first;
	log->waiting = 0;
	more = *list != NULL;
	pthread_mutex_unlock(&log->lock);
	return more;
}

static void *log_run(void *user)
{
	xs_query_log *log = user;
	log_item *list, *next;
	size_t n;

	while (log_take(log, &list, &n)) {
		bool ok = log_write(log, list, n);

		for (; list; list = next) {
			next = list->next;
			item_free(list);
		}
		pthread_mutex_lock(&log->lock);
		log->written += n;
		log->lost += ok ? 0 : n;
		pthread_cond_broadcast(&log->done);
		pthread_mutex_unlock(&log->lock);
	}
	log_shut(log);
	return NULL;
}

xs_query_log *xs_query_log_open(const char *path, size_t kept)
{
	xs_query_log *log = xs_calloc(1, sizeof(*log));

	log->path = xs_strdup(path);
	log->kept = kept;
	log->since_trim = kept; /* who wrote before may have left too many */
	log->last = &log->first;
	pthread_mutex_init(&log->lock, NULL);
	pthread_mutex_init(&log->read_lock, NULL);
	pthread_cond_init(&log->work, NULL);
	pthread_cond_init(&log->done, NULL);
	if (pthread_create(&log->thread, NULL, log_run, log) != 0)
		xs_out_of_memory(0);
	return log;
}

void xs_query_log_close(xs_query_log *log)
{
	if (!log)
		return;
	pthread_mutex_lock(&log->lock);
	log->stop = true;
	pthread_cond_signal(&log->work);
	pthread_mutex_unlock(&log->lock);
	pthread_join(log->thread, NULL);
	sqlite3_close_v2(log->reader);
	pthread_cond_destroy(&log->work);
	pthread_cond_destroy(&log->done);
	pthread_mutex_destroy(&log->lock);
	pthread_mutex_destroy(&log->read_lock);
	free(log->path);
	free(log);
}

void xs_query_log_flush(xs_query_log *log)
{
	uint64_t given;

	pthread_mutex_lock(&log->lock);
	given = log->given;
	log->hurry = true;
	pthread_cond_signal(&log->work);
	while (log->written < given)
		pthread_cond_wait(&log->done, &log->lock);
	log->hurry = false;
	pthread_mutex_unlock(&log->lock);
}

uint64_t xs_query_log_lost(xs_query_log *log)
{
	uint64_t lost;

	pthread_mutex_lock(&log->lock);
	lost = log->lost;
	pthread_mutex_unlock(&log->lock);
	return lost;
}

/* ---- past questions */

/* The reader, at the file that is there now; NULL: none. */
static sqlite3 *log_reader(xs_query_log *log)
{
	struct stat now;

	if (stat(log->path, &now) < 0)
		return NULL;
	if (log->reader && now.st_ino == log->read_file.st_ino &&
	    now.st_dev == log->read_file.st_dev)
		return log->reader;
	sqlite3_close_v2(log->reader);
	log->reader = NULL;
	if (query_log_read(&log->reader, log->path) != XS_OK)
		return NULL;
	log->read_file = now;
	return log->reader;
}

size_t xs_query_log_past(const char **out, size_t room, xs_arena *a, xs_query_log *log,
			 const char *scope, const char *text, int times)
{
	/* So many with that beginning are looked at: it has to be quick. */
	static const char sql[] =
		"SELECT query FROM (SELECT query, times FROM past WHERE scope = ?1 AND "
		"folded >= ?2 AND folded < ?2 || char(1114111) AND times >= ?3 AND "
		"results > 0 LIMIT 500) ORDER BY times DESC, query LIMIT ?4";
	sqlite3_stmt *s = NULL;
	xs_buf folded;
	sqlite3 *db;
	size_t n = 0;

	xs_buf_init(&folded);
	xs_fold(&folded, text);
	pthread_mutex_lock(&log->read_lock);
	db = folded.len && times > 0 ? log_reader(log) : NULL;
	if (db && sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_text(s, 1, scope, -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, folded.data, -1, SQLITE_STATIC);
		sqlite3_bind_int(s, 3, times);
		sqlite3_bind_int64(s, 4, (sqlite3_int64)room);
		while (n < room && sqlite3_step(s) == SQLITE_ROW)
			out[n++] = xs_arena_dup(a, (const char *)sqlite3_column_text(s, 0));
	}
	sqlite3_finalize(s);
	pthread_mutex_unlock(&log->read_lock);
	xs_buf_fini(&folded);
	return n;
}
