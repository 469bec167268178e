/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin.h - what a stage of the search pipeline is, and what it works on.
 *
 * The public contract between the program and a plugin (xapian-search-plugin(7)): plain data and
 * tables of functions.  A plugin is a shared object that exports one symbol, `xs_plugin`; it
 * needs no symbol of the program, all it may call is in xs_host.  Knows nothing of HTTP, of
 * the command line, nor of how the index is kept.
 *
 *	static int recency_run(void *state, const xs_host *host, xs_query *q);
 *	static const xs_stage recency = {
 *		.abi = XS_PLUGIN_ABI, .size = sizeof recency, .name = "recency",
 *		.summary = "newer pages first", .run = recency_run, .optional = true,
 *		.needs = XS_CANDIDATES,
 *	};
 *	static const xs_stage *const stages[] = {&recency, NULL};
 *	XS_EXPORT const struct xs_plugin xs_plugin = {
 *		XS_PLUGIN_ABI, sizeof xs_plugin, "recency", "1.0", "GPL-2.0-or-later", stages,
 *	};
 *
 * Strings are UTF-8 and end in NUL.  All that a query holds lives until the whole query is
 * released: a stage frees nothing of it, and takes memory with host->alloc().  Behind xs_query
 * and xs_host the program keeps more than is shown here: a stage never makes or copies one. */
#ifndef XS_PLUGIN_PLUGIN_H
#define XS_PLUGIN_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a struct below changes its layout or a function its meaning. */
#define XS_PLUGIN_ABI 5

#if defined(__GNUC__)
#define XS_EXPORT __attribute__((visibility("default")))
#else
#define XS_EXPORT
#endif

/* One passage that may become a hit.  What the index does not know is "" (strings) or 0. */
typedef struct xs_candidate {
	/* Set by retrieve. */
	uint64_t passage, page; /* numbers in the index; hits of one page have the same `page` */
	const char *url;	/* of the page, without the anchor */
	const char *anchor;	/* id of the passage's heading in the page, without '#' */
	const char *title;	/* of the page */
	const char *heading;	/* heading path of the passage below the title, "Parent > Child" */
	const char *text;	/* the passage, plain */
	const char *path;	/* where the page was read */
	const char *type;	/* "html", "markdown", "text", ... */
	const char *language;	/* ISO 639 in lower case, "en" */
	const char *meta;	/* the page's other fields, a JSON object */
	const char *versions;	/* "LANGUAGE URL" a line: the page in its languages, itself among
				 * them; "": it has no other */
	int64_t date;		/* seconds since 1970, UTC */
	const int32_t
		*ids; /* token ids of `text` without special tokens; NULL: none stored or read */
	size_t n_ids;
	uint64_t vocabulary;	   /* hash of the vocabulary that made the ids */
	double bm25;		   /* 0: the passage has none of the words */
	bool near;		   /* it has a cosine */
	float cosine;		   /* of its vector and the question's */
	bool by_words, by_meaning; /* what found it */
	bool mixed;		   /* retrieve ordered by words and meaning */
	double both; /* and by this: their blend, over all that it looked at; 0 if not mixed */
	uint32_t rank_before; /* place in the order of retrieve, from 0 */
	bool exact;	      /* the query is the page's title, or an identifier that it defines */
	bool exact_page;      /* it is the title, or the page's address */

	/* Set by rerank when `scored`. */
	bool scored;
	bool cached;				/* the score was known from an earlier query */
	bool truncated;				/* not all tokens were scored */
	float logit;				/* of the cross-encoder */
	float probability;			/* the logistic function of the logit */
	int tokens, tokens_scored, best_window; /* of title, heading and text together */
	int best_first, best_tokens; /* where the best window begins, and how many tokens it has */

	/* Set by blend when `blended`. */
	bool blended;
	double blend;

	/* What the candidates are in the order of, largest first; set with each new order. */
	double score;

	/* Set by snippet for hits that are shown, else NULL: escaped text with marks. */
	const char *snippet;
} xs_candidate;

