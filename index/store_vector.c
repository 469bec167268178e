/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_vector.c - what passages say, as one number, and the vectors that were made of it. */
#include <stdlib.h>

#include "base/memory.h"
#include "index/store_private.h"

/* Passages of one transaction. */
enum { STORE_FILLED = 1000 };

typedef struct store_ids {
	int64_t *list;
	size_t n, cap;
} store_ids;

/* All of them first: the statement must not run while its table is written. */
static int store_content_none(store_ids *out, xs_store *st)
{
	sqlite3_stmt *s;
	int rc = xs_sql_statement(&s, st->sql, STORE_CONTENT_NONE);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		out->list = xs_grow(out->list, out->n, &out->cap, sizeof *out->list);
		out->list[out->n++] = sqlite3_column_int64(s, 0);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static int store_content_set(xs_store *st, int64_t docid)
{
	xs_record r = {0};
	sqlite3_stmt *s;
	uint64_t content;
	int rc = xs_sql_row(&s, st->sql, STORE_CONTENT_OF, "i", docid);

	/* Without its page it is shown nowhere. */
	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	r.title = xs_sql_text(s, 0);
	r.heading = xs_sql_text(s, 1);
	r.text = xs_sql_text(s, 2);
	content = xs_record_content(&r);
	sqlite3_reset(s);
	return xs_sql_run(st->sql, STORE_CONTENT_SET, "ii", docid, (int64_t)content);
}

int xs_store_contents_fill(xs_store *st, const xs_deadline *stop)
{
	store_ids ids = {0};
	int rc = store_content_none(&ids, st);
	size_t i;

	for (i = 0; i < ids.n && rc == XS_OK; i++) {
		if (i % STORE_FILLED == 0 && xs_deadline_over(stop))
			rc = xs_fail(XS_ECANCEL, "stopped");
		else if (i % STORE_FILLED == 0)
			rc = xs_store_begin(st);
		if (rc == XS_OK)
			rc = store_content_set(st, ids.list[i]);
		if (rc == XS_OK && (i % STORE_FILLED == STORE_FILLED - 1 || i + 1 == ids.n))
			rc = xs_store_commit(st);
	}
	xs_store_rollback(st);
	free(ids.list);
	return rc;
}

int xs_store_contents(xs_store *st, xs_store_see_content *see, void *user)
{
	sqlite3_stmt *s;
	int rc = xs_sql_statement(&s, st->sql, STORE_CONTENTS);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK)
		rc = see(user, (uint64_t)sqlite3_column_int64(s, 0),
			 (uint64_t)sqlite3_column_int64(s, 1), xs_sql_text(s, 2));
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_vector_put(xs_store *st, const xs_store_vector *v)
{
	return xs_sql_run(st->sql, STORE_VECTOR_PUT, "iidb", (int64_t)v->key.content,
			  (int64_t)v->identity, (double)v->scale, v->items, (size_t)v->dimensions);
}

int xs_store_vector_delete(xs_store *st, uint64_t content)
{
	return xs_sql_run(st->sql, STORE_VECTOR_DELETE, "i", (int64_t)content);
}

int xs_store_vector_keys(xs_store *st, xs_store_see_vector_key *see, void *user)
{
	sqlite3_stmt *s;
	int rc = xs_sql_statement(&s, st->sql, STORE_VECTOR_KEYS);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK)
		rc = see(user, (uint64_t)sqlite3_column_int64(s, 0),
			 (uint64_t)sqlite3_column_int64(s, 1));
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_vectors(xs_store *st, uint64_t identity, xs_store_see_vector *see, void *user)
{
	xs_store_vector v = {.identity = identity};
	sqlite3_stmt *s;
	int rc = xs_sql_statement(&s, st->sql, STORE_VECTORS);

	if (rc == XS_OK)
		rc = xs_sql_bind(st->sql, s, "i", (int64_t)identity);
	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		v.key.docid = (uint64_t)sqlite3_column_int64(s, 0);
		v.key.content = (uint64_t)sqlite3_column_int64(s, 1);
		v.scale = (float)sqlite3_column_double(s, 2);
		v.items = sqlite3_column_blob(s, 3);
		v.dimensions = sqlite3_column_bytes(s, 3);
		rc = see(user, &v);
	}
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}
