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
 *	section:guide    below that first folder of the site
 *	meta.author:ann  a value of that field of the page's metadata; only fields that are facets
 *	date:2024-01..2024-12   also 2023.., ..2023, >=2023-05, >2023, <=2023, <2023, 2023; UTC
 *
 * Fields restrict (each is required; several of one of site, path, type, lang, section or a
 * field of metadata: any of them).  A colon after any other word is just punctuation. */
#ifndef XS_INDEX_QUERY_H
#define XS_INDEX_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct xs_index xs_index; /* index.h, which C++ cannot read (stdatomic.h) */

/* What a question means, to be searched for beside its words. */
typedef struct xs_meaning {
	const float *vector; /* of the question, of length 1 */
	int dimensions;
	uint64_t identity; /* how it was made; the index's vectors must be made alike */
	size_t depth;	   /* so many passages that are nearest become candidates */
	double weight; /* of the cosine in the order of the candidates, bm25 having 1 - weight, both
			* normalised over them (mean 0, variance 1) */
	double floor; /* a passage that has none of the words must be as near, where no page has any; else
		       * two thirds as near */
	/* Whether the embedder reads a language; NULL: any.  Where most of what the words found is in
	 * others, meaning is left out. */
	bool (*reads)(void *user, const char *language);
	void *user;
	bool last; /* only where no page has any of the words: XS_MEANING_WORDS elsewhere */
} xs_meaning;

/* Whether meaning had a part in a search, and why not. */
typedef enum xs_meaning_state {
	XS_MEANING_OFF,	    /* not asked for, or the order is by date */
	XS_MEANING_DONE,    /* it had */
	XS_MEANING_ABSENT,  /* the index has no vectors, or is one of shards */
	XS_MEANING_OTHER,   /* its vectors are of another model, or were made in another way */
	XS_MEANING_DAMAGED, /* its file of vectors cannot be read: meaning_error says why */
	XS_MEANING_FOREIGN, /* most of what the words found is in languages that are not read */
	XS_MEANING_WORDS    /* words found something, and xs_meaning.last is set */
} xs_meaning_state;

typedef struct xs_search_request {
	const char *text; /* the question, UTF-8; longer ones are cut to 256 different words */
	const char *const
		*filters; /* conditions in the same syntax, all must hold; they do not rank */
	size_t n_filters;
	size_t depth;	       /* pages to find, at least 1 */
	size_t read;	       /* of them, the first whose passages are read and given; 0: all */
	size_t sub;	       /* further passages of each page */
	bool no_ids;	       /* leave out token ids: nothing will score the passages; else
				     * further ones have them if there are fewer pages than `depth` */
	bool spelling;	       /* look for another spelling of words that the index lacks */
	bool reticent;	       /* say nothing of words that only pages beyond the filters may have;
				     * `pages` and `passages` are those that are given */
	bool newest;	       /* by falling date, of pages at least half as good as the best */
	const char *languages; /* of a page in several, the one to find: a value of Accept-Language
				* (RFC 9110, section 12.5.4), "de-AT, en;q=0.8"; NULL or "": the best */
	const xs_meaning *meaning; /* NULL: by words alone */
} xs_search_request;

/* A passage that was found.  Strings live in the arena and are never NULL. */
typedef struct xs_hit {
	uint64_t docid;		   /* of the passage in the index */
	uint64_t page;		   /* equal for passages of one page */
	double bm25;		   /* of the passage; 0: it has none of the words */
	bool near;		   /* it has a cosine */
	float cosine;		   /* of the passage and the question */
	bool by_words, by_meaning; /* what found it */
	double score; /* what hits are ordered by: bm25, or its blend with the cosine */
	int percent;  /* of the best possible match, 0 … 100 */
	const char *url, *title, *heading, *anchor, *text, *path, *type, *language, *meta;
	const char *versions; /* xs_page.versions */
	int64_t date;
	const int32_t *ids; /* token ids of `text`; NULL: none stored or read */
	size_t n_ids;
	uint64_t vocabulary; /* hash of the vocabulary that made them */
	bool exact;	     /* the question is the title, heading, anchor or last part of the
				 * URL, but for case, spaces and a closing "()" */
	bool exact_page;     /* and of these the page's title or its URL */
} xs_hit;

