/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frontier.c - runs, and addresses that wait.
 *
 * Counts are kept beside the file: to count the rows for each look at the progress would take longer than to
 * fetch a page. */
#include "crawl/frontier.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "crawl/frontier_sql.h"

/* Numbers of 64 bits without sign are kept as SQLite's signed ones, bit by bit. */
#define FRONTIER_INT(x) ((int64_t)(x))

int xs_frontier_sql_write(xs_frontier *f)
{
	return xs_sql_within(f->sql) ? XS_OK : xs_sql_begin(f->sql, true);
}

int xs_frontier_save(xs_frontier *f)
{
	return xs_sql_within(f->sql) ? xs_sql_commit(f->sql) : XS_OK;
}

/* The site's row. */
static int frontier_site(bool *open, uint64_t *rules, xs_frontier *f, const char *start)
{
	sqlite3_stmt *row;
	int rc = xs_sql_run(f->sql, FRONTIER_SITE_NEW, "t", start);

	if (rc == XS_OK)
		rc = xs_sql_row(&row, f->sql, FRONTIER_SITE, "t", start);
	if (rc < 0)
		return rc;
	f->site = sqlite3_column_int64(row, 0);
	f->run = sqlite3_column_int64(row, 1);
	*open = sqlite3_column_int(row, 2);
	*rules = (uint64_t)sqlite3_column_int64(row, 3);
	sqlite3_reset(row);
	return XS_OK;
}

static int frontier_count(xs_frontier *f)
{
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_COUNT, "ii", f->site, f->run);

	if (rc < 0)
		return rc;
	f->counts = (xs_frontier_counts){
		(size_t)sqlite3_column_int64(row, 0),
		(size_t)sqlite3_column_int64(row, 1),
		(size_t)sqlite3_column_int64(row, 2),
	};
	sqlite3_reset(row);
	return XS_OK;
}

const char *xs_frontier_path(xs_arena *a, const char *folder)
{
	return xs_file_join(a, folder, "crawl.db");
}

int xs_frontier_open(xs_frontier **out, const char *path)
{
	xs_frontier *f = xs_calloc(1, sizeof *f);
	int rc;

	*out = NULL;
	pthread_mutex_init(&f->lock, NULL);
	rc = xs_sql_open(&f->sql, path, &xs_frontier_form, true);
	if (rc < 0)
		xs_frontier_close(f);
	else
		*out = f;
	return rc;
}

int xs_frontier_copy(const char *from, const char *to, const xs_deadline *stop)
{
	xs_sql *s;
	int rc = xs_sql_open(&s, from, &xs_frontier_form, false);

	if (rc < 0)
		return rc;
	rc = xs_sql_copy(s, to, stop);
	xs_sql_close(s);
	return rc;
}

void xs_frontier_close(xs_frontier *f)
{
	if (!f)
		return;
	xs_sql_close(f->sql);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

int xs_frontier_begin(bool *resumed, xs_frontier *f, const char *start, uint64_t rules)
{
	uint64_t before = 0;
	bool open = false;
	int rc = xs_frontier_sql_write(f);

	/* Within the transaction: another process may have been quicker. */
	if (rc == XS_OK)
		rc = frontier_site(&open, &before, f, start);
	*resumed = rc == XS_OK && open && before == rules;
	if (rc == XS_OK && *resumed) {
		/* What was on its way when the process ended is asked for again. */
		rc = xs_sql_run(f->sql, FRONTIER_AGAIN, "i", f->site);
	} else if (rc == XS_OK) {
		f->run++;
		rc = xs_sql_run(f->sql, FRONTIER_CLEAR, "i", f->site);
		if (rc == XS_OK)
			rc = xs_sql_run(f->sql, FRONTIER_SITE_BEGIN, "iii", f->site, f->run,
					FRONTIER_INT(rules));
	}
	if (rc == XS_OK)
		rc = frontier_count(f);
	return rc == XS_OK ? xs_frontier_save(f) : rc;
}

int xs_frontier_end(size_t *dropped, xs_frontier *f, int64_t expired)
{
	int rc = xs_frontier_sql_write(f);

	*dropped = 0;
	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_EXPIRE, "ii", f->site, expired);
	if (rc == XS_OK) {
		*dropped = (size_t)sqlite3_changes(f->sql->db);
		rc = xs_sql_run(f->sql, FRONTIER_EXPIRED, "ii", f->site, expired);
	}
	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_SWEEP_BODIES, "ii", f->site, f->run);
	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_SWEEP, "ii", f->site, f->run);
	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_SITE_END, "i", f->site);
	return rc == XS_OK ? xs_frontier_save(f) : rc;
}

int xs_frontier_abandon(xs_frontier *f)
{
	int rc = xs_frontier_sql_write(f);

	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_SITE_END, "i", f->site);
	return rc == XS_OK ? xs_frontier_save(f) : rc;
}

xs_frontier_counts xs_frontier_count(const xs_frontier *f)
{
	return f->counts;
}

int xs_frontier_add(bool *added, xs_frontier *f, const xs_visit *v, const char *path)
{
	int rc = xs_frontier_sql_write(f);

	*added = false;
	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_ADD, "itttiiiiii", f->site, v->url, v->origin,
				path, FRONTIER_INT(v->kind), FRONTIER_INT(v->depth),
				FRONTIER_INT(v->chain), FRONTIER_INT(v->hops), v->lastmod, f->run);
	if (rc == XS_OK && sqlite3_changes(f->sql->db)) {
		*added = true;
		f->counts.seen++;
		f->counts.waiting++;
	}
	return rc;
}

