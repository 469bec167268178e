/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_private.h - the connection and its statements; for the files store*.c alone. */
#ifndef XS_INDEX_STORE_PRIVATE_H
#define XS_INDEX_STORE_PRIVATE_H

#include "index/store.h"
#include "sql/sql.h"

/* Statements that are prepared once; their SQL is in store_sql.c. */
typedef enum store_sql {
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
	STORE_ALIKE,
	STORE_TEXTS,
	STORE_TWINS,
	STORE_TWIN_SET,
	STORE_TWIN_NONE,
	STORE_TWIN_TELL,
	STORE_CONTENT_NONE,
	STORE_CONTENT_OF,
	STORE_CONTENT_SET,
	STORE_CONTENTS,
	STORE_VECTOR_KEYS,
	STORE_VECTOR_PUT,
	STORE_VECTOR_DELETE,
	STORE_VECTORS,
	STORE_COUNTS,
	STORE_LANGUAGES,
	STORE_VOCABULARY,
	STORE_FAILURES,
	STORE_N
} store_sql;

/* The tables, and the statements above. */
extern const xs_sql_form xs_store_form;

struct xs_store {
	xs_sql *sql;
};

#endif
