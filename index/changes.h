/* SPDX-License-Identifier: GPL-2.0-or-later */
/* changes.h - changes of pages, committed to the store in batches and then told to Xapian.
 *
 * Knows nothing of sources.  One thread. */
#ifndef XS_INDEX_CHANGES_H
#define XS_INDEX_CHANGES_H

#include "index/ahead.h"
#include "index/handle.h"

typedef struct xs_change xs_change;

typedef struct xs_changes {
	xs_index *ix;
	size_t passages; /* written to the store since the start */
	size_t ever;	 /* passages written or deleted since the start */
	/* The rest is changes.c's. */
	xs_change *list; /* of this batch, to be told when it is committed */
	size_t n, cap;
	size_t pages, bytes;	     /* of this batch; bytes of text */
	size_t told;		     /* text told since Xapian's last commit */
	bool dirty, untold;	     /* something to commit to the store; to Xapian */
	const xs_store_entry *entry; /* while it is put, and the documents of its passages */
	xs_xap_document **documents;
} xs_changes;

/* An empty batch for an index that is open for writing; `ix` is borrowed. */
void xs_changes_init(xs_changes *b, xs_index *ix);
/* Rolls back what was not committed.  The writer is dropped if Xapian was told something that it
 * did not commit: the next one begins with a replay. */
void xs_changes_fini(xs_changes *b);

/* The four changes of a page (store.h).  Each becomes part of the batch, and a batch that is large is
 * committed.  put takes the documents of passages that have changed, and leaves NULL in their place.
 * Nothing of the entry is kept. */
int xs_changes_put(xs_changes *b, const xs_store_entry *entry, xs_xap_document **documents);
int xs_changes_touch(xs_changes *b, int64_t id, int64_t mtime_ns);
int xs_changes_failed(xs_changes *b, const char *key, const char *error);
int xs_changes_delete(xs_changes *b, int64_t id);

/* Flushes, and finds the pages that are the same (twins.h), telling Xapian; `hidden` gets how many are
 * not shown. */
int xs_changes_join(xs_changes *b, size_t *hidden);

/* Sets a named value of the store, if it is another. */
int xs_changes_set(xs_changes *b, const char *name, const char *value);

/* Begins the batch's transaction, if it has not; reading many rows is faster within. */
int xs_changes_begin(xs_changes *b);

/* Commits to the store, and tells Xapian, which commits when it was told enough. */
int xs_changes_flush(xs_changes *b);

/* Flushes, and has Xapian commit all. */
int xs_changes_end(xs_changes *b);

#endif
