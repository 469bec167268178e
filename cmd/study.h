/* SPDX-License-Identifier: GPL-2.0-or-later */
/* study.h - the parts of the command `study`: the plan, the collections, the cells and what they
 * came to.
 *
 * A "way" is all that changes a score: pattern, window, precision and how much of a text is read.
 * A "cell" is a way at a depth; as scores do not depend on what else is scored, all depths of a way
 * are measured from one run at the greatest.  For the main thread; everything lives in the
 * command's arena. */
#ifndef XS_CMD_STUDY_H
#define XS_CMD_STUDY_H

#include <jansson.h>

#include "cmd/beir.h"
#include "cmd/child.h"
#include "cmd/cmd.h"
#include "cmd/metrics.h"
#include "cmd/stats.h"
#include "cmd/trec.h"
#include "rerank/rerank.h"

enum { STUDY_SWITCHES = 6 };

/* Document tokens up to so far away are near ones in the analysis of attention. */
enum { STUDY_NEAR = 4 };

/* "full", "sparse", "model", with switches put on or off: "sparse+query_cls-doc_query". */
typedef struct study_pattern {
	const char *name;
	const char *base;
	const char *switches[STUDY_SWITCHES]; /* "on", "off", "model"; in the order of study_switches */
} study_pattern;
extern const char *const study_switches[STUDY_SWITCHES]; /* "cls_query", ... */

typedef struct study_way {
	const study_pattern *pattern;
	const char *window, *precision;
	long length; /* tokens of a text that are read; 0: all */
	const char *name; /* "full/none/int8/all" */
	const char *file; /* the same, as a part of a file's name */
} study_way;

/* Where a collection is, as the command line says. */
typedef struct study_source {
	const char *name;
	const char *corpus, *queries, *qrels;
	const char *run; /* NULL: retrieve first */
	bool site;	 /* the documents are those of the configured index */
	bool log;	 /* the queries are those of its log, judged by what was chosen */
	const char *pairs; /* labelled pairs in place of all that; NULL: none */
} study_source;

typedef struct study_plan {
	const char *folder; /* of the results */
	const study_pattern *patterns;
	const char *const *windows, *const *precisions;
	const long *depths, *lengths; /* depths from the smallest to the greatest */
	size_t n_patterns, n_windows, n_precisions, n_depths, n_lengths;
	const study_way *ways;
	size_t n_ways;
	size_t baseline; /* cell: way × n_depths + place of the depth */
	const study_source *sources;
	size_t n_sources;
	long max_queries; /* 0: all */
	long sweep;	  /* the longest text of the sweep of lengths; 0: none */
	long attention;	  /* pairs whose attention is looked at; 0: none */
} study_plan;

/* What the options say as words: study_plan.c makes the plan of it. */
typedef struct study_words {
	const char *folder, *patterns, *windows, *precisions, *depths, *lengths, *baseline;
	const char *corpus, *queries, *qrels, *run;
	const char **beir, **pairs; /* folders, files */
	size_t n_beir, n_pairs;
	bool site, log;
	long max_queries, sweep, attention;
} study_words;

/* Makes the plan.  After cmd_settings().  XS_EINPUT: a word is wrong, or nothing is given to
 * measure. */
int study_plan_make(study_plan *out, xs_cmd *c, const study_words *words);

/* Cells, and the parts of their names "full/none/int8/all/30". */
size_t study_cells(const study_plan *p);
const study_way *study_cell_way(const study_plan *p, size_t cell);
long study_cell_depth(const study_plan *p, size_t cell);
const char *study_cell_name(const study_plan *p, xs_arena *a, size_t cell);

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
	const bool *labels; /* of every candidate in turn, where they are labelled pairs; else NULL */
	size_t n_units;	    /* what is measured one by one: queries, or pairs */
	const char *const *measures; /* names, STUDY_MEASURES */
	int n_tested;		     /* the first ones have a value for each unit */
} study_collection;

/* The same of a file of labelled pairs. */
int study_load_pairs(study_collection *out, xs_cmd *c, const study_plan *p, const study_source *source);

/* Token ids of a text, in `a`. */
int study_tokenize(xs_input *out, xs_arena *a, const xs_model *m, const char *text);

/* How many candidates of a query are scored. */
size_t study_scored(const study_plan *p, const study_collection *k, size_t query);

/* Reads a collection, retrieves where no run is given or kept, and makes token ids of what is to be
 * scored.  XS_EINPUT and the codes of eval_site_open(). */
