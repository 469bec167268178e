/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sql.c - opening: what is there is looked at first, then it is made ours or left alone. */
#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"

int xs_sql_fail(const xs_sql *s)
{
	const xs_sql_form *f = s->form;
	const char *why = sqlite3_errmsg(s->db);

	/* The low byte is the kind of failure; the others only tell more of it. */
	switch (sqlite3_errcode(s->db) & 0xff) {
	case SQLITE_NOMEM: xs_out_of_memory(0);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return xs_fail(XS_EBUSY, "%s: another process holds the %s: %s", s->path, f->noun,
			       why);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return xs_fail(f->denied, "%s: the %s cannot be %s here: %s", s->path, f->noun,
			       s->write ? "written" : "read", why);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return xs_fail(XS_EFORMAT, "%s: the %s is damaged: %s%s%s", s->path, f->noun, why,
			       *f->damaged ? "; " : "", f->damaged);
	case SQLITE_FULL:
		return xs_fail(XS_EIO, "%s: the disk is full; what was committed is kept", s->path);
	case SQLITE_ERROR: /* a table or column is not there */
	case SQLITE_MISUSE:
	case SQLITE_MISMATCH:
	case SQLITE_CONSTRAINT:
		return xs_fail(XS_EFORMAT, "%s: the %s has not the form expected: %s", s->path,
			       f->noun, why);
	default: return xs_fail(XS_EIO, "%s: %s", s->path, why);
	}
}

/* SQLite rolls a statement back by itself; the transaction around it is the caller's. */
int xs_sql_exec(xs_sql *s, const char *text)
{
	return sqlite3_exec(s->db, text, NULL, NULL, NULL) == SQLITE_OK ? XS_OK : xs_sql_fail(s);
}

/* Not kept: it is asked once, at opening. */
int xs_sql_number(int64_t *out, xs_sql *s, const char *text)
{
	sqlite3_stmt *of = NULL;
	int rc = XS_OK;

	*out = 0;
	if (sqlite3_prepare_v2(s->db, text, -1, &of, NULL) == SQLITE_OK &&
	    sqlite3_step(of) == SQLITE_ROW)
		*out = sqlite3_column_int64(of, 0);
	else
		rc = xs_sql_fail(s);
	sqlite3_finalize(of);
	return rc;
}

int xs_sql_begin(xs_sql *s, bool write)
{
	/* IMMEDIATE takes the lock now.  A read that turns into a write may be refused without a
	 * wait. */
	return xs_sql_exec(s, write ? "BEGIN IMMEDIATE" : "BEGIN");
}

int xs_sql_commit(xs_sql *s)
{
	return xs_sql_exec(s, "COMMIT");
}