/* A page among the results: its best passage and others of the same page. */
typedef struct xs_group {
	xs_candidate *best;
	xs_candidate **sub; /* other anchors, each once, in the order of the candidates */
	size_t n_sub;	    /* at most search.sub_results */
	size_t n_passages;  /* of this page among the candidates */
} xs_group;

/* What the rerank stage did; zeroed before it ran: XS_RERANK_NONE. */
typedef enum xs_rerank_status {
	XS_RERANK_NONE,	   /* no such stage ran */
	XS_RERANK_FULL,	   /* every candidate within rerank.depth was scored */
	XS_RERANK_PARTIAL, /* the budget ended first */
	XS_RERANK_SKIPPED  /* none was scored; `reason` says why */
} xs_rerank_status;

typedef struct xs_rerank_record {
	xs_rerank_status status;
	const char *reason; /* a sentence; NULL when full */
	const char *model;  /* its name; NULL when none was opened */
	size_t scored;	    /* candidates that have a logit */
	size_t skipped;	    /* candidates that have none */
	size_t cache_hits;  /* of the scored ones, known from earlier queries */
	size_t truncated;   /* of the scored ones, not all tokens were scored */
	int query_tokens, query_tokens_used;
	uint64_t tokens, tokens_scored; /* of the scored candidates, without the query */
	double ms;
} xs_rerank_record;

/* One stage's part of the work. */
typedef struct xs_timing {
	const char *stage;
	double ms;
	size_t in, out;	   /* candidates before and after; for group and snippet, `out` is groups */
	const char *error; /* an optional stage failed so and was passed over; else NULL */
} xs_timing;

/* A query on its way.  The caller fills the first part; a zeroed value means "as configured".
 * One thread at a time. */
typedef struct xs_query {
	uint32_t abi, size; /* set by xs_query_new() */

	/* The question. */
	const char *text;	    /* as typed; `parse` trims it */
	const char *const *filters; /* conditions in the query syntax, "type:html"; all must hold */
	size_t n_filters;
	size_t offset, n; /* results to skip and to show, in pages; n 0: search.results */
	bool newest;	  /* by falling date, not by score; leaves the reranker out */
	const char
		*languages;   /* of a page in several, which to show: a value of Accept-Language, as
				* "de-AT, en;q=0.8"; NULL or "": the one that fits best */
	const uint32_t *seen; /* pages that were shown before, to be left out by what retrieves: of
			       * each `page ^ page >> 32`, 32 bits */
	size_t n_seen;
	bool no_rerank;	      /* leave the reranker out of this query */
	bool explain;	      /* the caller will show scores and times */
	bool plain;	      /* snippets are plain text, not escaped for HTML */
	const char *mark[2];  /* around a hit's words in snippets; NULL: <mark> and </mark> */
	xs_deadline deadline; /* the caller's; stages that take long look at it */
	bool no_spelling;     /* offer no other spelling: it would tell words that pages hold */
	int64_t rerank_end;   /* xs_clock_ns() after which rerank begins nothing, in place of
			       * rerank.budget_ms from the start; 0: that */

	/* The answer. */
	int64_t started;       /* xs_clock_ns() when the pipeline began */
	const char *question;  /* the text in plain words, without operators and fields: what
				    * a model reads; set by parse */
	const char *corrected; /* another spelling to offer; NULL: none */
	bool corrected_shown;  /* the question itself finds nothing: the results are of that one */
	xs_candidate **candidates; /* best first, after whichever stage ran last */
	size_t n_candidates;
	const char *
		meaning; /* why meaning had no part in it, a sentence; "": it had, NULL: not asked for */
	bool meaning_alone; /* no page has any of the words: these are nearest in meaning */
	double meaning_share; /* of blend.weights.meaning, 0 … 1: a question of few words means little */
	double meaning_encode_ms,
		meaning_search_ms; /* encoding the question; finding what is near */
	uint64_t total;		   /* estimate of all matching passages */
	const char *const *terms;  /* words of the query as the index looks for them */
	size_t n_terms;
	const xs_group *groups; /* the results to show, after the offset */
	size_t n_groups;
	size_t n_pages;	 /* all pages that match, shown or not */
	size_t n_unread; /* of them, pages that are no candidates, as nothing would move them up */
	xs_rerank_record rerank;
	const char **warnings; /* sentences for whoever asked; add with host->warn() */
	size_t n_warnings;
	xs_timing *timings; /* one a stage that ran, in order */
	size_t n_timings;
} xs_query;