int study_load(study_collection *out, xs_cmd *c, const study_plan *p, const study_source *source);

/* How many pairs a way scores. */
size_t study_pairs(const study_plan *p, const study_collection *k);

/* Compares the plan, the model and the files with those of an earlier study in the folder, or keeps
 * them there.  XS_EINPUT: they differ, a sentence says in what; a file is missing. */
int study_keep_plan(xs_cmd *c, const study_plan *p);

/* Puts a way's settings in c->conf. */
int study_way_set(xs_cmd *c, const study_way *way);

/* What scoring a collection in one way gave. */
typedef struct study_scores {
	float **logits; /* one row a query */
	size_t pairs;
	double tokens;	       /* of texts, that were scored */
	double wall_ms, cpu_ms; /* of scoring alone */
	double opened_mb, peak_mb; /* beyond what the process had before */
} study_scores;

/* Scores what is not kept yet, each collection and way in a process of its own, and keeps it. */
int study_run(xs_cmd *c, const study_plan *p, const study_collection *collections);
/* Reads what is kept of one.  XS_ENOTFOUND: nothing; XS_EINPUT: a file is damaged. */
int study_scores_read(study_scores *out, xs_cmd *c, const study_plan *p, const study_collection *k,
		      const study_way *way);

/* Measures: nDCG@10, RR@10 and R@10 of rankings; accuracy, F1 and AP of labelled pairs. */
enum { STUDY_FIRST, STUDY_SECOND, STUDY_THIRD, STUDY_MEASURES };
extern const char *const study_ranking[STUDY_MEASURES], *const study_classes[STUDY_MEASURES];

/* The margin of the test of equivalence, as in the paper (section 4.1). */
#define STUDY_MARGIN 0.02

/* A cell held against the baseline in one measure. */
typedef struct study_test {
	xs_paired paired;
	double p_holm, p_tost_holm; /* corrected for all cells of the collection */
} study_test;

/* A cell of one collection. */
typedef struct study_cell {
	double *values[STUDY_MEASURES]; /* one a unit, of the measures that are tested */
	double mean[STUDY_MEASURES];
	study_test test[STUDY_MEASURES]; /* of these, too */
	double tokens, wall_ms, cpu_ms; /* a pair */
	double query_ms;		/* processor time of a query's pairs */
	double opened_mb, peak_mb;
} study_cell;

/* All cells of a collection, and its first stage (nothing, of pairs). */
typedef struct study_result {
	const study_collection *collection;
	study_cell *cells;
	study_cell first;
	double recall; /* of the first stage at the greatest depth */
} study_result;

/* Fills values and means of a cell of labelled pairs: accuracy and F1 at thresholds tuned on other
 * pairs (cross-validation), and average precision. */
void study_classify(study_cell *cell, xs_arena *a, const study_collection *k, float *const *logits);

int study_measure(study_result *out, xs_cmd *c, const study_plan *p, const study_collection *k);

/* One text of a length, scored in one way, in a process of its own. */
typedef struct study_length {
	const study_way *way;
	long tokens;
	double peak_mb, cpu_ms; /* beyond what the process had before; of one text */
} study_length;

/* Measures or reads what is kept: each pattern without a window and with a small one, at 128, 256 …
 * plan->sweep tokens; ways one after the other. */
int study_sweep(study_length **out, size_t *n, xs_cmd *c, const study_plan *p);

/* Where attention goes, by the kind of token that attends and that is attended to, see
 * xs_model_attention(): means over pairs. */
typedef struct study_attention {
	const study_way *way; /* the states are those of this one, in f32 */
	int layers, heads;
	size_t pairs;
	double *mass; /* [layers][heads][XS_FROM_KINDS][XS_TO_KINDS] */
} study_attention;

/* Looks at the first candidates of the first queries of each collection, in the way of the
 * baseline. */
int study_attend(study_attention *out, xs_cmd *c, const study_plan *p,
		 const study_collection *collections);

/* Everything that is written about. */
typedef struct study_report {
	const study_plan *plan;
	const study_result *results; /* one a source */
	const study_length *lengths;
	size_t n_lengths;
	const study_attention *attention; /* NULL: not looked at */
	const char *model, *isa;
	unsigned threads;
} study_report;

/* study.json, cells.csv, queries.csv. */
int study_write(xs_cmd *c, const study_report *r);
/* The plots as SVG, and report.html which holds them. */
int report_write(xs_cmd *c, const study_report *r);

#endif
