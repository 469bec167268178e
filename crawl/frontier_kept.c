/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frontier_kept.c - the bytes of pages, packed, and files of robots.txt. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "crawl/frontier_sql.h"

/* The fastest: pages are packed while their server waits. */
enum { KEPT_LEVEL = 1 };

int xs_frontier_keep(xs_frontier *f, int64_t id, const char *bytes, size_t len, const char *links)
{
	uLongf packed = compressBound((uLong)len);
	Bytef *room = xs_malloc(packed);
	int rc = xs_frontier_sql_write(f);

	/* It fails for want of room alone, and there is as much as it asks for. */
	compress2(room, &packed, (const Bytef *)bytes, (uLong)len, KEPT_LEVEL);
	if (rc == XS_OK)
		rc = xs_sql_run(f->sql, FRONTIER_KEEP, "iibt", id, (int64_t)len, room,
				(size_t)packed, links);
	free(room);
	return rc;
}

int xs_frontier_drop(xs_frontier *f, int64_t id)
{
	int rc = xs_frontier_sql_write(f);

	return rc == XS_OK ? xs_sql_run(f->sql, FRONTIER_DROP, "i", id) : rc;
}

int xs_frontier_links(const char **out, xs_arena *a, xs_frontier *f, int64_t id)
{
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_LINKS, "i", id);

	*out = "";
	if (rc == XS_OK) {
		*out = xs_arena_dup(a, xs_sql_text(row, 0));
		sqlite3_reset(row);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static int kept_unpack(char **out, size_t *len, xs_arena *a, const xs_frontier *f,
		       sqlite3_stmt *row)
{
	int64_t size = sqlite3_column_int64(row, 0);
	const void *bytes = sqlite3_column_blob(row, 1);
	int packed = sqlite3_column_bytes(row, 1);
	uLongf got = (uLongf)size;

	/* zlib packs a thousand bytes into one at most: more is no size that was written here. */
	if (size < 0 || size > (int64_t)packed * 1100)
		return xs_fail(XS_EFORMAT, "%s: a page in it is damaged; %s", f->sql->path,
			       f->sql->form->damaged);
	*out = xs_arena_alloc(a, (size_t)size + 1);
	*len = (size_t)size;
	if (uncompress((Bytef *)*out, &got, bytes, (uLong)packed) != Z_OK || got != (uLongf)size)
		return xs_fail(XS_EFORMAT, "%s: a page in it is damaged; %s", f->sql->path,
			       f->sql->form->damaged);
	return XS_OK;
}

int xs_frontier_body(char **out, size_t *len, xs_arena *a, xs_frontier *f, int64_t id)
{
	sqlite3_stmt *row;
	int rc;

	pthread_mutex_lock(&f->lock);
	rc = xs_sql_row(&row, f->sql, FRONTIER_BODY, "i", id);
	if (rc == XS_OK) {
		rc = kept_unpack(out, len, a, f, row);
		sqlite3_reset(row);
	} else if (rc == XS_ENOTFOUND) {
		rc = xs_fail(XS_EIO, "%s: a page is not in it", f->sql->path);
	}
	pthread_mutex_unlock(&f->lock);
	return rc;
}

int xs_frontier_robots(int *status, int64_t *at, const char **text, size_t *len, xs_arena *a,
		       xs_frontier *f, const char *origin)
{
	sqlite3_stmt *row;
	int rc = xs_sql_row(&row, f->sql, FRONTIER_ROBOTS, "t", origin);

	if (rc < 0)
		return rc;
	*status = sqlite3_column_int(row, 0);
	*at = sqlite3_column_int64(row, 1);
	*len = (size_t)sqlite3_column_bytes(row, 2);
	*text = *len ? xs_arena_dupn(a, sqlite3_column_blob(row, 2), *len) : "";
	sqlite3_reset(row);
	return XS_OK;
}

int xs_frontier_set_robots(xs_frontier *f, const char *origin, int status, int64_t at,
			   const char *text, size_t len)
{
	int rc = xs_frontier_sql_write(f);

	return rc == XS_OK ? xs_sql_run(f->sql, FRONTIER_ROBOTS_PUT, "tiib", origin,
					(int64_t)status, at, text ? text : "", len)
			   : rc;
}
