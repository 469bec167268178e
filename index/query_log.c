/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log.c - a list that any thread adds to, the thread that writes it, and what is read of it. */
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
#include "index/words/fold.h"
#include "index/query_log_sql.h"

enum {
	/* Bounds: of the memory when the disk is slow, and of what one visitor can write. */
	LOG_WAITING = 4096, /* entries that may wait to be written */
	LOG_TEXT = 500,	    /* bytes of a question */
	LOG_URL = 2000,
	LOG_GATHER_MS = 200, /* that a batch waits for others */
	LOG_QUIET_S = 60,    /* between two complaints */
	LOG_CLICKS = 50	     /* of one search */
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
	xs_sql *sql; /* NULL: to be opened with the next batch */
	struct stat file;
	time_t complained;
	size_t since_trim;
	/* Of whoever reads past questions: a connection of their own, as one is used by one thread. */
	pthread_mutex_t read_lock;
	xs_sql *reader;
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

/* Whoever asks a question must not wait for the log: what is too much is lost and counted. */
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
	item = xs_calloc(1, sizeof *item);
	item->entry = *entry;
	item->query = item_text(entry->query, LOG_TEXT);
	item->scope = xs_strdup(entry->scope);
	snprintf(item->rerank, sizeof item->rerank, "%s", entry->rerank);
	log_give(log, item);
}

void xs_query_log_click(xs_query_log *log, uint64_t search, const char *url, size_t rank)
{
	log_item *item;

	if (!log)
		return;
	item = xs_calloc(1, sizeof *item);
	item->entry.search = search;
	item->entry.at = time(NULL);
	item->url = item_text(url, LOG_URL);
	item->rank = rank;
	log_give(log, item);
}

/* ---- the thread that writes */

static void log_shut(xs_query_log *log)
{
	xs_sql_close(log->sql);
	log->sql = NULL;
}

/* A full disk would else fill the log of the program as well. */
static void log_complain(xs_query_log *log)
{
	time_t now = time(NULL);

	if (log->complained && now - log->complained < LOG_QUIET_S)
		return;
	log->complained = now;
	xs_log(XS_LOG_WARN, "%s: questions are not logged: %s", log->path, xs_error());
}

/* Whether another file, or none, stands where that one stood: it was removed or put back. */
static bool log_moved(const char *path, const struct stat *known)
{
	struct stat now;

	return stat(path, &now) < 0 || now.st_ino != known->st_ino || now.st_dev != known->st_dev;
}

/* The file, opened if it is not, or anew if another stands in its place. */
static int log_ready(xs_query_log *log)
{
	int rc;

	if (log->sql && log_moved(log->path, &log->file))
		log_shut(log);
	if (log->sql)
		return XS_OK;
	rc = xs_sql_open(&log->sql, log->path, &xs_query_log_form, true);
	if (rc == XS_OK)
		rc = xs_sql_prepare(log->sql);
	if (rc == XS_OK && stat(log->path, &log->file) < 0)
		rc = xs_fail(XS_EIO, "%s is gone since it was opened", log->path);
	return rc;
}

static int log_write_click(xs_query_log *log, const log_item *i)
{
	return xs_sql_run(log->sql, QUERY_LOG_CLICK, "iitii", (int64_t)i->entry.search, i->entry.at,
			  i->url, (int64_t)i->rank, (int64_t)LOG_CLICKS);
}

