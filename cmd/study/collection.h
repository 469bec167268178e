/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collection.h - a collection made ready: judged queries or labelled pairs, candidates, token ids.
 *
 * For the main thread; everything lives in the command's arena. */
#ifndef XS_CMD_STUDY_COLLECTION_H
#define XS_CMD_STUDY_COLLECTION_H

#include "eval/measure.h"
#include "cmd/study/plan.h"
#include "eval/trec.h"
#include "rerank/rerank.h"

/* Measures: nDCG@10, RR@10 and R@10 of rankings; accuracy, F1 and AP of labelled pairs. */
enum { STUDY_FIRST, STUDY_SECOND, STUDY_THIRD, STUDY_MEASURES };
extern const char *const study_ranking[STUDY_MEASURES], *const study_classes[STUDY_MEASURES];

/* A judged query with its candidates, in the order of the first stage. */
typedef struct study_query {
	const char *id, *text;
	const int32_t *ids; /* tokens, cut as the model is asked */
	size_t n_ids;
	const xs_qrels_query *judged;
	xs_ranked *docs; /* the name that is judged and the first stage's score */
	size_t *texts;	 /* places in the collection's texts */
	size_t n;
} study_query;

typedef struct study_collection {
	const char *name;
	study_query *queries;
	size_t n;
	xs_input *texts; /* token ids of every candidate once */
	size_t n_texts;
	size_t n_documents;
	bool passages; /* several candidates of a query may be of one document, which counts once */
	const bool
		*labels; /* of every candidate in turn, where they are labelled pairs; else NULL */
	size_t n_units;	 /* what is measured one by one: queries, or pairs */
	const char *const *measures; /* names, STUDY_MEASURES */
	int n_tested;		     /* the first ones have a value for each unit */
} study_collection;

/* Token ids of a text, in `a`. */
int study_tokenize(xs_input *out, xs_arena *a, const xs_model *m, const char *text);

/* Reads a collection, retrieves where no run is given or kept, and makes token ids of what is to be
 * scored.  XS_EINPUT and the codes of eval_site_open(). */
int study_load(study_collection *out, xs_cmd *c, const study_plan *p, const study_source *source);

/* The same of a file of labelled pairs. */
int study_load_pairs(study_collection *out, xs_cmd *c, const study_plan *p,
		     const study_source *source);

#endif
