/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval.h - the parts of the command `eval`: queries with their rankings, the site that is built to
 * retrieve from, the vectors of a run's documents, what is printed, and the task of classification. */
#ifndef XS_CMD_EVAL_H
#define XS_CMD_EVAL_H

#include "eval/beir.h"
#include "eval/classify.h"
#include "cmd/cmd.h"
#include "eval/measure.h"
#include "cmd/retrieval.h"
#include "eval/trec.h"

/* The orders that are compared, as they are shown.  Where the program retrieves, the first three
 * orders are those of one retrieval each, and `retrieval` is the one whose candidates the model
 * scores.  Of a run there are: the run, and over the same documents cosine, bm25 with cosine, and
 * the two orders with the model.  A run alone is the first. */
enum {
	EVAL_RETRIEVAL,
	EVAL_WORDS,
	EVAL_MEANING,
	EVAL_COSINE,
	EVAL_BOTH,
	EVAL_RERANK,
	EVAL_BLEND,
	EVAL_SYSTEMS
};
extern const char *const eval_names[EVAL_SYSTEMS];

/* A system's answer to a query. */
typedef struct eval_ranking {
	xs_ranked *docs; /* in the final order, in an arena */
	size_t n;
	double *values; /* one for each measure */
} eval_ranking;

/* A judged query, and each system's ranking. */
typedef struct eval_query {
	const char *id, *text; /* text: NULL where a run alone is measured */
	const xs_qrels_query *judged;
	eval_ranking of[EVAL_SYSTEMS];
} eval_query;

/* All that an evaluation reads and finds. */
typedef struct eval_work {
	xs_beir corpus, queries;
	xs_qrels qrels;
	xs_run run;
	eval_query *list;
	size_t n, n_metrics;
	xs_measure *metrics;
	size_t depth;		/* documents that are asked for: all that a measure looks at */
	bool alone;		/* a run without a corpus */
	bool has[EVAL_SYSTEMS]; /* the systems that there are */
	bool vectors;		/* meaning has a part in it */
	retrieval retrieval;	/* whose candidates the model scores */
	const char *index;	/* folder that keeps the index of the corpus; NULL: none does */
	const char *model, *embedder; /* names; "": none was asked */
	double ms;
} eval_work;

/* Fill the rankings of all queries, with the run or with an index of the corpus. */
int eval_rank_run(xs_cmd *c, eval_work *w);
int eval_rank_index(xs_cmd *c, eval_work *w);

/* A corpus, indexed in a folder of its own. */
typedef struct eval_site eval_site;

typedef struct eval_site_options {
	const char *folder; /* keeps the index for the next time; NULL: one below TMPDIR, deleted */
	bool vectors;	    /* its passages get vectors */
	size_t depth;	    /* documents of a query */
} eval_site_options;

/* Builds the index, with c->conf for the rest; `corpus` is borrowed.  XS_ECANCEL: a signal came.  The
 * caller closes it. */
int eval_site_open(eval_site **out, xs_cmd *c, const xs_beir *corpus, const eval_site_options *o);
/* Deletes a temporary folder.  NULL is fine. */
void eval_site_close(eval_site *s);

/* Whether it has vectors: none are there where the embedder reads no document's language. */
bool eval_site_has_vectors(const eval_site *s);

/* As retrieval_ask(); *out may be NULL after a failure. */
int eval_site_ask(xs_query **out, eval_site *s, retrieval by, bool rerank, const char *text);

/* The documents of candidates in their order, at most site's depth, each once by its best passage, in `a`;
 * with bm25 as scores, or ones that fall. */
void eval_site_rank(eval_ranking *out, xs_arena *a, const eval_site *s, const xs_query *q,
		    bool bm25);

/* Cosines of queries and documents by the configured embedder.  One thread. */
typedef struct eval_cosines eval_cosines;

/* Opens the embedder and embeds the first `depth` documents of each query's run, passage by passage as the
 * index does.  All borrowed until it is closed.  XS_EINPUT: a document is not in the corpus;
 * XS_ECANCEL; codes of xs_embedding_model_get(). */
int eval_cosines_open(eval_cosines **out, xs_cmd *c, const eval_work *w, size_t depth);
void eval_cosines_close(eval_cosines *e); /* NULL is fine */

/* cosines[n] of a query's text and the first n documents of its run: of each its best passage's. */
int eval_cosines_get(float *cosines, eval_cosines *e, const char *text, const xs_ranked *docs,
		     size_t n);

/* Sets the values of each query and system. */
void eval_measure(xs_cmd *c, eval_work *w);
/* Prints the means, and with `per_query` each query's values, as a table or as JSON. */
void eval_print(xs_cmd *c, const eval_work *w, bool per_query);
void eval_print_json(xs_cmd *c, const eval_work *w, bool per_query);
/* Writes PATH.SYSTEM of each system as a TREC run. */
int eval_write_runs(xs_cmd *c, const eval_work *w, const char *path);

/* What the task of classification is asked. */
typedef struct eval_classify_options {
	const char *pairs, *tune; /* files; tune NULL: cross-validation */
	long folds;
	bool given, symmetric, json;
	double threshold; /* where it is given */
	xs_goal goal;
} eval_classify_options;

/* Scores the pairs, finds a threshold on others than those it is measured on, and prints accuracy,
 * F1, average precision and the counts. */
int eval_classify(xs_cmd *c, const eval_classify_options *o);

#endif
