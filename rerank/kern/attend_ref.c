/* SPDX-License-Identifier: MIT */
/* attend_ref.c - attention, the plain loop. */
#include "config.h"

#include <math.h>

#include "rerank/kern/attend.h"
#include "rerank/kern/list.h"

/* Scores of a block, and the greatest of them and `max`. */
static float attend_scores(float *score, const float *q, const float *const *k, int n, int size,
			   float scale, float max)
{
	for (int j = 0; j < n; j++) {
		float dot = 0;

		for (int c = 0; c < size; c++)
			dot += q[c] * k[j][c];
		score[j] = dot * scale;
		max = score[j] > max ? score[j] : max;
	}
	return max;
}

/* One head of one row. */
static void attend_head(float *out, const float *q, const attend_keys *keys, size_t head, int size)
{
	const float *k[ATTEND_BLOCK], *v[ATTEND_BLOCK];
	float score[ATTEND_BLOCK], max = -INFINITY, sum = 0;
	float scale = 1 / sqrtf((float)size);
	attend_place place = {0};
	int n;

	for (int c = 0; c < size; c++)
		out[c] = 0;
	while ((n = attend_block(k, v, &place, keys, head, 1))) {
		float was = max;

		max = attend_scores(score, q, k, n, size, scale, max);
		/* What was summed under a smaller maximum shrinks to the new one. */
		float shrink = expf(was - max);
		sum *= shrink;
		for (int c = 0; c < size; c++)
			out[c] *= shrink;
		for (int j = 0; j < n; j++) {
			float weight = expf(score[j] - max);

			sum += weight;
			for (int c = 0; c < size; c++)
				out[c] += weight * v[j][c];
		}
	}
	for (int c = 0; c < size; c++)
		out[c] /= sum;
}

void xs_attend_ref(const xs_attend *a, xs_attend_kind kind, int first, int last)
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
