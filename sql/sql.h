/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sql.h - an SQLite file of this program: opening, its form, transactions, statements, failures.
 *
 * The store, the log of questions and the kept scores are three such files.  Knows nothing of what
 * is in them: each describes itself by an xs_sql_form.  One thread at a time for each xs_sql; any
 * number of processes for each file.
 *
 * The form of a file is a number, SQLite's user_version.  A new file is made by the same steps that
 * bring an older one up to date, so both end alike.  A step, once released, is never changed: a
 * change of the tables is a further step. */
#ifndef XS_SQL_SQL_H
#define XS_SQL_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

/* What a file holds.  Static data: an xs_sql borrows it for its life. */
typedef struct xs_sql_form {
	const char *noun; /* in sentences: "store" */
	int application;  /* SQLite's application_id; 0: the file has none */
	int version;	  /* that this release writes; there are so many steps */
	const char *const
		*steps; /* steps[v]: SQL that makes version v + 1 of version v; 0 is an empty
				   * file.  Each runs in the one transaction of them all */
	const char *always,
		*writing; /* pragmas of every connection, of one that writes; "" for none */
	int wait_ms;	  /* for the transaction of another process */
	int foreign; /* code for another database, or a newer release's: XS_EFORMAT or XS_EINPUT */
	int denied; /* code for a file that may not be opened or written: XS_EIO or XS_EUNSUPPORTED */
	const char *damaged; /* what to do about damage, after the sentence's ";"; "" for nothing */
	const char *newer;   /* what to do about a newer release's, likewise */
	const char *const *statements; /* SQL of xs_sql_statement(); n */
	size_t n;
} xs_sql_form;

typedef struct xs_sql {
	sqlite3 *db;
	const xs_sql_form *form;
	char *path;
	bool write;
	sqlite3_stmt **statements; /* form->n; NULL: not yet prepared */
} xs_sql;

/* Opens the file.  `write` makes it if it is absent and brings an older form up to date.  To read
 * works also in a folder that we cannot write.  The caller closes it.
 * XS_ENOTFOUND (no sentence), when reading: there is no file, or an empty one.  XS_EFORMAT: damaged;
 * when reading, an older form.  form->foreign, form->denied; XS_EBUSY; XS_EIO: the disk is full and
 * the like. */
int xs_sql_open(xs_sql **out, const char *path, const xs_sql_form *form, bool write);

/* Empties a damaged file and opens it to write, while others may have it open. */
int xs_sql_renew(xs_sql **out, const char *path, const xs_sql_form *form);

/* Rolls back what was not committed.  NULL is fine. */
void xs_sql_close(xs_sql *s);

/* Code and sentence of what SQLite last said of the connection. */
int xs_sql_fail(const xs_sql *s);

/* Runs SQL that gives no rows. */
int xs_sql_exec(xs_sql *s, const char *text);

/* The number that a query of one value gives. */
int xs_sql_number(int64_t *out, xs_sql *s, const char *text);

/* A transaction.  `write` takes the lock at once: one that began to read could not wait for it. */
int xs_sql_begin(xs_sql *s, bool write);
int xs_sql_commit(xs_sql *s);
void xs_sql_rollback(xs_sql *s);     /* fine outside of one */
bool xs_sql_within(const xs_sql *s); /* whether one is open */

/* Writes all of the file (as the open transaction sees it, if there is one) to a new one, for a backup.
 * XS_ECANCEL: `stop` was over; XS_EIO: disk full and the like. */
int xs_sql_copy(xs_sql *s, const char *path, const xs_deadline *stop);

/* ---- statements, each prepared once */

/* form->statements[which], ready to be bound.  Borrowed from `s`. */
int xs_sql_statement(sqlite3_stmt **out, xs_sql *s, size_t which);

/* Prepares them all, so that a table that is missing is found now. */
int xs_sql_prepare(xs_sql *s);

/* Binds parameters from 1 on: 'i' int64_t, 'd' double, 't' const char *, 'b' const void * and
 * size_t.  Texts and bytes are borrowed until the statement is bound anew. */
int xs_sql_bind(xs_sql *s, sqlite3_stmt *to, const char *types, ...);

/* One step: XS_OK, a row; XS_ENOTFOUND (no sentence), the end, and the statement is reset. */
int xs_sql_step(xs_sql *s, sqlite3_stmt *of);

/* Binds as above and runs a statement that gives no rows. */
int xs_sql_run(xs_sql *s, size_t which, const char *types, ...);

/* Binds as above and takes the first row, if there is one: XS_OK, and the caller resets *out;
 * XS_ENOTFOUND (no sentence). */
int xs_sql_row(sqlite3_stmt **out, xs_sql *s, size_t which, const char *types, ...);

/* A text column, never NULL, valid until the next step. */
const char *xs_sql_text(sqlite3_stmt *of, int column);

#endif
