/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.h - changes of pages, committed to the store in batches and then told to Xapian.
 *
 * Knows nothing of sources.  One thread. */
#ifndef XS_INDEX_BATCH_H
#define XS_INDEX_BATCH_H

#include "index/ahead.h"
#include "index/handle.h"

typedef struct xs_batch_change xs_batch_change;

typedef struct xs_batch {
	xs_index *ix;
	size_t passages;     /* written to the store since the start */
	size_t changes_ever; /* passages written or deleted since the start */
	/* The rest is batch.c's. */
	xs_batch_change *changes; /* of this batch, to be told when it is committed */
	size_t n, cap;
	size_t pages, bytes;	     /* of this batch; bytes of text */
	size_t told;		     /* text told since Xapian's last commit */
	bool dirty, untold;	     /* something to commit to the store; to Xapian */
	const xs_store_entry *entry; /* while it is put, and the documents of its passages */
	xs_xap_document **documents;
} xs_batch;

/* An empty batch for an index that is open for writing; `ix` is borrowed. */
void xs_batch_init(xs_batch *b, xs_index *ix);
/* Rolls back what was not committed.  The writer is dropped if Xapian was told something that it
 * did not commit: the next one begins with a replay. */
void xs_batch_fini(xs_batch *b);

/* The four changes of a page (store.h), each within the batch; a batch that is large is committed.
 * put takes the documents of the passages that have changed, and leaves NULL in their place; of the
 * entry nothing is kept. */
int xs_batch_put(xs_batch *b, const xs_store_entry *entry, xs_xap_document **documents);
int xs_batch_touch(xs_batch *b, int64_t id, int64_t mtime_ns);
int xs_batch_failed(xs_batch *b, const char *key, const char *error);
int xs_batch_delete(xs_batch *b, int64_t id);

/* Begins the batch's transaction, if it has not; reading many rows is faster within. */
int xs_batch_begin(xs_batch *b);

/* Commits to the store, and tells Xapian, which commits when it was told enough. */
int xs_batch_flush(xs_batch *b);

/* Flushes, and has Xapian commit all. */
int xs_batch_end(xs_batch *b);

#endif
