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
	enum { PAGES = 1024 }; /* between two looks at `stop` */
	xs_sql to = {.path = (char *)path, .form = &xs_store_form, .write = true};
	sqlite3_backup *copy = NULL;
	int rc = XS_OK;

	unlink(path); /* what an earlier try left */
	if (sqlite3_open_v2(path, &to.db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) == SQLITE_OK)
		copy = sqlite3_backup_init(to.db, "main", st->sql->db, "main");
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
