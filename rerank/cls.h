/* SPDX-License-Identifier: MIT */
/* cls.h - CLS's attention in the last layer, over hidden states in place of keys and values.
 *
 * Nobody else attends there, so the matrices of keys and values go over to its side: q·(K x) is
 * (Kᵀ q)·x, and the weighted sum of V x is V times the weighted sum of x.  A head costs two small
 * products a sequence, and no keys and values are made of any token.  (Multi-head latent attention
 * does so, too: DeepSeek-V2, arXiv 2405.04434, section 2.1.)  The keys' bias adds the same to all of
 * a head's scores, which softmax takes away again. */
#ifndef XS_RERANK_CLS_H
#define XS_RERANK_CLS_H

#include "rerank/kern/kern.h"
#include "rerank/weights.h"

/* What CLS of one sequence sees: columns beside each other, feature f of column c at f × ld + c. */
typedef struct xs_cls_keys {
	struct {
		const float *x;
		size_t ld;
		int n;
	} run[3];
	int runs;
} xs_cls_keys;

/* Adds n columns; they lengthen the last run if they follow it. */
void xs_cls_see(xs_cls_keys *k, const float *x, size_t ld, int n);

/* Floats of scratch memory for sequences of at most `positions` columns. */
size_t xs_cls_scratch(const xs_cls_weights *w, int positions);

/* Attention of n <= XS_KERN_LANES sequences, one a column of q and out, both [hidden] × ld; XS_LEAST_OUTPUTS
 * rows of `out` beyond them are unspecified.  `linear`: products in f32. */
void xs_cls_attend(float *out, const xs_cls_weights *w, xs_kern_linear *linear, float *scratch,
		   int positions, const float *q, size_t ld, const xs_cls_keys *keys, int n);

#endif
