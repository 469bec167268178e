/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_file.c - the tables and the statements of the kept scores.
 *
 * WAL, so that readers and the writer of several processes do not wait for each other; nothing is
 * synced, as a loss costs time alone: after a crash of the machine the file may be damaged, which is
 * found and mended (score_cache.c). */
#include "plugin/score_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "sql/sql.h"

typedef enum file_sql {
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
	/* Only its time: a score that is known is not written once more. */
	[FILE_TOUCH] = "UPDATE scores SET used = ?2 WHERE id = ?1",
	/* Those that were not used for longest. */
	[FILE_DROP] =
		"DELETE FROM scores WHERE id IN (SELECT id FROM scores ORDER BY used LIMIT ?1)",
};

/* The second form has the tokens of the best window. */
#define FILE_TABLES(window)                                                       \
	"CREATE TABLE scores("                                                    \
	"  id INTEGER PRIMARY KEY,"                                               \
	"  mark INTEGER NOT NULL,"                                                \
	"  logit REAL NOT NULL,"                                                  \
	"  tokens INTEGER NOT NULL,"                                              \
	"  scored INTEGER NOT NULL,"                                              \
	"  best INTEGER NOT NULL," window "  used INTEGER NOT NULL);"             \
	"CREATE INDEX scores_used ON scores(used);"                               \
	"CREATE TABLE clock(written INTEGER NOT NULL, entries INTEGER NOT NULL);" \
	"INSERT INTO clock VALUES(0, 0);"

/* The marks of the first form do not cover the window's tokens, so none of its rows would be
 * believed: they go. */
static const char *const file_steps[] = {
	FILE_TABLES(""),
	"DROP TABLE scores; DROP TABLE clock;" FILE_TABLES(
		"  first INTEGER NOT NULL,  length INTEGER NOT NULL,"),
};

/* "xsSC": tells the file from other databases. */
enum { FILE_APPLICATION = 0x78735343 };

static const xs_sql_form file_form = {
	.noun = "file of scores",
	.application = FILE_APPLICATION,
	.version = sizeof file_steps / sizeof *file_steps,
	.steps = file_steps,
	.always = "",
	/* Nothing is synced: see above. */
	.writing = "PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL",
	.wait_ms = 10, /* a query does not wait longer for what it can compute */
	/* The setting names another program's file. */
	.foreign = XS_EINPUT,
	/* A place that is not ours to write is common in containers, and no failure. */
	.denied = XS_EUNSUPPORTED,
	.damaged = "",
	.newer = "",
	.statements = file_statements,
	.n = FILE_STATEMENTS,
};

struct xs_score_file {
	xs_sql *sql;
};

/* A folder that cannot be made is a place that is not ours to write, not a failure to tell. */
static int file_folder(const char *path)
{
	xs_arena *a = xs_arena_new();
	const char *slash = strrchr(path, '/');
	int rc = XS_OK;

	if (slash && slash > path)
		rc = xs_file_mkdirs(xs_arena_dupn(a, path, (size_t)(slash - path)));
	xs_arena_free(a);
	return rc != XS_OK ? XS_EUNSUPPORTED : XS_OK;
}

/* Takes an open file; all statements are prepared now, so that a file without a table is found to be
 * damaged before a score is lost. */
static int file_take(xs_score_file **out, xs_sql *sql)
{
	int rc = xs_sql_prepare(sql);

	if (rc != XS_OK) {
		xs_sql_close(sql);
		return rc;
	}
	*out = xs_calloc(1, sizeof **out);
	(*out)->sql = sql;
	return XS_OK;
}

int xs_score_file_open(xs_score_file **out, const char *path)
{
	xs_sql *sql;
	int rc = file_folder(path);

	*out = NULL;
	if (rc == XS_OK)
		rc = xs_sql_open(&sql, path, &file_form, true);
	return rc != XS_OK ? rc : file_take(out, sql);
}

int xs_score_file_renew(xs_score_file **out, const char *path)
{
	xs_sql *sql;
	int rc = xs_sql_renew(&sql, path, &file_form);

	*out = NULL;
	return rc != XS_OK ? rc : file_take(out, sql);
}

void xs_score_file_close(xs_score_file *f)
{
	if (!f)
		return;
	xs_sql_close(f->sql);
	free(f);
}

int xs_score_file_begin(xs_score_file *f, bool write)
{
	return xs_sql_begin(f->sql, write);
}

int xs_score_file_commit(xs_score_file *f)
{
	return xs_sql_commit(f->sql);
}

void xs_score_file_rollback(xs_score_file *f)
{
	xs_sql_rollback(f->sql);
}

int xs_score_file_clock(int64_t *written, int64_t *entries, xs_score_file *f)
{
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, f->sql, FILE_CLOCK, "");

	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EFORMAT,
			       "%s: the file of scores is damaged: the clock is missing",
			       f->sql->path);
	if (rc != XS_OK)
		return rc;
	*written = sqlite3_column_int64(s, 0);
	*entries = sqlite3_column_int64(s, 1);
	/* A statement that is not reset keeps its read open. */
	sqlite3_reset(s);
	return XS_OK;
}

int xs_score_file_set_clock(xs_score_file *f, int64_t written, int64_t entries)
{
	return xs_sql_run(f->sql, FILE_SET_CLOCK, "ii", written, entries);
}

int xs_score_file_get(xs_score_row *row, xs_score_file *f)
{
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, f->sql, FILE_GET, "i", row->id);

	if (rc != XS_OK)
		return rc;
	row->mark = sqlite3_column_int64(s, 0);
	row->logit = sqlite3_column_double(s, 1);
	row->tokens = sqlite3_column_int64(s, 2);
	row->scored = sqlite3_column_int64(s, 3);
	row->window = sqlite3_column_int64(s, 4);
	row->used = sqlite3_column_int64(s, 5);
	row->first = sqlite3_column_int64(s, 6);
	row->length = sqlite3_column_int64(s, 7);
	sqlite3_reset(s);
	return XS_OK;
}

/* The order of the parameters is that of both statements. */
static int file_write_row(xs_score_file *f, file_sql which, const xs_score_row *row)
{
	return xs_sql_run(f->sql, which, "iiiiiiiid", row->id, row->mark, row->tokens, row->scored,
			  row->window, row->used, row->first, row->length, row->logit);
}

/* Not one statement with "ON CONFLICT": only the number of changes tells whether a row is new, and
 * that counts both. */
int xs_score_file_put(int64_t *added, xs_score_file *f, const xs_score_row *row)
{
	int rc = file_write_row(f, FILE_INSERT, row);

	if (rc != XS_OK)
		return rc;
	if (sqlite3_changes(f->sql->db)) {
		++*added;
		return XS_OK;
	}
	return file_write_row(f, FILE_REPLACE, row);
}

int xs_score_file_touch(xs_score_file *f, int64_t id, int64_t used)
{
	return xs_sql_run(f->sql, FILE_TOUCH, "ii", id, used);
}

int xs_score_file_drop(int64_t *removed, xs_score_file *f, int64_t n)
{
	int rc = xs_sql_run(f->sql, FILE_DROP, "i", n);

	if (rc == XS_OK)
		*removed = sqlite3_changes(f->sql->db);
	return rc;
}
