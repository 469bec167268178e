/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handle.h - what an open index holds; for the files of index/ alone.
 *
 * As xs_index: one thread at a time. */
#ifndef XS_INDEX_HANDLE_H
#define XS_INDEX_HANDLE_H

#include "index/index.h"
#include "index/meaning.h"
#include "index/store.h"
#include "index/xap.h"

/* The form of Xapian's part; rises when documents come to be made in another way. */
enum { XS_HANDLE_FORM = 5 };

struct xs_index {
	xs_index_options options; /* copied */
	xs_xap_options xap_options;
	xs_arena *own; /* strings of the options */
	xs_index_mode mode;
	bool sharded;		 /* options.shards names any: no store and no writer */
	int lock;		 /* the locked file; -1: not writing */
	xs_store *store;	 /* XS_READ: NULL until xs_handle_store() */
	xs_xap *xap;		 /* NULL until xs_handle_fresh() */
	int reading;		 /* generation that `xap` is; 0 with shards */
	xs_xap_writer *writer;	 /* XS_WRITE only; NULL after a failure, until xs_writer_open() */
	int writing;		 /* generation that `writer` is */
	xs_meaning_file meaning; /* as xs_meaning_follow() left it */
};

/* The reader, at the newest committed state and generation; opened if it is not.  Borrowed from
 * `ix` until the next call.  XS_ENOTFOUND with a sentence; XS_EFORMAT: made by a newer release;
 * XS_EIO. */
int xs_handle_fresh(xs_xap **out, xs_index *ix);

/* The store, opened if it is not; borrowed.  XS_EUNSUPPORTED: a search over shards has none. */
int xs_handle_store(xs_store **out, xs_index *ix);

/* Closes reader and writer, which opens them anew when they are needed next. */
void xs_handle_drop(xs_index *ix);

#endif