/* What fails here has ended the transaction already. */
void xs_sql_rollback(xs_sql *s)
{
	if (xs_sql_within(s))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

bool xs_sql_within(const xs_sql *s)
{
	return !sqlite3_get_autocommit(s->db);
}

int xs_sql_copy(xs_sql *s, const char *path, const xs_deadline *stop)
{
	enum { PAGES = 1024 }; /* between two looks at `stop` */
	xs_sql to = {.path = (char *)path, .form = s->form, .write = true};
	sqlite3_backup *copy = NULL;
	int rc = XS_OK;

	/* SQLite's own backup, which copies a state while others write; to copy the file would not. */
	unlink(path); /* what an earlier try left */
	if (sqlite3_open_v2(path, &to.db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) == SQLITE_OK)
		copy = sqlite3_backup_init(to.db, "main", s->db, "main");
	if (!copy)
		rc = to.db ? xs_sql_fail(&to) : xs_fail(XS_EIO, "%s: out of memory", path);
	while (rc == XS_OK && sqlite3_backup_step(copy, PAGES) == SQLITE_OK)
		if (xs_deadline_over(stop))
			rc = xs_fail(XS_ECANCEL, "stopped; there is no backup");
	if (copy && sqlite3_backup_finish(copy) != SQLITE_OK && rc == XS_OK)
		rc = xs_sql_fail(&to);
	/* One file, that can be read where nothing can be written; a writer goes back to WAL. */
	if (rc == XS_OK)
		rc = xs_sql_exec(&to, "PRAGMA journal_mode = DELETE");
	sqlite3_close(to.db);
	return rc;
}

/* ---- the form */

/* The version of what is there; 0: an empty file. */
static int sql_version(int64_t *version, xs_sql *s)
{
	const xs_sql_form *f = s->form;
	int64_t application, tables;
	int rc = xs_sql_number(version, s, "PRAGMA user_version");

	if (rc == XS_OK)
		rc = xs_sql_number(&application, s, "PRAGMA application_id");
	if (rc == XS_OK)
		rc = xs_sql_number(&tables, s, "SELECT count(*) FROM sqlite_master");
	/* Nothing in it: a file that is new, or that was made and not yet filled. */
	if (rc < 0 || (!*version && !application && !tables))
		return rc;
	/* Tables without our numbers are another program's. */
	if (*version < 1 || application != f->application)
		return xs_fail(f->foreign,
			       "%s: expected a %s of this program, found another database", s->path,
			       f->noun);
	if (*version > f->version)
		return xs_fail(f->foreign,
			       "%s: the %s was written by a newer release (form %lld, this one "
			       "knows %d)%s%s",
			       s->path, f->noun, (long long)*version, f->version,
			       *f->newer ? ": " : "", f->newer);
	return XS_OK;
}

/* Looks at the file as it is at one moment. */
static int sql_look(int64_t *version, xs_sql *s)
{
	int rc = xs_sql_begin(s, false);

	if (rc == XS_OK)
		rc = sql_version(version, s);
	xs_sql_rollback(s);
	return rc;
}

/* The numbers are set after each step, within the same transaction. */
static int sql_take_step(xs_sql *s, int64_t version)
{
	char number[96];
	int rc = xs_sql_exec(s, s->form->steps[version]);

	/* A pragma takes no parameters, so its numbers are written out. */
	snprintf(number, sizeof number, "PRAGMA application_id = %d; PRAGMA user_version = %lld",
		 s->form->application, (long long)version + 1);
	return rc < 0 ? rc : xs_sql_exec(s, number);
}

/* All steps in one transaction: a process that is killed leaves the older form whole.  The version is
 * looked at again, as another process may have been quicker. */
static int sql_migrate(xs_sql *s)
{
	int64_t version = 0;
	int rc = xs_sql_begin(s, true);

	if (rc == XS_OK)
		rc = sql_version(&version, s);
	for (; rc == XS_OK && version < s->form->version; version++)
		rc = sql_take_step(s, version);
	if (rc == XS_OK)
		rc = xs_sql_commit(s);
	xs_sql_rollback(s);
	return rc;
}

/* The pragmas come after the look: another program's database is not to be turned to WAL. */
static int sql_ready(xs_sql *s)
{
	const xs_sql_form *f = s->form;
	int64_t version = 0;
	int rc = sql_look(&version, s);

	if (rc == XS_OK && !s->write && version == 0)
		/* A writer has made the file and is about to fill it: to a reader there is none
		 * yet. */
		return XS_ENOTFOUND;
	if (rc == XS_OK && !s->write && version < f->version)
		return xs_fail(
			XS_EFORMAT,
			"%s: the %s was written by an older release (form %lld, expected %d); "
			"opened to be written, it is brought up to date",
			s->path, f->noun, (long long)version, f->version);
	if (rc == XS_OK && s->write)
		rc = xs_sql_exec(s, f->writing);
	if (rc == XS_OK)
		rc = xs_sql_exec(s, f->always);
	return rc == XS_OK && version < f->version ? sql_migrate(s) : rc;
}

/* ---- opening */

/* Opens a file that nobody writes, in a folder that we cannot write: without a lock, and without the
 * shared memory that WAL needs. */
static int sql_open_still(xs_sql *s)
{
	xs_arena *a = xs_arena_new();
	char *uri = xs_arena_alloc(a, 3 * strlen(s->path) + 32), *to = uri + sprintf(uri, "file:");
	const char *p;
	int rc;

	for (p = s->path; *p; p++)
		/* These three mean something in a URI. */
		to += strchr("?#%", *p) ? sprintf(to, "%%%02X", (unsigned char)*p)
					: sprintf(to, "%c", *p);
	sprintf(to, "?immutable=1");
	sqlite3_close_v2(s->db);
	rc = sqlite3_open_v2(uri, &s->db,
			     SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	xs_arena_free(a);
	return rc == SQLITE_OK ? XS_OK : xs_sql_fail(s);
}

/* Whether something stands in a log, which sql_open_still() would pass over. */
static bool sql_has_log(const xs_sql *s)
{
	xs_arena *a = xs_arena_new();
	struct stat log;
	bool has = stat(xs_arena_printf(a, "%s-wal", s->path), &log) == 0 && log.st_size > 0;

	xs_arena_free(a);
	return has;
}

static int sql_connect(xs_sql *s)
{
	int flags = s->write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int64_t n;
	int why, rc;

	/* NOMUTEX: a connection is used by one thread at a time. */
	if (sqlite3_open_v2(s->path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return s->db ? xs_sql_fail(s) : xs_fail(XS_EIO, "%s: out of memory", s->path);
	sqlite3_busy_timeout(s->db, s->form->wait_ms);
	if (s->write)
		return XS_OK;
	/* The first read shows whether SQLite can make the shared memory beside the file. */
	rc = xs_sql_number(&n, s, "PRAGMA schema_version");
	why = sqlite3_errcode(s->db) & 0xff;
	if (rc < 0 && (why == SQLITE_CANTOPEN || why == SQLITE_READONLY) && !sql_has_log(s))
		rc = sql_open_still(s);
	return rc;
}

static xs_sql *sql_new(const char *path, const xs_sql_form *form, bool write)
{
	xs_sql *s = xs_calloc(1, sizeof *s);

	s->form = form;
	s->path = xs_strdup(path);
	s->write = write;
	s->statements = xs_calloc(form->n + 1, sizeof *s->statements);
	return s;
}

static int sql_done(xs_sql **out, xs_sql *s, int rc)
{
	if (rc < 0)
		xs_sql_close(s);
	else
		*out = s;
	return rc;
}

int xs_sql_open(xs_sql **out, const char *path, const xs_sql_form *form, bool write)
{
	xs_sql *s;
	int rc;

	*out = NULL;
	if (!write && access(path, F_OK) < 0)
		return XS_ENOTFOUND;
	s = sql_new(path, form, write);
	rc = sql_connect(s);
	if (rc == XS_OK)
		rc = sql_ready(s);
	return sql_done(out, s, rc);
}

/* SQLite's own way, safe beside other processes (sqlite.org/c3ref/c_dbconfig_defensive.html). */
int xs_sql_renew(xs_sql **out, const char *path, const xs_sql_form *form)
{
	xs_sql *s = sql_new(path, form, true);
	int rc = sql_connect(s);

	*out = NULL;
	if (rc == XS_OK) {
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
		rc = xs_sql_exec(s, "VACUUM");
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
	}
	if (rc == XS_OK)
		rc = sql_ready(s);
	return sql_done(out, s, rc);
}

void xs_sql_close(xs_sql *s)
{
	if (!s)
		return;
	/* Before the closing: SQLite keeps a connection that has statements, and its locks. */
	for (size_t i = 0; i < s->form->n; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close_v2(s->db);
	free(s->statements);
	free(s->path);
	free(s);
}
