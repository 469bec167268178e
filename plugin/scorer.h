/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scorer.h - the reranker that the settings describe, opened when first needed.
 *
 * Knows settings and librerank, nothing of candidates.  Shared by any number of threads. */
#ifndef XS_PLUGIN_SCORER_H
#define XS_PLUGIN_SCORER_H

#include "plugin/plugin.h"
#include "plugin/score_cache.h"
#include "rerank/rerank.h"

typedef struct xs_scorer xs_scorer;

/* What a thread may use; all borrowed from the scorer. */
typedef struct xs_scoring {
	const char *name; /* the model's, as in xs_model_info */

	/* Set by xs_scorer_identify(): hash of the model's files, of the kernels that are used and of
	 * every setting that changes a score, the pattern of each layer included. */
	uint64_t identity;

	/* Set by xs_scorer_get(). */
	const xs_model *model;
	xs_model_info info;
	xs_reranker *reranker;
	const xs_rerank_options
		*options; /* what the settings made; their pattern NULL: the model's own */
	const xs_pool *pool;
} xs_scoring;

/* Reads the keys of `rerank.` that concern the model, and opens nothing.  `host` is borrowed, and
 * `cache`, which remembers the identity (NULL: nothing does).  The caller frees it.  XS_EINPUT: a
 * setting is wrong. */
int xs_scorer_new(xs_scorer **out, const xs_host *host, xs_score_cache *cache);
void xs_scorer_free(xs_scorer *s); /* NULL is fine */

/* Each does its work at the first call; later ones give what the first found, a failure too, so that
 * a damaged model is read once and told with every query.  identify() opens the model, unless the
 * cache has its identity from before; get() opens it and makes it ready to score.  *opening_ms: time
 * this call spent on it or waited for it, nothing to speak of later.  Codes of xs_model_open() and
 * xs_reranker_new(); XS_EINPUT: a switch for all layers, where the model has a pattern for each. */
int xs_scorer_identify(const xs_scoring **out, xs_scorer *s, double *opening_ms);
int xs_scorer_get(const xs_scoring **out, xs_scorer *s, double *opening_ms);

/* Nanoseconds for a token (pace.h), the least that was ever seen on this machine, as the cache remembers it: where
 * it does, nothing is opened or measured.  Codes and *opening_ms as with get(). */
int xs_scorer_pace(double *ns, xs_scorer *s, double *opening_ms);

/* That texts of so many tokens took so long: where that is clearly less than the pace was, it is the pace from
 * now on, for the machine was busy when that was measured. */
void xs_scorer_took(xs_scorer *s, double ns, uint64_t tokens);

/* The model's name, without opening it.  Borrowed from the scorer. */
const char *xs_scorer_name(const xs_scorer *s);

/* The scorer of an open rerank stage that is built in (xs_pipeline_state()).  Borrowed from it. */
xs_scorer *xs_scorer_of_stage(void *state);

#endif
