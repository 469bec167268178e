/* SPDX-License-Identifier: MIT */
/* similarity.c - the cosine of two means.
 *
 * In double and in one order: the sums are too short for kernels to matter. */
#include "rerank/similarity.h"

#include <math.h>

float xs_similarity_cosine(const float *query, const float *text, int hidden)
{
	double product = 0, q = 0, t = 0;

	for (int f = 0; f < hidden; f++) {
		product += (double)query[f] * (double)text[f];
		q += (double)query[f] * (double)query[f];
		t += (double)text[f] * (double)text[f];
	}
	return q > 0 && t > 0 ? (float)(product / sqrt(q * t)) : 0;
}
