/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.c - first the store commits, then Xapian hears: never the other way round. */
#include "index/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "index/replay.h"

/* Text of one commit to the store, bytes: held in memory, as documents of twenty times the size,
 * until Xapian was told. */
enum { BATCH_BYTES = 3 << 20 };

/* A passage that Xapian must be told; document NULL: it is to be deleted. */
struct xs_batch_change {
	uint64_t docid;
	xs_xap_document *document;
	size_t bytes; /* of its text */
};

void xs_batch_init(xs_batch *b, xs_index *ix)
{
	*b = (xs_batch){.ix = ix};
}

static void batch_forget(xs_batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		xs_xap_document_free(b->changes[i].document);
	b->n = b->pages = b->bytes = 0;
	b->dirty = false;
}

void xs_batch_fini(xs_batch *b)
{
	xs_store_rollback(b->ix->store);
	batch_forget(b);
	free(b->changes);
	if (b->untold)
		xs_handle_drop(b->ix);
}

int xs_batch_begin(xs_batch *b)
{
	return xs_store_writing(b->ix->store) ? XS_OK : xs_store_begin(b->ix->store);
}

/* Notes a change, with the document that tells it. */
static void batch_changed(void *user, uint64_t docid, int64_t ordinal)
{
	xs_batch *b = user;
	xs_batch_change *c;

	b->changes = xs_grow(b->changes, b->n, &b->cap, sizeof(*b->changes));
	c = &b->changes[b->n++];
	*c = (xs_batch_change){.docid = docid};
	b->changes_ever++;
	if (ordinal < 0)
		return;
	b->passages++;
	c->document = b->documents[ordinal];
	b->documents[ordinal] = NULL;
	c->bytes = strlen(b->entry->page->passages[ordinal].text);
	b->bytes += c->bytes;
}

/* Ends the change of a page that went well. */
static int batch_changed_page(xs_batch *b)
{
	b->dirty = true;
	b->pages++;
	if (b->pages >= b->ix->options.batch_pages || b->bytes >= BATCH_BYTES)
		return xs_batch_flush(b);
	return XS_OK;
}

int xs_batch_put(xs_batch *b, const xs_store_entry *entry, xs_xap_document **documents)
{
	int rc = xs_batch_begin(b);

	b->entry = entry;
	b->documents = documents;
	if (rc == XS_OK)
		rc = xs_store_put(b->ix->store, entry, batch_changed, b);
	b->entry = NULL;
	b->documents = NULL;
	return rc < 0 ? rc : batch_changed_page(b);
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
	return rc < 0 ? rc : batch_changed_page(b);
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
		xs_batch_change *c = &b->changes[i];

		b->untold = true;
		rc = c->document ? xs_xap_put(w, c->docid, c->document)
				 : xs_xap_delete(w, c->docid);
		b->told += c->bytes;
		xs_xap_document_free(c->document);
		c->document = NULL;
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