typedef struct xs_search_result {
	xs_hit *hits;	       /* first the best passage of each page, by falling `score`; then the
				 * further passages, page by page in that order, by falling score */
	size_t n, n_pages;     /* all; how many of them, at the beginning, are best passages */
	size_t found;	       /* pages that were found, also those that were not to be read */
	uint64_t pages;	       /* estimate of all pages that match */
	uint64_t passages;     /* estimate of all passages that match */
	const char *corrected; /* the question in another spelling, to be offered; NULL: none */
	const char *plain; /* the question in plain words, without operators: what a model reads */
	const char *description;  /* how the question was read, for people */
	const char *const *terms; /* words to mark in snippets, folded to lower case; those that are
				 * in a third of all passages are left out if others remain */
	size_t n_terms;
	const char *const *warnings; /* sentences for whoever asked */
	size_t n_warnings;
	xs_meaning_state meaning;
	const char *meaning_error; /* a sentence; NULL: none */
	bool meaning_alone; /* no page has any of the words: the hits are those nearest in meaning */
	const uint64_t
		*added; /* passages that meaning alone found, also of pages not given here: for
				* xs_facet_request */
	size_t n_added;
	double meaning_ms; /* looking for what is near, and reading it */
} xs_search_result;

/* Whether the index has vectors: DONE, ABSENT or DAMAGED; *error: why, NULL but for DAMAGED, borrowed from
 * the index until the next call of one of these functions. */
xs_meaning_state xs_index_meaning(const char **error, xs_index *ix);

/* Whether pages of the index have versions in other languages.  false also where it cannot be read. */
bool xs_index_has_versions(xs_index *ix);

/* Searches; everything in `out` lives in `a`.  Of a page in several languages one is found.  Sees the index as it was last committed; when it
 * changes meanwhile, the search is repeated once.
 * XS_EINPUT: no words to search for, or a field's value makes no sense.  XS_OK with n 0: nothing
 * was found.  XS_ESTALE: it changed twice; XS_EIO: a shard does not answer. */
int xs_index_search(xs_search_result *out, xs_arena *a, xs_index *ix,
		    const xs_search_request *request);

/* ---- facets */

typedef struct xs_facet_request {
	const char *text; /* as in xs_search_request */
	const char *const *filters;
	size_t n_filters;
	const char *const
		*names;	       /* "type", "section", "lang", "date", "meta.FIELD"; ends with NULL */
	const uint64_t *added; /* passages whose pages are counted too (xs_search_result.added) */
	size_t n_added;
} xs_facet_request;

typedef struct xs_facet_value {
	const char *value;
	const char *filter; /* to restrict a question to these pages: "section:guide" */
	uint64_t pages;	    /* that match and have the value */
} xs_facet_value;

typedef struct xs_facet {
	const char *name;
	xs_facet_value
		*values; /* most pages first; of dates, the last first: years, or months where
				 * all are of one year */
	size_t n;
	bool more; /* there are further values: 20 are given */
} xs_facet;

typedef struct xs_facets {
	xs_facet *items; /* in the order of the names */
	size_t n;
	uint64_t pages; /* that match */
	bool exact; /* false: a phrase was looked for in the first 10000 passages with its stems,
			 * and counts are of these */
} xs_facets;

/* Counts the pages that match, by values, with Xapian's ValueCountMatchSpy over all passages that
 * match.  As xs_index_search otherwise.  XS_EINPUT also: a name is none of the index's facets. */
int xs_index_facets(xs_facets *out, xs_arena *a, xs_index *ix, const xs_facet_request *request);

/* ---- suggestions */

typedef struct xs_suggest_request {
	const char *text; /* as typed so far */
	const char *const *filters;
	size_t n_filters;
	size_t n; /* 0: 8 */
} xs_suggest_request;

/* A title or heading that may be meant. */
typedef struct xs_suggestion {
	const char *text;
	const char *url, *anchor; /* where it is */
} xs_suggestion;

typedef struct xs_suggestions {
	xs_suggestion *items; /* those that begin so first, titles before headings */
	size_t n;
} xs_suggestions;

/* Titles and headings that begin with the text, or have words that do, of pages that meet the
 * filters.  Case and accents do not count; at most 256 terms are looked at. */
int xs_index_suggest(xs_suggestions *out, xs_arena *a, xs_index *ix,
		     const xs_suggest_request *request);

/* ---- pages like another */

typedef struct xs_similar_request {
	const char *url; /* of a page in the index, without its anchor */
	const char *const *filters;
	size_t n_filters;
	size_t n; /* pages; 0: 10 */
} xs_similar_request;

/* Pages whose passages are nearest in meaning to that page's, where the index has its vectors (out->meaning
 * is then XS_MEANING_DONE); else pages that share the words that tell it from others (Xapian's ESet over its
 * passages).
 * XS_ENOTFOUND: no page that meets the filters has that URL.  As xs_index_search otherwise; each page
 * has its best passage only. */
int xs_index_similar(xs_search_result *out, xs_arena *a, xs_index *ix,
		     const xs_similar_request *request);

#endif
