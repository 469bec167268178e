/* SPDX-License-Identifier: GPL-2.0-or-later */
/* result.h - what a study found: cells with their tests, lengths, attention; and how it is written.
 *
 * For the main thread; everything lives in the command's arena. */
#ifndef XS_CMD_STUDY_RESULT_H
#define XS_CMD_STUDY_RESULT_H

#include "eval/stats.h"
#include "cmd/study/collection.h"

/* Document tokens up to so far away are near ones in the analysis of attention. */
enum { STUDY_NEAR = 4 };

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
	double tokens, wall_ms, cpu_ms;	 /* a pair */
	double query_ms;		 /* processor time of a query's pairs */
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