int xs_frontier_variants(size_t *out, xs_frontier *f, const char *path)
{
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_VARIANTS, "iti", f->site, path, f->run);

	*out = 0;
	if (rc == XS_OK) {
		*out = (size_t)sqlite3_column_int64(row, 0);
		sqlite3_reset(row);
	}
	return rc;
}

/* A row of FRONTIER_VISIT. */
static void frontier_read(xs_visit *v, xs_arena *a, sqlite3_stmt *row)
{
	*v = (xs_visit){
		.id = sqlite3_column_int64(row, 0),
		.url = xs_arena_dup(a, xs_sql_text(row, 1)),
		.origin = xs_arena_dup(a, xs_sql_text(row, 2)),
		.kind = (xs_visit_kind)sqlite3_column_int(row, 3),
		.depth = sqlite3_column_int(row, 4),
		.chain = sqlite3_column_int(row, 5),
		.hops = sqlite3_column_int(row, 6),
		.lastmod = sqlite3_column_int64(row, 7),
		.tries = sqlite3_column_int(row, 8),
		.state = (xs_visit_state)sqlite3_column_int(row, 9),
		.status = sqlite3_column_int(row, 10),
		.reason = xs_arena_dup(a, xs_sql_text(row, 11)),
		.etag = xs_arena_dup(a, xs_sql_text(row, 12)),
		.modified = xs_arena_dup(a, xs_sql_text(row, 13)),
		.type = xs_arena_dup(a, xs_sql_text(row, 14)),
		.charset = xs_arena_dup(a, xs_sql_text(row, 15)),
		.target = xs_arena_dup(a, xs_sql_text(row, 16)),
		.noindex = sqlite3_column_int(row, 17),
		.nofollow = sqlite3_column_int(row, 18),
		.hash = {(uint64_t)sqlite3_column_int64(row, 19),
			 (uint64_t)sqlite3_column_int64(row, 20)},
		.size = sqlite3_column_int64(row, 21),
		.changed = sqlite3_column_int64(row, 22),
		.fetched = sqlite3_column_int64(row, 23),
		.failed = sqlite3_column_int64(row, 24),
		.kept = sqlite3_column_int(row, 25),
	};
}

int xs_frontier_next(xs_visit *out, xs_arena *a, xs_frontier *f, const char *origin, int64_t now)
{
	sqlite3_stmt *row;
	int rc = xs_frontier_sql_write(f);

	if (rc == XS_OK)
		rc = xs_sql_row(&row, f->sql, FRONTIER_NEXT, "iti", f->site, origin, now);
	if (rc < 0)
		return rc;
	frontier_read(out, a, row);
	sqlite3_reset(row);
	return xs_sql_run(f->sql, FRONTIER_TAKE, "i", out->id);
}

int xs_frontier_later(xs_frontier *f, const xs_visit *v, int64_t due)
{
	int rc = xs_frontier_sql_write(f);

	return rc < 0 ? rc
		      : xs_sql_run(f->sql, FRONTIER_LATER, "iiiit", v->id, due,
				   FRONTIER_INT(v->tries), FRONTIER_INT(v->status), v->reason);
}

int xs_frontier_done(xs_frontier *f, const xs_visit *v)
{
	int rc = xs_frontier_sql_write(f);

	if (rc < 0)
		return rc;
	f->counts.waiting--;
	f->counts.failed += v->state == XS_VISIT_FAILED;
	return xs_sql_run(f->sql, FRONTIER_DONE, "iiittttttiiiiiiii", v->id, FRONTIER_INT(v->state),
			  FRONTIER_INT(v->status), v->reason, v->etag, v->modified, v->type,
			  v->charset, v->target, FRONTIER_INT(v->noindex),
			  FRONTIER_INT(v->nofollow), FRONTIER_INT(v->hash[0]),
			  FRONTIER_INT(v->hash[1]), v->size, v->changed, v->fetched, v->failed);
}

int xs_frontier_origins(const char *const **out, size_t *n, xs_arena *a, xs_frontier *f)
{
	const char **list = NULL;
	size_t cap = 0;
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_ORIGINS, "i", f->site);

	for (*n = 0; rc == XS_OK; rc = xs_sql_step(f->sql, row)) {
		list = xs_grow(list, *n, &cap, sizeof *list);
		list[(*n)++] = xs_arena_dup(a, xs_sql_text(row, 0));
	}
	*out = xs_arena_array(a, *n + 1, sizeof *list);
	if (*n)
		memcpy((void *)*out, list, *n * sizeof *list);
	free(list);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_frontier_find(xs_visit *out, xs_arena *a, xs_frontier *f, const char *url)
{
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_FIND, "iti", f->site, url, f->run);

	if (rc == XS_OK) {
		frontier_read(out, a, row);
		sqlite3_reset(row);
	}
	return rc;
}

int xs_frontier_list(xs_visit **out, size_t *n, xs_arena *a, xs_frontier *f)
{
	xs_visit *list = NULL;
	size_t cap = 0;
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_LIST, "ii", f->site, f->run);

	for (*n = 0; rc == XS_OK; rc = xs_sql_step(f->sql, row)) {
		list = xs_grow(list, *n, &cap, sizeof *list);
		frontier_read(&list[(*n)++], a, row);
	}
	*out = xs_arena_array(a, *n + 1, sizeof *list);
	if (*n)
		memcpy(*out, list, *n * sizeof *list);
	free(list);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

int xs_frontier_any(bool *out, xs_frontier *f)
{
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_ANY, "ii", f->site, f->run);

	*out = rc == XS_OK;
	if (rc == XS_OK)
		sqlite3_reset(row);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}
