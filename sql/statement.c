/* SPDX-License-Identifier: GPL-2.0-or-later */
/* statement.c - statements that are prepared once, and bound by a word of letters. */
#include <stdarg.h>

#include "sql/sql.h"

/* PERSISTENT tells SQLite that the statement stays for long. */
int xs_sql_statement(sqlite3_stmt **out, xs_sql *s, size_t which)
{
	sqlite3_stmt **kept = &s->statements[which];

	*out = NULL;
	if (!*kept && sqlite3_prepare_v3(s->db, s->form->statements[which], -1,
					 SQLITE_PREPARE_PERSISTENT, kept, NULL) != SQLITE_OK)
		return xs_sql_fail(s);
	/* Its last use may have stopped at a row, with the read still open. */
	sqlite3_reset(*kept);
	*out = *kept;
	return XS_OK;
}

int xs_sql_prepare(xs_sql *s)
{
	sqlite3_stmt *one;
	int rc = XS_OK;

	for (size_t i = 0; i < s->form->n && rc == XS_OK; i++)
		rc = xs_sql_statement(&one, s, i);
	return rc;
}

/* SQLITE_STATIC: nothing is copied, as every caller steps before its values go. */
static int sql_vbind(xs_sql *s, sqlite3_stmt *to, const char *types, va_list args)
{
	int rc = SQLITE_OK;

	for (int i = 1; *types && rc == SQLITE_OK; types++, i++) {
		if (*types == 'i') {
			rc = sqlite3_bind_int64(to, i, va_arg(args, int64_t));
		} else if (*types == 'd') {
			rc = sqlite3_bind_double(to, i, va_arg(args, double));
		} else if (*types == 't') {
			rc = sqlite3_bind_text(to, i, va_arg(args, const char *), -1,
					       SQLITE_STATIC);
		} else {
			const void *bytes = va_arg(args, const void *);
			size_t len = va_arg(args, size_t);

			rc = sqlite3_bind_blob64(to, i, bytes, len, SQLITE_STATIC);
		}
	}
	return rc == SQLITE_OK ? XS_OK : xs_sql_fail(s);
}

int xs_sql_bind(xs_sql *s, sqlite3_stmt *to, const char *types, ...)
{
	va_list args;
	int rc;

	va_start(args, types);
	rc = sql_vbind(s, to, types, args);
	va_end(args);
	return rc;
}

int xs_sql_step(xs_sql *s, sqlite3_stmt *of)
{
	int rc = sqlite3_step(of);

	if (rc == SQLITE_ROW)
		return XS_OK;
	/* The sentence first: a reset may change what SQLite says of the connection.  The reset ends the
	 * read that the statement holds, else the log of the file could not be copied back. */
	rc = rc == SQLITE_DONE ? XS_ENOTFOUND : xs_sql_fail(s);
	sqlite3_reset(of);
	return rc;
}

static int sql_vrow(sqlite3_stmt **out, xs_sql *s, size_t which, const char *types, va_list args)
{
	int rc = xs_sql_statement(out, s, which);

	if (rc == XS_OK)
		rc = sql_vbind(s, *out, types, args);
	return rc == XS_OK ? xs_sql_step(s, *out) : rc;
}

int xs_sql_row(sqlite3_stmt **out, xs_sql *s, size_t which, const char *types, ...)
{
	va_list args;
	int rc;

	va_start(args, types);
	rc = sql_vrow(out, s, which, types, args);
	va_end(args);
	return rc;
}

int xs_sql_run(xs_sql *s, size_t which, const char *types, ...)
{
	sqlite3_stmt *of;
	va_list args;
	int rc;

	va_start(args, types);
	rc = sql_vrow(&of, s, which, types, args);
	va_end(args);
	if (rc == XS_OK)
		sqlite3_reset(of);
	/* No row is what nearly all of these give. */
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

const char *xs_sql_text(sqlite3_stmt *of, int column)
{
	const char *text = (const char *)sqlite3_column_text(of, column);

	/* No column of ours tells NULL from an empty text. */
	return text ? text : "";
}
