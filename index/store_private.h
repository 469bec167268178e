/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_private.h - the connection and its statements; for the files store*.c alone. */
#ifndef XS_INDEX_STORE_PRIVATE_H
#define XS_INDEX_STORE_PRIVATE_H

#include <sqlite3.h>

#include "index/store.h"

/* Statements that are prepared once; their SQL is in store_sql.c. */
typedef enum store_sql {
	STORE_BEGIN,
	STORE_BEGIN_READ,
	STORE_COMMIT,
	STORE_ROLLBACK,
	STORE_GET,
	STORE_SET,
	STORE_FIND,
	STORE_PAGE_SAID,
	STORE_PAGE_INSERT,
	STORE_PAGE_UPDATE,
	STORE_PAGE_TOUCH,
	STORE_PAGE_FAILED,
	STORE_PAGE_DELETE,
	STORE_PAGE_KEYS,
	STORE_PASSAGES,
	STORE_PASSAGE_INSERT,
	STORE_PASSAGE_UPDATE,
	STORE_PASSAGE_DELETE,
	STORE_RECORDS,
	STORE_RECORD,
	STORE_OUTBOX_PUT,
	STORE_OUTBOX_LAST,
	STORE_OUTBOX_PENDING,
	STORE_OUTBOX_TRIM,
	STORE_COUNTS,
	STORE_LANGUAGES,
	STORE_VOCABULARY,
	STORE_FAILURES,
	STORE_N
} store_sql;

extern const char *const xs_store_sql[STORE_N];

/* Makes the tables. */
extern const char *const xs_store_schema;

enum { XS_STORE_VERSION = 1 }; /* user_version of the file; rises when the tables change */

struct xs_store {
	sqlite3 *db;
	char *path;
	bool write;
	sqlite3_stmt *statements[STORE_N];
};

/* The code and sentence of what SQLite last said. */
int xs_store_fail(xs_store *st);

/* The statement `which`, ready to be bound. */
int xs_store_statement(sqlite3_stmt **out, xs_store *st, store_sql which);

/* Binds parameters from 1 on: 'i' int64_t, 't' const char *, 'b' const void * and size_t. */
int xs_store_bind(xs_store *st, sqlite3_stmt *s, const char *types, ...);

/* One step: XS_OK, a row; XS_ENOTFOUND, the end. */
int xs_store_step(xs_store *st, sqlite3_stmt *s);

/* Prepares, binds and runs a statement that gives no rows. */
int xs_store_run(xs_store *st, store_sql which, const char *types, ...);

/* A text column, never NULL, valid until the next step. */
const char *xs_store_text(sqlite3_stmt *s, int column);

#endif
