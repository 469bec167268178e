/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.c - opening, transactions, named values. */
#define _GNU_SOURCE
#include "index/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "index/store_private.h"

enum { STORE_WAIT_MS = 10000 }; /* for another process's short transaction */

int xs_store_fail(xs_store *st)
{
	const char *why = sqlite3_errmsg(st->db);

	switch (sqlite3_errcode(st->db) & 0xff) {
	case SQLITE_NOMEM: xs_out_of_memory(0);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return xs_fail(XS_EBUSY, "%s: another process holds the store: %s", st->path, why);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return xs_fail(
			XS_EFORMAT,
			"%s: the store is damaged: %s; put a backup in its place, or remove the "
			"folder and index again",
			st->path, why);
	case SQLITE_FULL:
		return xs_fail(XS_EIO, "%s: the disk is full; what was committed is kept",
			       st->path);
	case SQLITE_ERROR:
	case SQLITE_MISUSE:
	case SQLITE_CONSTRAINT:
		return xs_fail(XS_EFORMAT, "%s: the store has not the form expected: %s", st->path,
			       why);
	default: return xs_fail(XS_EIO, "%s: %s", st->path, why);
	}
}

int xs_store_statement(sqlite3_stmt **out, xs_store *st, store_sql which)
{
	sqlite3_stmt **s = &st->statements[which];

	*out = NULL;
	if (!*s && sqlite3_prepare_v3(st->db, xs_store_sql[which], -1, SQLITE_PREPARE_PERSISTENT, s,
				      NULL) != SQLITE_OK)
		return xs_store_fail(st);
	sqlite3_reset(*s);
	*out = *s;
	return XS_OK;
}

static int store_vbind(xs_store *st, sqlite3_stmt *s, const char *types, va_list args)
{
	int i, rc = SQLITE_OK;

	for (i = 1; *types && rc == SQLITE_OK; types++, i++) {
		if (*types == 'i') {
			rc = sqlite3_bind_int64(s, i, va_arg(args, int64_t));
		} else if (*types == 't') {
			rc = sqlite3_bind_text(s, i, va_arg(args, const char *), -1, SQLITE_STATIC);
		} else {
			const void *bytes = va_arg(args, const void *);
			size_t len = va_arg(args, size_t);

			rc = sqlite3_bind_blob64(s, i, bytes, len, SQLITE_STATIC);
		}
	}
	return rc == SQLITE_OK ? XS_OK : xs_store_fail(st);
}

int xs_store_bind(xs_store *st, sqlite3_stmt *s, const char *types, ...)
{
	va_list args;
	int rc;

	va_start(args, types);
	rc = store_vbind(st, s, types, args);
	va_end(args);
	return rc;
}

int xs_store_step(xs_store *st, sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW)
		return XS_OK;
	/* The sentence is made first: a reset forgets nothing, but ends what the statement holds. */
	rc = rc == SQLITE_DONE ? XS_ENOTFOUND : xs_store_fail(st);
	sqlite3_reset(s);
	return rc;
}

