/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.c - first the store commits, then Xapian hears: never the other way round. */
#include "index/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "index/replay.h"

/* Text of one commit to the store, bytes: held in memory until Xapian was told. */
enum { BATCH_BYTES = 6 << 20 };

/* A passage that Xapian must be told; text NULL: it is to be deleted. */
struct xs_batch_change {
	xs_record record;
};

void xs_batch_init(xs_batch *b, xs_index *ix)
{
	*b = (xs_batch){.ix = ix};
}

static void batch_forget(xs_batch *b)
{
	size_t i;

	for (i = 0; i < b->n_arenas; i++)
		xs_arena_free(b->arenas[i]);
	b->n = b->n_arenas = b->pages = b->bytes = 0;
	b->dirty = false;
}

void xs_batch_fini(xs_batch *b)
{
	xs_store_rollback(b->ix->store);
	batch_forget(b);
	free(b->changes);
	free(b->arenas);
	if (b->untold)
		xs_handle_drop(b->ix);
}

int xs_batch_begin(xs_batch *b)
{
	return xs_store_writing(b->ix->store) ? XS_OK : xs_store_begin(b->ix->store);
}

/* Notes a change, with all that the document will say. */
static void batch_changed(void *user, uint64_t docid, int64_t ordinal)
{
	xs_batch *b = user;
	const xs_store_entry *e = b->entry;
	const xs_passage *p;
	xs_record *r;

	b->changes = xs_grow(b->changes, b->n, &b->cap, sizeof(*b->changes));
	r = &b->changes[b->n++].record;
	*r = (xs_record){.docid = docid};
	b->changes_ever++;
	if (ordinal < 0)
		return;
	p = &e->page->passages[ordinal];
	b->passages++;
	r->page = xs_record_page(e->key);
	r->ordinal = ordinal;
	r->vocabulary = e->vocabulary;
	r->date = e->page->date;
	r->url = e->page->url;
	r->title = e->page->title;
	r->path = e->page->path;
	r->type = e->page->type;
	r->language = e->page->language;
	r->meta = e->page->meta;
	r->heading = p->heading;
	r->anchor = p->anchor;
	r->text = p->text;
	if (e->tokens) {
		r->tokens = e->tokens[ordinal].bytes;
		r->tokens_len = e->tokens[ordinal].len;
	}
}

/* Ends a change that went well; `bytes` is its text. */
static int batch_changed_page(xs_batch *b, size_t bytes)
{
	b->dirty = true;
	b->pages++;
	b->bytes += bytes;
	if (b->pages >= b->ix->options.batch_pages || b->bytes >= BATCH_BYTES)
		return xs_batch_flush(b);
	return XS_OK;
}

int xs_batch_put(xs_batch *b, const xs_store_entry *entry, xs_arena *a, size_t bytes)
{
	int rc = xs_batch_begin(b);

	b->arenas = xs_grow(b->arenas, b->n_arenas, &b->arenas_cap, sizeof(*b->arenas));
	b->arenas[b->n_arenas++] = a;
	b->entry = entry;
	if (rc == XS_OK)
		rc = xs_store_put(b->ix->store, entry, batch_changed, b);
	b->entry = NULL;
	return rc < 0 ? rc : batch_changed_page(b, bytes);
}

int xs_batch_touch(xs_batch *b, int64_t id, int64_t mtime_ns)
{
	int rc = xs_batch_begin(b);

	if (rc == XS_OK)
		rc = xs_store_touch(b->ix->store, id, mtime_ns);
	b->dirty = true;
	return rc;
}

int xs_batch_failed(xs_batch *b, const char *key, const char *error)
{
	int rc = xs_batch_begin(b);

	if (rc == XS_OK)
		rc = xs_store_failed(b->ix->store, key, error);
	b->dirty = true;
	return rc;
}

int xs_batch_delete(xs_batch *b, int64_t id)
{
	int rc = xs_batch_begin(b);

	if (rc == XS_OK)
		rc = xs_store_delete(b->ix->store, id, batch_changed, b);
	return rc < 0 ? rc : batch_changed_page(b, 0);
}

static int batch_commit(xs_batch *b)
{
	char now[32];
	int rc = XS_OK;

	if (!b->dirty) {
		xs_store_rollback(b->ix->store);
		return XS_OK;
	}
	snprintf(now, sizeof(now), "%lld", (long long)time(NULL));
	rc = xs_store_set(b->ix->store, "updated", now);
	return rc < 0 ? rc : xs_store_commit(b->ix->store);
}

int xs_batch_flush(xs_batch *b)
{
	xs_xap_writer *w = b->ix->writer;
	size_t i;
	int rc = batch_commit(b);

	for (i = 0; i < b->n && rc == XS_OK; i++) {
		const xs_record *r = &b->changes[i].record;

		b->untold = true;
		rc = r->text ? xs_xap_put(w, r) : xs_xap_delete(w, r->docid);
		b->told += r->text ? strlen(r->text) : 0;
	}
	if (rc == XS_OK && b->told >= b->ix->options.batch_bytes) {
		rc = xs_replay_commit(b->ix);
		b->told = 0;
		b->untold = rc < 0;
	}
	if (rc == XS_OK)
		batch_forget(b);
	return rc;
}

int xs_batch_end(xs_batch *b)
{
	int rc = xs_batch_flush(b);

	if (rc == XS_OK && b->untold) {
		rc = xs_replay_commit(b->ix);
		b->untold = rc < 0;
	}
	return rc;
}
