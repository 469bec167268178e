/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.h - how good a ranking is, given judgements; whether two systems differ.
 *
 * The measures are those of trec_eval 9 (github.com/usnistgov/trec_eval) with -c: ndcg_cut.10,
 * recip_rank of the first ten, recall.K.  Plain arrays; knows nothing of files. */
#ifndef XS_CMD_METRICS_H
#define XS_CMD_METRICS_H

#include <stddef.h>

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

typedef struct xs_metrics {
	double ndcg;	 /* nDCG@10, gain = grade, discount log2(rank + 1) */
	double mrr;	 /* 1 / rank of the first relevant one among ten, else 0 */
	double recall;	 /* share of the relevant ones among the first K */
} xs_metrics;

/* Puts a ranking in trec_eval's order: by score (as a float, as there), then by document name,
 * both descending. */
void xs_metrics_sort(xs_ranked *docs, size_t n);

/* Measures one query.  `docs` is in its final order, each document once; `judged` is sorted by
 * name (xs_metrics_judged()).  All 0 where nothing relevant is judged. */
xs_metrics xs_metrics_of(const xs_ranked *docs, size_t n, const xs_judged *judged, size_t n_judged,
			 size_t depth);

/* Sorts judgements by name. */
void xs_metrics_judged(xs_judged *judged, size_t n);

/* Two-sided p-value of the paired randomisation test for the means of a and b over the same n
 * queries (Smucker, Allan, Carterette, CIKM 2007): exact over all 2^n sign changes up to n = 13,
 * else from 10 000 drawn ones, (hits + 1) / 10 001, always the same ones.  1 where n is 0. */
double xs_metrics_significance(const double *a, const double *b, size_t n);

#endif
