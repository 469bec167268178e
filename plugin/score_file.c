/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_file.c - the tables, the statements, and opening.
 *
 * WAL, so that readers and the writer of several processes do not wait for each other; nothing is
 * synced, as a loss costs time alone: after a crash of the machine the file may be damaged, which is
 * found and mended (score_cache.c). */
#include "plugin/score_file.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"

/* application_id ("xsSC") tells the file from other databases, user_version one form from the next. */
enum { FILE_APPLICATION = 0x78735343, FILE_VERSION = 2 };
enum { FILE_WAIT_MS = 10 };

typedef enum file_sql {
	FILE_BEGIN,
	FILE_BEGIN_WRITE,
	FILE_COMMIT,
	FILE_CLOCK,
	FILE_SET_CLOCK,
	FILE_GET,
	FILE_INSERT,
	FILE_REPLACE,
	FILE_TOUCH,
	FILE_DROP,
	FILE_STATEMENTS
} file_sql;

static const char *const file_statements[FILE_STATEMENTS] = {
	[FILE_BEGIN] = "BEGIN",
	[FILE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[FILE_COMMIT] = "COMMIT",
	[FILE_CLOCK] = "SELECT written, entries FROM clock",
	[FILE_SET_CLOCK] = "UPDATE clock SET written = ?1, entries = ?2",
	[FILE_GET] =
		"SELECT mark, logit, tokens, scored, best, used, first, length FROM scores WHERE id = ?1",
	[FILE_INSERT] =
		"INSERT OR IGNORE INTO scores(id, mark, tokens, scored, best, used, first, length, "
		"logit) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[FILE_REPLACE] =
		"UPDATE scores SET mark = ?2, tokens = ?3, scored = ?4, best = ?5, used = ?6, "
		"first = ?7, length = ?8, logit = ?9 WHERE id = ?1",
	[FILE_TOUCH] = "UPDATE scores SET used = ?2 WHERE id = ?1",
	[FILE_DROP] =
		"DELETE FROM scores WHERE id IN (SELECT id FROM scores ORDER BY used LIMIT ?1)",
};

static const char file_schema[] =
	"CREATE TABLE scores("
	"  id INTEGER PRIMARY KEY,"
	"  mark INTEGER NOT NULL,"
	"  logit REAL NOT NULL,"
	"  tokens INTEGER NOT NULL,"
	"  scored INTEGER NOT NULL,"
	"  best INTEGER NOT NULL," /* window; its first token, and how many */
	"  first INTEGER NOT NULL,"
	"  length INTEGER NOT NULL,"
	"  used INTEGER NOT NULL);"
	"CREATE INDEX scores_used ON scores(used);"
	"CREATE TABLE clock(written INTEGER NOT NULL, entries INTEGER NOT NULL);"
	"INSERT INTO clock VALUES(0, 0);"
	"PRAGMA application_id = 2020823875;" /* FILE_APPLICATION */
	"PRAGMA user_version = 2;";	      /* FILE_VERSION */

struct xs_score_file {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *statements[FILE_STATEMENTS];
};

static int file_fail(const xs_score_file *f)
{
	const char *why = sqlite3_errmsg(f->db);

	switch (sqlite3_errcode(f->db) & 0xff) {
	case SQLITE_NOMEM: xs_out_of_memory(0);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return xs_fail(XS_EBUSY, "%s: another process holds it: %s", f->path, why);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return xs_fail(XS_EUNSUPPORTED, "%s: it cannot be written here: %s", f->path, why);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* a table or column is not there */
	case SQLITE_MISMATCH:
	case SQLITE_CONSTRAINT: return xs_fail(XS_EFORMAT, "%s: it is damaged: %s", f->path, why);
	default: return xs_fail(XS_EIO, "%s: %s", f->path, why);
	}
}

static int file_exec(xs_score_file *f, const char *sql)
{
	return sqlite3_exec(f->db, sql, NULL, NULL, NULL) == SQLITE_OK ? XS_OK : file_fail(f);
}

/* The number that a query of one value gives. */
static int file_number(int64_t *out, xs_score_file *f, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int rc = XS_OK;

	if (sqlite3_prepare_v2(f->db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else
		rc = file_fail(f);
	sqlite3_finalize(s);
	return rc;
}

/* What the file is: XS_OK, ours; XS_ENOTFOUND, empty.  In a transaction, as another process may be
 * making it. */
static int file_form(xs_score_file *f)
{
	int64_t application, version, tables;
	int rc = file_number(&application, f, "PRAGMA application_id");

	if (!rc)
		rc = file_number(&version, f, "PRAGMA user_version");
	if (!rc)
		rc = file_number(&tables, f, "SELECT count(*) FROM sqlite_master");
	if (rc)
		return rc;
	if (!application && !version && !tables)
		return XS_ENOTFOUND;
	if (application != FILE_APPLICATION)
		return xs_fail(XS_EINPUT, "%s: another database is there", f->path);
	if (version > FILE_VERSION)
		return xs_fail(XS_EINPUT,
			       "%s: written by a newer release (form %lld, this one knows %d)",
			       f->path, (long long)version, FILE_VERSION);
	if (version < FILE_VERSION)
		return xs_fail(XS_EFORMAT,
			       "%s: written by an older release (form %lld, this one has %d)",
			       f->path, (long long)version, FILE_VERSION);
	return XS_OK;
}

/* Makes the tables, unless another process just did. */
static int file_make(xs_score_file *f)
{
	int rc = file_exec(f, "BEGIN IMMEDIATE");

	if (!rc)
		rc = file_form(f);
	if (rc == XS_ENOTFOUND)
		rc = file_exec(f, file_schema);
	if (!rc)
		rc = file_exec(f, "COMMIT");
	if (rc)
		xs_score_file_rollback(f);
	return rc;
}

static int file_prepare(xs_score_file *f)
{
	for (int i = 0; i < FILE_STATEMENTS; i++)
		if (sqlite3_prepare_v3(f->db, file_statements[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &f->statements[i], NULL) != SQLITE_OK)
			return file_fail(f);
	return XS_OK;
}

static int file_connect(xs_score_file **out, const char *path)
{
	xs_score_file *f = *out = xs_calloc(1, sizeof(*f));

	f->path = xs_strdup(path);
	if (sqlite3_open_v2(path, &f->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return f->db ? file_fail(f) : xs_fail(XS_EIO, "%s: SQLite has no memory", path);
	sqlite3_busy_timeout(f->db, FILE_WAIT_MS);
	return XS_OK;
}

static int file_ready(xs_score_file *f)
{
	int form = XS_OK, rc = file_exec(f, "BEGIN");

	if (!rc)
		rc = form = file_form(f);
	xs_score_file_rollback(f);
	if (!rc || rc == XS_ENOTFOUND)
		rc = file_exec(f, "PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL");
	if (!rc && form == XS_ENOTFOUND)
		rc = file_make(f);
	return rc ? rc : file_prepare(f);
}

static int file_folder(const char *path)
{
	xs_arena *a = xs_arena_new();
	const char *slash = strrchr(path, '/');
	int rc = XS_OK;

	if (slash && slash > path)
		rc = xs_file_mkdirs(xs_arena_dupn(a, path, (size_t)(slash - path)));
	xs_arena_free(a);
	return rc ? XS_EUNSUPPORTED : XS_OK;
}

static int file_done(xs_score_file **out, int rc)
{
	if (rc) {
		xs_score_file_close(*out);
		*out = NULL;
	}
	return rc;
}

int xs_score_file_open(xs_score_file **out, const char *path)
{
	int rc;

	*out = NULL;
	rc = file_folder(path);
	if (!rc)
		rc = file_connect(out, path);
	if (!rc)
		rc = file_ready(*out);
	return file_done(out, rc);
}

/* SQLite's own way, safe beside other processes (sqlite.org/c3ref/c_dbconfig_defensive.html). */
int xs_score_file_renew(xs_score_file **out, const char *path)
{
	int rc = file_connect(out, path);

	if (!rc) {
		sqlite3_db_config((*out)->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
		rc = file_exec(*out, "VACUUM");
		sqlite3_db_config((*out)->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
	}
	if (!rc)
		rc = file_ready(*out);
	return file_done(out, rc);
}

void xs_score_file_close(xs_score_file *f)
{
	if (!f)
		return;
	for (int i = 0; i < FILE_STATEMENTS; i++)
		sqlite3_finalize(f->statements[i]);
	sqlite3_close(f->db);
	free(f->path);
	free(f);
}

/* Steps a bound statement once: XS_OK, a row; XS_ENOTFOUND, the end.  It is to be reset. */
static int file_step(xs_score_file *f, sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	return rc == SQLITE_ROW ? XS_OK : rc == SQLITE_DONE ? XS_ENOTFOUND : file_fail(f);
}

/* Runs a bound statement that gives no rows. */
static int file_run(xs_score_file *f, file_sql which)
{
	int rc = file_step(f, f->statements[which]);

	sqlite3_reset(f->statements[which]);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_score_file_begin(xs_score_file *f, bool write)
{
	return file_run(f, write ? FILE_BEGIN_WRITE : FILE_BEGIN);
}

int xs_score_file_commit(xs_score_file *f)
{
	return file_run(f, FILE_COMMIT);
}

void xs_score_file_rollback(xs_score_file *f)
{
	if (!sqlite3_get_autocommit(f->db))
		sqlite3_exec(f->db, "ROLLBACK", NULL, NULL, NULL);
}

int xs_score_file_clock(int64_t *written, int64_t *entries, xs_score_file *f)
{
	sqlite3_stmt *s = f->statements[FILE_CLOCK];
	int rc = file_step(f, s);

	if (!rc) {
		*written = sqlite3_column_int64(s, 0);
		*entries = sqlite3_column_int64(s, 1);
	}
	sqlite3_reset(s);
	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EFORMAT, "%s: it is damaged: the clock is missing", f->path);
	return rc;
}

int xs_score_file_set_clock(xs_score_file *f, int64_t written, int64_t entries)
{
	sqlite3_stmt *s = f->statements[FILE_SET_CLOCK];

	sqlite3_bind_int64(s, 1, written);
	sqlite3_bind_int64(s, 2, entries);
	return file_run(f, FILE_SET_CLOCK);
}

int xs_score_file_get(xs_score_row *row, xs_score_file *f)
{
	sqlite3_stmt *s = f->statements[FILE_GET];
	int rc;

	sqlite3_bind_int64(s, 1, row->id);
	rc = file_step(f, s);
	if (!rc) {
		row->mark = sqlite3_column_int64(s, 0);
		row->logit = sqlite3_column_double(s, 1);
		row->tokens = sqlite3_column_int64(s, 2);
		row->scored = sqlite3_column_int64(s, 3);
		row->window = sqlite3_column_int64(s, 4);
		row->used = sqlite3_column_int64(s, 5);
		row->first = sqlite3_column_int64(s, 6);
		row->length = sqlite3_column_int64(s, 7);
	}
	sqlite3_reset(s);
	return rc;
}

static int file_write_row(xs_score_file *f, file_sql which, const xs_score_row *row)
{
	sqlite3_stmt *s = f->statements[which];
	const int64_t values[] = {row->id,     row->mark, row->tokens, row->scored,
				  row->window, row->used, row->first,  row->length};

	for (int i = 0; i < 8; i++)
		sqlite3_bind_int64(s, i + 1, values[i]);
	sqlite3_bind_double(s, 9, row->logit);
	return file_run(f, which);
}

int xs_score_file_put(int64_t *added, xs_score_file *f, const xs_score_row *row)
{
	int rc = file_write_row(f, FILE_INSERT, row);

	if (rc)
		return rc;
	if (sqlite3_changes(f->db)) {
		++*added;
		return XS_OK;
	}
	return file_write_row(f, FILE_REPLACE, row);
}

int xs_score_file_touch(xs_score_file *f, int64_t id, int64_t used)
{
	sqlite3_stmt *s = f->statements[FILE_TOUCH];

	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_int64(s, 2, used);
	return file_run(f, FILE_TOUCH);
}

int xs_score_file_drop(int64_t *removed, xs_score_file *f, int64_t n)
{
	sqlite3_stmt *s = f->statements[FILE_DROP];
	int rc;

	sqlite3_bind_int64(s, 1, n);
	rc = file_run(f, FILE_DROP);
	if (!rc)
		*removed = sqlite3_changes(f->db);
	return rc;
}
