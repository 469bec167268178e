/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_twin.c - which pages may be the same, and which is shown in place of which. */
#include <string.h>

#include "index/store_private.h"

int xs_store_alike_walk(xs_store *st, xs_store_see_alike *see, void *user)
{
	sqlite3_stmt *s;
	xs_store_alike page;
	int rc = xs_sql_statement(&s, st->sql, STORE_ALIKE);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		page.id = sqlite3_column_int64(s, 0);
		page.url = xs_sql_text(s, 1);
		page.type = xs_sql_text(s, 2);
		page.language = xs_sql_text(s, 3);
		page.hash[0] = (uint64_t)sqlite3_column_int64(s, 4);
		page.hash[1] = (uint64_t)sqlite3_column_int64(s, 5);
		rc = see(user, &page);
	}
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_texts(xs_store *st, xs_store_see_text *see, void *user)
{
	sqlite3_stmt *s;
	xs_store_text pair;
	int rc = xs_sql_statement(&s, st->sql, STORE_TEXTS);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		pair.text = sqlite3_column_int64(s, 0);
		pair.text_url = xs_sql_text(s, 1);
		pair.text_sketch = (uint64_t)sqlite3_column_int64(s, 2);
		pair.html = sqlite3_column_int64(s, 3);
		pair.html_url = xs_sql_text(s, 4);
		pair.html_sketch = (uint64_t)sqlite3_column_int64(s, 5);
		rc = see(user, &pair);
	}
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_twins(xs_store_twin **out, size_t *n, xs_arena *a, xs_store *st)
{
	sqlite3_stmt *s;
	xs_store_twin one;
	xs_buf list;
	int rc = xs_sql_statement(&s, st->sql, STORE_TWINS);

	xs_buf_init(&list);
	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		one.id = sqlite3_column_int64(s, 0);
		one.twin = sqlite3_column_int64(s, 1);
		one.aliases = xs_arena_dup(a, xs_sql_text(s, 2));
		xs_buf_put(&list, &one, sizeof one);
	}
	sqlite3_reset(s);
	*n = list.len / sizeof one;
	*out = xs_arena_array(a, *n + 1, sizeof one);
	memcpy(*out, list.data, list.len);
	xs_buf_fini(&list);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_store_set_twin(xs_store *st, const xs_store_twin *twin)
{
	int rc = twin->twin ? xs_sql_run(st->sql, STORE_TWIN_SET, "iit", twin->id, twin->twin,
					 twin->aliases)
			    : xs_sql_run(st->sql, STORE_TWIN_NONE, "it", twin->id, twin->aliases);

	return rc < 0 ? rc : xs_sql_run(st->sql, STORE_TWIN_TELL, "i", twin->id);
}