/* What the program offers to a stage.  Each stage has its own, valid from open() to close(). Any
 * thread may call any of the functions. */
typedef struct xs_host xs_host;
struct xs_host {
	uint32_t abi, size;
	const char *stage; /* the name of the stage that it was made for */

	/* Sets the error sentence and returns `code` (one of base/error.h): to be used as
	 * `return host->fail(XS_EINPUT, "...", ...)`. */
	int (*fail)(int code, const char *format, ...) XS_PRINTF(2, 3);

	/* A message for the operator, without a newline. */
	void (*log)(xs_level level, const char *format, ...) XS_PRINTF(2, 3);

	/* A sentence for whoever asked; it appears in the reply. */
	void (*warn)(xs_query *q, const char *format, ...) XS_PRINTF(2, 3);

	/* `size` zeroed bytes, aligned for any type, that live as long as the query.  Never NULL. */
	void *(*alloc)(xs_query *q, size_t size);

	/* The text of a setting: `key` without a dot is stages.<stage>.<key>, with a dot a full
	 * key such as "rerank.depth", whose default counts (a list is "[a, b]").  NULL: not set, or
	 * no such key.  Borrowed until close(). */
	const char *(*setting)(const xs_host *host, const char *key);

	/* Nanoseconds of the clock that q->started and q->deadline are on. */
	int64_t (*clock)(void);
};

/* What a stage works on and makes, for checking the order in the configuration. */
enum {
	XS_CANDIDATES = 1, /* q->candidates: given by retrieve */
	XS_GROUPS = 2	   /* q->groups: given by group */
};

/* One stage. */
typedef struct xs_stage {
	uint32_t abi;	     /* XS_PLUGIN_ABI */
	uint32_t size;	     /* sizeof(xs_stage) */
	const char *name;    /* a-z, 0-9, '_', '-'; what `pipeline:` lists */
	const char *summary; /* a few words */

	/* Called once before the first query; leaves anything it likes in *state.  May be NULL.
	 * A code other than XS_OK, with a sentence set by host->fail(), ends the program's start. */
	int (*open)(void **state, const xs_host *host);
	void (*close)(void *state); /* called once after a successful open(); may be NULL */

	/* Works on one query.  May be called by several threads at once, each with its own query:
	 * `state` is shared.  It may reorder, add or drop candidates and set any of their fields.
	 * XS_OK, or a code with a sentence set by host->fail(). */
	int (*run)(void *state, const xs_host *host, xs_query *q);

	/* When run() fails: true, the candidates and groups are put back as they were, the
	 * failure is logged and told in the reply, and the search goes on.  False: the search
	 * fails with that code and sentence. */
	bool optional;

	uint32_t needs, gives; /* XS_CANDIDATES | XS_GROUPS */
} xs_stage;

/* A plugin.  A stage that has the name of a built-in one replaces it. */
struct xs_plugin {
	uint32_t abi;			      /* XS_PLUGIN_ABI; stays the first member for ever */
	uint32_t size;			      /* sizeof(struct xs_plugin) */
	const char *name, *version, *license; /* the licence as an SPDX expression */
	const xs_stage *const *stages;	      /* ends with NULL */
};

/* The symbol a plugin exports.  The tag and the object share the name, so there is no typedef. */
extern XS_EXPORT const struct xs_plugin xs_plugin;

#ifdef __cplusplus
}
#endif
#endif
