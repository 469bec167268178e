/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.h - how good a ranking is, given judgements; whether two systems differ.
 *
 * Measures have the names of ir-measures (ir-measur.es) and the values of trec_eval 9
 * (github.com/usnistgov/trec_eval).  Plain arrays; knows nothing of files. */
#ifndef XS_EVAL_MEASURE_H
#define XS_EVAL_MEASURE_H

#include <stddef.h>

#include "base/arena.h"

/* A document of a ranking. */
typedef struct xs_ranked {
	const char *doc;
	double score;
} xs_ranked;

/* A judgement; grades above 0 mean relevant. */
typedef struct xs_judged {
	const char *doc;
	int grade;
} xs_judged;

typedef enum xs_measure_kind {
	XS_MEASURE_NDCG,    /* ndcg_cut, ndcg: gain = grade, discount log2(rank + 1) */
	XS_MEASURE_RR,	    /* recip_rank: 1 / rank of the first relevant one */
	XS_MEASURE_R,	    /* recall: found / relevant */
	XS_MEASURE_P,	    /* P: found / cut, also where fewer were retrieved; no cut: set_P */
	XS_MEASURE_AP,	    /* map_cut, map: precision at each relevant one, summed, / relevant */
	XS_MEASURE_JUDGED,  /* judged / retrieved, among the first ones (ir-measures) */
	XS_MEASURE_SUCCESS, /* success: 1 if a relevant one is there */
} xs_measure_kind;

/* A measure as it was asked for. */
typedef struct xs_measure {
	const char *name; /* as it was written: "nDCG@10", "AP(rel=2)" */
	xs_measure_kind kind;
	size_t cut; /* looks at so many of the first documents; 0: at all */
	int grade;  /* grades from this on are relevant */
} xs_measure;

/* What messages and help list. */
#define XS_MEASURE_NAMES "nDCG, RR, R, P, AP, Judged, Success"

/* Parses names with blanks or commas between: NAME, NAME@K, NAME(rel=G), NAME(rel=G)@K.  MRR, MAP,
 * NDCG, recall and precision stand for RR, AP, nDCG, R and P.  XS_EINPUT: a sentence names the one
 * that is wrong, or says that there is none; a measure stands twice. */
int xs_measure_parse(xs_measure **out, size_t *n, xs_arena *a, const char *text);

/* Puts a ranking in trec_eval's order: by score (as a float, as there), then by document name,
 * both descending. */
void xs_measure_sort(xs_ranked *docs, size_t n);

/* Sorts judgements by name. */
void xs_measure_sort_judged(xs_judged *judged, size_t n);

/* The value for one query, from 0 to 1.  `docs` is in its final order, each document once;
 * `judged` is sorted by name (xs_measure_sort_judged()).  0 where nothing relevant is judged. */
double xs_measure_of(const xs_measure *m, const xs_ranked *docs, size_t n, const xs_judged *judged,
		     size_t n_judged);

/* Two-sided p-value of the paired randomisation test for the means of a and b over the same n
 * queries (Smucker, Allan, Carterette, CIKM 2007): exact over all 2^n sign changes up to n = 13,
 * else from 10 000 drawn ones, (hits + 1) / 10 001, always the same ones.  1 where n is 0. */
double xs_measure_significance(const double *a, const double *b, size_t n);

#endif
