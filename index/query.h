/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.h - a question in, the passages that may answer it out, best first.
 *
 * Knows nothing of reranking and of how results are shown.  The syntax:
 *
 *	words            any of them; more, and rarer ones, rank higher
 *	"two words"      these words, in this order (required)
 *	+word  -word     required; not allowed (also before a phrase or a field)
 *	title:word       in the page's title; heading:word in the passage's heading
 *	site:example.org the host, or a host below it
 *	path:/guide      pages below that path of their URL
 *	type:html        html, markdown or text
 *	lang:en          the page's language
 *	date:2024-01..2024-12   also 2023.., ..2023, >=2023-05, >2023, <=2023, <2023, 2023; UTC
 *
 * Fields restrict (each is required; several of one field of site, path, type or lang: any of
 * them).  A colon after any other word is just punctuation. */
#ifndef XS_INDEX_QUERY_H
#define XS_INDEX_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct xs_index xs_index; /* index.h, which C++ cannot read (stdatomic.h) */

typedef struct xs_search_request {
	const char *text;	    /* the question, UTF-8; longer ones are cut to 256 different words */
	const char *const *filters; /* conditions in the same syntax, all must hold; they do not rank */
	size_t n_filters;
	size_t depth;		    /* pages to find; 0: 30 */
	size_t sub;		    /* further passages of each page; 0: 3 */
	bool one;		    /* only the best passage of each page: `sub` is none */
	bool spelling;		    /* look for another spelling of words that the index lacks */
} xs_search_request;

/* A passage that was found.  Strings live in the arena and are never NULL. */
typedef struct xs_hit {
	uint64_t docid;		/* of the passage in the index */
	uint64_t page;		/* equal for passages of one page */
	double bm25;		/* of the passage */
	double score;		/* what hits are ordered by; as yet bm25: a share of the further
				 * passages in a page's score was measured, and costs (xap_search.cc) */
	int percent;		/* of the best possible match, 0 … 100 */
	const char *url, *title, *heading, *anchor, *text, *path, *type, *language, *meta;
	int64_t date;
	const int32_t *ids;	/* token ids of `text`; NULL: none stored */
	size_t n_ids;
	uint64_t vocabulary;	/* hash of the vocabulary that made them */
	bool exact;		/* the question is the title, heading, anchor or last part of the
				 * URL, but for case, spaces and a closing "()" */
} xs_hit;

typedef struct xs_search_result {
	xs_hit *hits;		/* first the best passage of each page, by falling `score`; then the
				 * further passages, page by page in that order, by falling bm25 */
	size_t n, n_pages;	/* all; how many of them, at the beginning, are best passages */
	uint64_t pages;		/* estimate of all pages that match */
	uint64_t passages;	/* estimate of all passages that match */
	const char *corrected;	/* the question in another spelling, to be offered; NULL: none */
	const char *description; /* how the question was read, for people */
	const char *const *terms; /* words to mark in snippets, folded to lower case; those that are
				 * in a third of all passages are left out if others remain */
	size_t n_terms;
	const char *const *warnings; /* sentences for whoever asked */
	size_t n_warnings;
} xs_search_result;

/* Searches; everything in `out` lives in `a`.  Sees the index as it was last committed; when it
 * changes meanwhile, the search is repeated once.
 * XS_EINPUT: no words to search for, or a field's value makes no sense.  XS_OK with n 0: nothing
 * was found.  XS_ESTALE: it changed twice; XS_EIO: a shard does not answer. */
int xs_index_search(xs_index *ix, const xs_search_request *request, xs_arena *a,
		    xs_search_result *out);

#endif
