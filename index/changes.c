/* SPDX-License-Identifier: GPL-2.0-or-later */
/* changes.c - first the store commits, then Xapian hears: never the other way round. */
#include "index/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "index/replay.h"
#include "index/twins.h"

/* Text of one commit to the store, bytes: held in memory, as documents of a few times the size,
 * until Xapian was told. */
enum { CHANGES_BYTES = 3 << 20 };

/* A passage that Xapian must be told; document NULL: it is to be deleted. */
struct xs_change {
	uint64_t docid;
	xs_xap_document *document;
	size_t bytes; /* of its text */
};

void xs_changes_init(xs_changes *b, xs_index *ix)
{
	*b = (xs_changes){.ix = ix};
}

/* Before a commit this drops what was to be told: nothing of it is in the store either. */
static void changes_forget(xs_changes *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		xs_xap_document_free(b->list[i].document);
	b->n = b->pages = b->bytes = 0;
	b->dirty = false;
}

void xs_changes_fini(xs_changes *b)
{
	/* What was not flushed is in neither store; what was flushed is in the outbox. */
	xs_store_rollback(b->ix->store);
	changes_forget(b);
	free(b->list);
	if (b->untold)
		xs_handle_drop(b->ix);
}

int xs_changes_begin(xs_changes *b)
{
	return xs_store_writing(b->ix->store) ? XS_OK : xs_store_begin(b->ix->store);
}

/* Notes a change, with the document that tells it. */
static void changes_note(void *user, uint64_t docid, int64_t ordinal)
{
	xs_changes *b = user;
	xs_change *c;

	b->list = xs_grow(b->list, b->n, &b->cap, sizeof *b->list);
	c = &b->list[b->n++];
	*c = (xs_change){.docid = docid};
	b->ever++;
	if (ordinal < 0)
		return;
	b->passages++;
	/* The document is ours from now on, so that the page may be freed before the batch is told. */
	c->document = b->documents[ordinal];
	b->documents[ordinal] = NULL;
	c->bytes = strlen(b->entry->page->passages[ordinal].text);
	b->bytes += c->bytes;
}

/* Ends the change of a page that went well. */
static int changes_count(xs_changes *b)
{
	b->dirty = true;
	b->pages++;
	if (b->pages >= b->ix->options.batch_pages || b->bytes >= CHANGES_BYTES)
		return xs_changes_flush(b);
	return XS_OK;
}

int xs_changes_put(xs_changes *b, const xs_store_entry *entry, xs_xap_document **documents)
{
	int rc = xs_changes_begin(b);

	b->entry = entry;
	b->documents = documents;
	if (rc == XS_OK)
		rc = xs_store_put(b->ix->store, entry, changes_note, b);
	b->entry = NULL;
	b->documents = NULL;
	return rc < 0 ? rc : changes_count(b);
}

int xs_changes_touch(xs_changes *b, int64_t id, int64_t mtime_ns)
{
	int rc = xs_changes_begin(b);

	if (rc == XS_OK)
		rc = xs_store_touch(b->ix->store, id, mtime_ns);
	b->dirty = true;
	return rc;
}

int xs_changes_failed(xs_changes *b, const char *key, const char *error)
{
	int rc = xs_changes_begin(b);

	if (rc == XS_OK)
		rc = xs_store_failed(b->ix->store, key, error);
	b->dirty = true;
	return rc;
}

int xs_changes_delete(xs_changes *b, int64_t id)
{
	int rc = xs_changes_begin(b);

	if (rc == XS_OK)
		rc = xs_store_delete(b->ix->store, id, changes_note, b);
	return rc < 0 ? rc : changes_count(b);
}

static int changes_commit(xs_changes *b)
{
	char now[32];
	int rc = XS_OK;

	/* A run that finds nothing changed writes nothing, not even the time: a copy of the folder stays
	 * the same to the byte. */
	if (!b->dirty) {
		xs_store_rollback(b->ix->store);
		return XS_OK;
	}
	snprintf(now, sizeof now, "%lld", (long long)time(NULL));
	rc = xs_store_set(b->ix->store, "updated", now);
	return rc < 0 ? rc : xs_store_commit(b->ix->store);
}

int xs_changes_flush(xs_changes *b)
{
	xs_xap_writer *w = b->ix->writer;
	size_t i;
	int rc = changes_commit(b);

	/* From here on a kill costs only time: the outbox has what Xapian was not told. */
	for (i = 0; i < b->n && rc == XS_OK; i++) {
		xs_change *c = &b->list[i];

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
		changes_forget(b);
	return rc;
}

int xs_changes_end(xs_changes *b)
{
	int rc = xs_changes_flush(b);

	if (rc == XS_OK && b->untold) {
		rc = xs_replay_commit(b->ix);
		b->untold = rc < 0;
	}
	return rc;
}

/* Whole, when all pages are in the store: each batch alone does not know what comes. */
int xs_changes_join(xs_changes *b, size_t *hidden)
{
	int64_t before = 0, after = 0;
	int rc = xs_changes_flush(b);

	if (rc == XS_OK)
		rc = xs_changes_begin(b);
	if (rc == XS_OK)
		rc = xs_store_last(&before, b->ix->store);
	if (rc == XS_OK)
		rc = xs_twins_find(hidden, b->ix->store);
	if (rc == XS_OK)
		rc = xs_store_last(&after, b->ix->store);
	b->dirty |= rc == XS_OK && after > before;
	if (rc == XS_OK)
		rc = changes_commit(b);
	b->dirty = false;
	if (rc < 0 || after == before)
		return rc;
	/* Commits all that Xapian was told until now, too. */
	rc = xs_replay_pending(b->ix, before);
	b->untold = rc < 0;
	b->told = 0;
	return rc;
}

int xs_changes_set(xs_changes *b, const char *name, const char *value)
{
	xs_arena *a = xs_arena_new();
	const char *known;
	int rc = xs_changes_begin(b);

	if (rc == XS_OK)
		rc = xs_store_get(&known, a, b->ix->store, name);
	if (rc == XS_OK && strcmp(known, value) != 0) {
		rc = xs_store_set(b->ix->store, name, value);
		b->dirty = true;
	}
	xs_arena_free(a);
	return rc;
}