void xs_query_log_fold(xs_buf *out, const char *query)
{
	xs_fold(out, query);
	/* xs_fold() keeps a last space, which tells suggestions that the word is whole. */
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

static int log_write_query(xs_query_log *log, const log_item *i)
{
	const xs_query_entry *e = &i->entry;
	xs_buf folded;
	int rc;

	xs_buf_init(&folded);
	xs_query_log_fold(&folded, i->query);
	rc = xs_sql_run(log->sql, QUERY_LOG_QUERY, "iittiidt", (int64_t)e->search, e->at, i->query,
			folded.data, (int64_t)e->results, (int64_t)e->page, e->ms, i->rerank);
	/* A further page of results is not asked once more, and a misspelt question helps nobody. */
	if (rc == XS_OK && e->page == 1 && folded.len && !e->misspelt)
		rc = xs_sql_run(log->sql, QUERY_LOG_PAST, "tttii", i->scope, folded.data, i->query,
				(int64_t)e->results, e->at);
	xs_buf_fini(&folded);
	return rc;
}

/* Lets the oldest go. */
static int log_trim(xs_query_log *log)
{
	static const query_log_sql trims[] = {QUERY_LOG_TRIM_QUERIES, QUERY_LOG_TRIM_CLICKS,
					      QUERY_LOG_TRIM_PAST};
	int rc = XS_OK;

	for (size_t i = 0; i < sizeof trims / sizeof *trims && rc == XS_OK; i++)
		rc = xs_sql_run(log->sql, trims[i], "i", (int64_t)log->kept);
	return rc;
}

static int log_write_all(xs_query_log *log, const log_item *list, size_t n)
{
	int rc = log_ready(log);

	if (rc == XS_OK)
		rc = xs_sql_begin(log->sql, true);
	for (; list && rc == XS_OK; list = list->next)
		rc = list->url ? log_write_click(log, list) : log_write_query(log, list);
	log->since_trim += n;
	/* A tenth too many does no harm, and a trim with each batch would take longer than the batch. */
	if (rc == XS_OK && log->since_trim >= log->kept / 10) {
		rc = log_trim(log);
		log->since_trim = 0;
	}
	return rc == XS_OK ? xs_sql_commit(log->sql) : rc;
}

static bool log_write(xs_query_log *log, const log_item *list, size_t n)
{
	if (log_write_all(log, list, n) == XS_OK)
		return true;
	log_complain(log);
	/* It may be the connection that fails.  The next batch opens the file anew. */
	log_shut(log);
	return false;
}

/* Waits for entries, and a little for others to come with them; false at the end.  A batch of
 * many costs as much as a batch of one. */
static bool log_take(log_item **list, size_t *n, xs_query_log *log)
{
	struct timespec until;
	bool more;

	pthread_mutex_lock(&log->lock);
	while (!log->first && !log->stop)
		pthread_cond_wait(&log->work, &log->lock);
	/* pthread_cond_timedwait() goes by this clock if not told otherwise. */
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

/* Ends when log_take() has nothing left: what was noted before xs_query_log_close() is written. */
static void *log_run(void *user)
{
	xs_query_log *log = user;
	log_item *list, *next;
	size_t n;

	while (log_take(&list, &n, log)) {
		bool ok = log_write(log, list, n);

		for (; list; list = next) {
			next = list->next;
			item_free(list);
		}
		pthread_mutex_lock(&log->lock);
		/* Lost ones too: xs_query_log_flush() waits until all that was given is done
		 * with. */
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
	xs_query_log *log = xs_calloc(1, sizeof *log);

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
	xs_sql_close(log->reader);
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
	/* Of this moment: others go on adding, and must not keep us here. */
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
static xs_sql *log_reader(xs_query_log *log)
{
	if (log->reader && !log_moved(log->path, &log->read_file))
		return log->reader;
	xs_sql_close(log->reader);
	log->reader = NULL;
	if (stat(log->path, &log->read_file) < 0 ||
	    xs_sql_open(&log->reader, log->path, &xs_query_log_form, false) != XS_OK)
		return NULL;
	return log->reader;
}

size_t xs_query_log_past(const char **out, size_t room, xs_arena *a, xs_query_log *log,
			 const char *scope, const char *text, int times)
{
	sqlite3_stmt *s;
	xs_buf folded;
	xs_sql *sql;
	size_t n = 0;
	int rc = XS_ENOTFOUND;

	xs_buf_init(&folded);
	xs_fold(&folded, text);
	pthread_mutex_lock(&log->read_lock);
	sql = folded.len && times > 0 ? log_reader(log) : NULL;
	if (sql && room)
		rc = xs_sql_row(&s, sql, QUERY_LOG_BEGINNINGS, "ttii", scope, folded.data,
				(int64_t)times, (int64_t)room);
	for (; rc == XS_OK; rc = xs_sql_step(sql, s))
		out[n++] = xs_arena_dup(a, xs_sql_text(s, 0));
	pthread_mutex_unlock(&log->read_lock);
	xs_buf_fini(&folded);
	return n;
}

/* ---- what the log says, for people */

static const char *log_text(xs_arena *a, sqlite3_stmt *s, int column)
{
	return xs_arena_dup(a, xs_sql_text(s, column));
}

/* The columns of QUERY_LOG_REPORT. */
static void log_row(xs_query_row *row, xs_arena *a, sqlite3_stmt *s)
{
	/* Every report has these nine, needed or not: one function reads all of them. */
	*row = (xs_query_row){
		.query = log_text(a, s, 0),
		.url = log_text(a, s, 1),
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
		log_row(&(*out)[(*n)++], a, s);
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
