/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ahead.h - pages read ahead by several threads, given out in their order.
 *
 * Knows nothing of stores.  One thread opens, takes and closes. */
#ifndef XS_INDEX_AHEAD_H
#define XS_INDEX_AHEAD_H

#include "index/index.h"
#include "index/pages/source.h"
#include "index/store.h"
#include "index/xap.h"

typedef struct xs_ahead xs_ahead;

/* A page to be read. */
typedef struct xs_ahead_job {
	const xs_source *source;
	const xs_source_item *item;
} xs_ahead_job;

/* What came of one. */
typedef struct xs_ahead_page {
	int rc;		   /* of the reading */
	const char *error; /* its sentence; "" if rc is XS_OK */
	xs_page page;
	const xs_store_tokens *tokens; /* one a passage; NULL: there is no tokenizer */
	xs_xap_document **documents;   /* one a passage; NULL: taken away */
	size_t bytes;		       /* of the passages' text, about */
	xs_arena *a;		       /* all else lives there */
} xs_ahead_page;

/* Frees what is in a page that was taken, and what documents are left. */
void xs_ahead_page_free(xs_ahead_page *page);

/* Begins to read; jobs and options (filled in, no zero stands for a default) are borrowed.  No more
 * than some dozens of pages and some MiB of text are read ahead. */
int xs_ahead_open(xs_ahead **out, const xs_index_options *options, const xs_ahead_job *jobs,
		  size_t n);
/* Stops reading and drops what was not taken.  NULL is fine. */
void xs_ahead_close(xs_ahead *ah);

/* The next page, in the order of the jobs; waits for it.  To be called n times at most.  The taker
 * frees it. */
void xs_ahead_next(xs_ahead_page *out, xs_ahead *ah);

#endif
