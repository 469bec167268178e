/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_read.c - passages with all of their page, the outbox, and figures for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "index/store_private.h"

/* A row of STORE_WHOLE as a record, valid until the next step. */
static void store_record(xs_record *r, sqlite3_stmt *s)
{
	*r = (xs_record){.docid = (uint64_t)sqlite3_column_int64(s, 0)};
	r->ordinal = sqlite3_column_int64(s, 2);
	r->heading = xs_sql_text(s, 3);
	r->anchor = xs_sql_text(s, 4);
	r->text = xs_sql_text(s, 5);
	if (sqlite3_column_type(s, 6) != SQLITE_NULL) {
		r->tokens = sqlite3_column_blob(s, 6);
		r->tokens_len = (size_t)sqlite3_column_bytes(s, 6);
		r->tokens = r->tokens ? r->tokens : "";
	}
	r->url = xs_sql_text(s, 7);
	r->title = xs_sql_text(s, 8);
	r->path = xs_sql_text(s, 9);
	r->type = xs_sql_text(s, 10);
	r->language = xs_sql_text(s, 11);
	r->meta = xs_sql_text(s, 12);
	r->date = sqlite3_column_int64(s, 13);
	r->vocabulary = (uint64_t)sqlite3_column_int64(s, 14);
	r->links = sqlite3_column_int64(s, 15) != 0;
	r->aside = xs_sql_text(s, 16);
	r->aliases = xs_sql_text(s, 17);
	r->versions = xs_sql_text(s, 18);
	r->weights = xs_sql_text(s, 19);
	r->page = xs_record_page(xs_sql_text(s, 1), r->url);
}

/* By rising number: Xapian appends fastest so, and gaps cost nothing. */
int xs_store_records(xs_store *st, xs_store_see *see, void *user)
{
	sqlite3_stmt *s;
	xs_record r;
	int rc = xs_sql_statement(&s, st->sql, STORE_RECORDS);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		store_record(&r, s);
		rc = see(user, &r);
	}
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_record(xs_store *st, uint64_t docid, xs_store_see *see, void *user)
{
	sqlite3_stmt *s;
	xs_record r;
	int rc = xs_sql_row(&s, st->sql, STORE_RECORD, "i", (int64_t)docid);

	if (rc < 0)
		return rc;
	store_record(&r, s);
	rc = see(user, &r);
	sqlite3_reset(s);
	return rc;
}

/* From SQLite's own table, as entries of the outbox go while their numbers must not come again. */
int xs_store_last(int64_t *out, xs_store *st)
{
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, st->sql, STORE_OUTBOX_LAST, "");

	*out = 0;
	if (rc == XS_OK) {
		*out = sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* DISTINCT: a passage that changed ten times is told once, as it is now. */
int xs_store_pending(uint64_t **out, size_t *n, xs_arena *a, xs_store *st, int64_t after)
{
	sqlite3_stmt *s;
	xs_buf ids;
	uint64_t id;
	int rc = xs_sql_statement(&s, st->sql, STORE_OUTBOX_PENDING);

	xs_buf_init(&ids);
	if (rc == XS_OK)
		rc = xs_sql_bind(st->sql, s, "i", after);
	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		id = (uint64_t)sqlite3_column_int64(s, 0);
		xs_buf_put(&ids, &id, sizeof id);
	}
	*n = ids.len / sizeof id;
	*out = xs_arena_array(a, *n + 1, sizeof id);
	memcpy(*out, ids.data, ids.len);
	xs_buf_fini(&ids);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* Only when Xapian has committed: "told" is what the next start compares Xapian's number with. */
int xs_store_trim(xs_store *st, int64_t seq)
{
	char number[32];
	int rc = xs_store_begin(st);

	if (rc < 0)
		return rc;
	snprintf(number, sizeof number, "%lld", (long long)seq);
	rc = xs_sql_run(st->sql, STORE_OUTBOX_TRIM, "i", seq);
	if (rc == XS_OK)
		rc = xs_store_set(st, "told", number);
	if (rc == XS_OK)
		rc = xs_store_commit(st);
	if (rc < 0)
		xs_store_rollback(st);
	return rc;
}

/* Words of a one-column query, with spaces between.  Languages by number of pages, in one line
 * for people. */
static int store_words(const char **out, xs_arena *a, xs_store *st, store_sql which)
{
	sqlite3_stmt *s;
	xs_buf words;
	int rc = xs_sql_statement(&s, st->sql, which);

	xs_buf_init(&words);
	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		if (words.len)
			xs_buf_putc(&words, ' ');
		xs_buf_puts(&words, xs_sql_text(s, 0));
	}
	*out = xs_arena_dup(a, words.data);
	xs_buf_fini(&words);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_status(xs_index_status *out, xs_arena *a, xs_store *st)
{
	uint64_t *counts[] = {&out->pages,    &out->noindex, &out->failed,
			      &out->passages, &out->pending, &out->bytes};
	const char *updated = "";
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, st->sql, STORE_COUNTS, ""), i;

	out->languages = "";
	for (i = 0; i < 6 && rc == XS_OK; i++)
		*counts[i] = (uint64_t)sqlite3_column_int64(s, i);
	sqlite3_reset(s);
	if (rc == XS_OK)
		rc = xs_store_get(&updated, a, st, "updated");
	out->updated = strtoll(updated, NULL, 10);
	if (rc == XS_OK)
		rc = store_words(&out->languages, a, st, STORE_LANGUAGES);
	if (rc == XS_OK)
		rc = xs_sql_statement(&s, st->sql, STORE_VOCABULARY);
	if (rc == XS_OK)
		rc = xs_sql_step(st->sql, s);
	if (rc == XS_OK) {
		out->vocabulary = (uint64_t)sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_failures(xs_index_failure *out, size_t *n, size_t room, xs_arena *a, xs_store *st)
{
	sqlite3_stmt *s;
	int rc = xs_sql_statement(&s, st->sql, STORE_FAILURES);

	*n = 0;
	if (rc == XS_OK)
		rc = xs_sql_bind(st->sql, s, "i", (int64_t)room);
	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		out[*n].key = xs_arena_dup(a, xs_sql_text(s, 0));
		out[*n].error = xs_arena_dup(a, xs_sql_text(s, 1));
		++*n;
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* The first fault is enough: the answer is a backup, whatever it is. */
int xs_store_check(xs_store *st)
{
	sqlite3_stmt *s = NULL;
	int rc = XS_OK;

	if (sqlite3_prepare_v2(st->sql->db, "PRAGMA integrity_check(1)", -1, &s, NULL) !=
		    SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		rc = xs_sql_fail(st->sql);
	else if (strcmp(xs_sql_text(s, 0), "ok") != 0)
		rc = xs_fail(XS_EFORMAT, "%s: the store is damaged: %s", st->sql->path,
			     xs_sql_text(s, 0));
	sqlite3_finalize(s);
	return rc;
}
