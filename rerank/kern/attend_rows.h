/* SPDX-License-Identifier: MIT */
/* attend_rows.h - the way of a row through its blocks, for the vector variants.
 *
 * Included by a variant after its own
 *	attend_scores	scores of n keys, made ready for attend_weights; their maximum and `max`
 *	attend_weights	scores become exp(score - max); their sum
 *	attend_sum	out = out × shrink + the sum of weight × value
 * and ATTEND_STEP, the keys that attend_scores reads at once. */
#ifndef XS_RERANK_KERN_ATTEND_ROWS_H
#define XS_RERANK_KERN_ATTEND_ROWS_H

#include <math.h>
#include <stddef.h>

#include "rerank/kern/attend.h"

/* One head of one row. */
static inline void attend_head(float *out, const float *q, const attend_keys *keys, size_t head, int size)
{
	const float *k[ATTEND_BLOCK], *v[ATTEND_BLOCK];
	float score[ATTEND_BLOCK], max = -INFINITY, sum = 0;
	float scale = 1 / sqrtf((float)size);
	attend_place place = {0};
	int n;

	for (int c = 0; c < size; c++)
		out[c] = 0;
	while ((n = attend_block(k, v, &place, keys, head, ATTEND_STEP))) {
		float was = max;

		max = attend_scores(score, q, k, n, size, scale, max);
		/* What was summed under a smaller maximum shrinks to the new one. */
		float shrink = expf(was - max);
		sum = sum * shrink + attend_weights(score, n, max);
		attend_sum(out, score, v, n, size, shrink);
	}
	for (int c = 0; c < size; c++)
		out[c] /= sum;
}

static inline void attend_rows(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	for (int r = first; r < last; r++) {
		attend_keys keys = attend_keys_of(a, kind, r);

		for (int h = 0; h < a->heads; h++) {
			size_t head = (size_t)h * (size_t)a->size;

			attend_head(a->out + (size_t)r * a->out_stride + head,
				    a->q + (size_t)r * a->q_stride + head, &keys, head, a->size);
		}
	}
}

#endif
