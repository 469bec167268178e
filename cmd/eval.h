/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval.h - the parts of the command `eval`: queries with their rankings, the site that is built to
 * retrieve from, what is printed, and the task of classification. */
#ifndef XS_CMD_EVAL_H
#define XS_CMD_EVAL_H

#include "eval/beir.h"
#include "eval/classify.h"
#include "cmd/cmd.h"
#include "eval/measure.h"
#include "eval/trec.h"

/* The orders that are compared; where a run alone is measured there is the first one only. */
enum { EVAL_RETRIEVAL, EVAL_RERANK, EVAL_BLEND, EVAL_SYSTEMS };
extern const char *const eval_names[EVAL_SYSTEMS];

/* A judged query, and each system's ranking of the same documents. */
typedef struct eval_query {
	const char *id, *text; /* text: NULL where a run alone is measured */
	const xs_qrels_query *judged;
	xs_ranked *docs[EVAL_SYSTEMS]; /* in the final order, in an arena */
	size_t n;
	double *values[EVAL_SYSTEMS]; /* one for each measure */
} eval_query;

/* All that an evaluation reads and finds. */
typedef struct eval_work {
	xs_beir corpus, queries;
	xs_qrels qrels;
	xs_run run;
	eval_query *list;
	size_t n, n_metrics;
	xs_measure *metrics;
	int systems; /* 1 or EVAL_SYSTEMS */
	const char *model;
	double ms;
} eval_work;

/* A corpus, indexed in a folder of its own below TMPDIR. */
typedef struct eval_site eval_site;

/* Builds the index, to be asked through `pipeline`, with c->conf for the rest; `corpus` is borrowed.
 * XS_ECANCEL: a signal came.  The caller closes it. */
#define EVAL_PIPELINE "[retrieve, rerank, blend, group]"
int eval_site_open(eval_site **out, xs_cmd *c, const xs_beir *corpus, const char *pipeline);
/* Deletes the folder.  NULL is fine. */
void eval_site_close(eval_site *s);

/* Fills the rankings of one query, in `a`; all are alike where the pipeline does not rerank.
 * Candidates that the model did not score follow in the index's order; a document counts by its
 * best passage. */
int eval_site_ask(eval_query *q, xs_arena *a, eval_site *s);

/* The documents of the index's order with their scores, in `a`: each once, by its best passage. */
int eval_site_find(xs_ranked **docs, size_t *n, xs_arena *a, eval_site *s, const char *text);

/* The words of a query, in `a`, with nothing that the query syntax would take for an operator. */
char *eval_site_words(xs_arena *a, const char *text);

/* The name of the site's model.  Borrowed from the site; "" before the first query. */
const char *eval_site_model(const eval_site *s);

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
