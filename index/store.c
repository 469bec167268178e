/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.c - opening, transactions, named values. */
#include "index/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "index/store_private.h"

int xs_store_open(xs_store **out, const char *path, bool write)
{
	xs_sql *sql;
	int rc = xs_sql_open(&sql, path, &xs_store_form, write);

	*out = NULL;
	if (rc < 0)
		return rc;
	*out = xs_calloc(1, sizeof **out);
	(*out)->sql = sql;
	return XS_OK;
}

void xs_store_close(xs_store *st)
{
	if (!st)
		return;
	xs_sql_close(st->sql);
	free(st);
}

int xs_store_begin(xs_store *st)
{
	return xs_sql_begin(st->sql, st->sql->write);
}

int xs_store_commit(xs_store *st)
{
	return xs_sql_commit(st->sql);
}

void xs_store_rollback(xs_store *st)
{
	xs_sql_rollback(st->sql);
}

bool xs_store_writing(const xs_store *st)
{
	return xs_sql_within(st->sql);
}

/* A value that was never set is "", not an error: older stores lack newer names. */
int xs_store_get(const char **value, xs_arena *a, xs_store *st, const char *name)
{
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, st->sql, STORE_GET, "t", name);

	*value = "";
	if (rc == XS_OK) {
		*value = xs_arena_dup(a, xs_sql_text(s, 0));
		sqlite3_reset(s);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_set(xs_store *st, const char *name, const char *value)
{
	return xs_sql_run(st->sql, STORE_SET, "tt", name, value);
}

int xs_store_copy(xs_store *st, const char *path, const xs_deadline *stop)
{
	return xs_sql_copy(st->sql, path, stop);
}