int xs_store_run(xs_store *st, store_sql which, const char *types, ...)
{
	sqlite3_stmt *s;
	va_list args;
	int rc = xs_store_statement(&s, st, which);

	if (rc < 0)
		return rc;
	va_start(args, types);
	rc = store_vbind(st, s, types, args);
	va_end(args);
	if (rc == XS_OK)
		rc = xs_store_step(st, s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

const char *xs_store_text(sqlite3_stmt *s, int column)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	return text ? text : "";
}

int xs_store_begin(xs_store *st)
{
	return xs_store_run(st, st->write ? STORE_BEGIN : STORE_BEGIN_READ, "");
}

int xs_store_commit(xs_store *st)
{
	return xs_store_run(st, STORE_COMMIT, "");
}

void xs_store_rollback(xs_store *st)
{
	sqlite3_stmt *s;

	if (xs_store_writing(st) && xs_store_statement(&s, st, STORE_ROLLBACK) == XS_OK) {
		sqlite3_step(s);
		sqlite3_reset(s);
	}
}

bool xs_store_writing(const xs_store *st)
{
	return !sqlite3_get_autocommit(st->db);
}

int xs_store_get(const char **value, xs_arena *a, xs_store *st, const char *name)
{
	sqlite3_stmt *s;
	int rc = xs_store_statement(&s, st, STORE_GET);

	*value = "";
	if (rc == XS_OK)
		rc = xs_store_bind(st, s, "t", name);
	if (rc == XS_OK)
		rc = xs_store_step(st, s);
	if (rc == XS_OK) {
		*value = xs_arena_dup(a, xs_store_text(s, 0));
		sqlite3_reset(s);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_set(xs_store *st, const char *name, const char *value)
{
	return xs_store_run(st, STORE_SET, "tt", name, value);
}

static int store_exec(xs_store *st, const char *sql)
{
	return sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK ? XS_OK : xs_store_fail(st);
}

/* The number that a query of one value gives. */
static int store_number(int64_t *out, xs_store *st, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int rc = XS_OK;

	*out = 0;
	if (sqlite3_prepare_v2(st->db, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		rc = xs_store_fail(st);
	else
		*out = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return rc;
}

/* A new file: the tables, and a name of its own, so that an index of Xapian made from another
 * store is not taken for this one's. */
static int store_make(xs_store *st)
{
	unsigned char bytes[16];
	char id[33], version[64];
	size_t i;
	int rc;

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return xs_fail(XS_EIO, "%s: the system gives no random bytes", st->path);
	for (i = 0; i < sizeof(bytes); i++)
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	snprintf(version, sizeof(version), "PRAGMA user_version = %d", XS_STORE_VERSION);
	rc = store_exec(st, "BEGIN IMMEDIATE");
	if (rc == XS_OK)
		rc = store_exec(st, xs_store_schema);
	if (rc == XS_OK)
		rc = xs_store_set(st, "id", id);
	if (rc == XS_OK)
		rc = store_exec(st, version);
	if (rc == XS_OK)
		rc = store_exec(st, "COMMIT");
	return rc;
}

static int store_form(xs_store *st)
{
	int64_t version, tables = 0;
	int rc = store_number(&version, st, "PRAGMA user_version");

	if (rc == XS_OK && version == 0)
		rc = store_number(&tables, st, "SELECT count(*) FROM sqlite_master");
	if (rc < 0)
		return rc;
	if (version > XS_STORE_VERSION)
		return xs_fail(XS_EFORMAT,
			       "%s: written by a newer release (form %lld, this one knows %d): "
			       "use that release, or index into another folder",
			       st->path, (long long)version, XS_STORE_VERSION);
	if (version < 0 || tables)
		return xs_fail(XS_EFORMAT,
			       "%s: expected a store of this program, found another database",
			       st->path);
	if (version == 0)
		return st->write ? store_make(st) : XS_ENOTFOUND;
	return XS_OK;
}

/* Opens a file that nobody writes in a folder that we cannot write: without a lock and without the
 * shared memory that WAL needs. */
static int store_open_still(xs_store *st)
{
	xs_arena *a = xs_arena_new();
	char *uri = xs_arena_alloc(a, 3 * strlen(st->path) + 32), *to = uri + sprintf(uri, "file:");
	const char *p;
	int rc;

	for (p = st->path; *p; p++)
		to += strchr("?#%", *p) ? sprintf(to, "%%%02X", (unsigned char)*p)
					: sprintf(to, "%c", *p);
	sprintf(to, "?immutable=1");
	sqlite3_close_v2(st->db);
	rc = sqlite3_open_v2(uri, &st->db,
			     SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	xs_arena_free(a);
	return rc == SQLITE_OK ? XS_OK : xs_store_fail(st);
}

/* Whether something stands in a log, which would be passed over. */
static bool store_has_log(const xs_store *st)
{
	xs_arena *a = xs_arena_new();
	struct stat log;
	bool has = stat(xs_arena_printf(a, "%s-wal", st->path), &log) == 0 && log.st_size > 0;

	xs_arena_free(a);
	return has;
}

static int store_connect(xs_store *st)
{
	int flags = st->write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int64_t n;
	int why, rc = XS_OK;

	if (sqlite3_open_v2(st->path, &st->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return st->db ? xs_store_fail(st) : xs_fail(XS_EIO, "%s: out of memory", st->path);
	sqlite3_extended_result_codes(st->db, 1);
	sqlite3_busy_timeout(st->db, STORE_WAIT_MS);
	if (st->write || store_number(&n, st, "PRAGMA schema_version") == XS_OK)
		return XS_OK;
	why = sqlite3_errcode(st->db) & 0xff;
	if ((why == SQLITE_CANTOPEN || why == SQLITE_READONLY) && !store_has_log(st))
		rc = store_open_still(st);
	else
		rc = xs_store_fail(st);
	return rc;
}

int xs_store_open(xs_store **out, const char *path, bool write)
{
	xs_store *st;
	int rc;

	*out = NULL;
	if (!write && access(path, F_OK) < 0)
		return XS_ENOTFOUND;
	st = xs_calloc(1, sizeof(*st));
	st->path = xs_strdup(path);
	st->write = write;
	rc = store_connect(st);
	/* FULL: a commit is on the disk before Xapian hears of it.  A log of 32 MiB before it is
	 * copied back, as batches are some MiB each. */
	if (rc == XS_OK && write)
		rc = store_exec(st, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				    "PRAGMA wal_autocheckpoint = 8192;"
				    "PRAGMA journal_size_limit = 67108864");
	if (rc == XS_OK)
		rc = store_exec(st, "PRAGMA cache_size = -16384");
	if (rc == XS_OK)
		rc = store_form(st);
	if (rc < 0) {
		xs_store_close(st);
		return rc;
	}
	*out = st;
	return XS_OK;
}

int xs_store_copy(xs_store *st, const char *path, const xs_deadline *stop)
{
	enum { PAGES = 1024 }; /* between two looks at `stop` */
	xs_store to = {.path = (char *)path};
	sqlite3_backup *copy = NULL;
	int rc = XS_OK;

	unlink(path); /* what an earlier try left */
	if (sqlite3_open_v2(path, &to.db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) == SQLITE_OK)
		copy = sqlite3_backup_init(to.db, "main", st->db, "main");
	if (!copy)
		rc = to.db ? xs_store_fail(&to) : xs_fail(XS_EIO, "%s: out of memory", path);
	while (rc == XS_OK && sqlite3_backup_step(copy, PAGES) == SQLITE_OK)
		if (xs_deadline_over(stop))
			rc = xs_fail(XS_ECANCEL, "stopped; there is no backup");
	if (copy && sqlite3_backup_finish(copy) != SQLITE_OK && rc == XS_OK)
		rc = xs_store_fail(&to);
	/* One file, that can be read where nothing can be written; a writer goes back to WAL. */
	if (rc == XS_OK)
		rc = store_exec(&to, "PRAGMA journal_mode = DELETE");
	sqlite3_close(to.db);
	return rc;
}

void xs_store_close(xs_store *st)
{
	int i;

	if (!st)
		return;
	for (i = 0; i < STORE_N; i++)
		sqlite3_finalize(st->statements[i]);
	sqlite3_close(st->db);
	free(st->path);
	free(st);
}
