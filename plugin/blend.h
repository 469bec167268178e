/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blend.h - one order from three signals: BM25, the cosine and the reranker's logit. */
#ifndef XS_PLUGIN_BLEND_H
#define XS_PLUGIN_BLEND_H

#include "plugin/plugin.h"

/* What each signal counts, 0 or more; only what they are to each other matters. */
typedef struct xs_blend_weights {
	double bm25, meaning, rerank;
} xs_blend_weights;

/* Sets `blend` of the scored candidates to the mean, weighted, of
 *
 *	z(bm25)		z(cosine)	z(logit)
 *
 * and sorts by it; z is taken over the scored candidates (mean 0, variance 1; all 0 where they are all
 * alike), that of the cosine over those that have one.  A candidate that has none has the mean of the two
 * others.  Of candidates that are `mixed`, z(both) stands for the first two, with the sum of their weights.  Candidates without a logit follow in the order of the index.  `keep_exact`: exact hits that the
 * index had on top, before any other hit, stay on top, in the order of their blend; their `score` is lifted
 * above the others', their `blend` is not.  With no scored candidate nothing changes. */
void xs_blend(xs_candidate **candidates, size_t n, const xs_blend_weights *weights,
	      bool keep_exact);

#endif
