/* SPDX-License-Identifier: MIT */
/* similarity.c - means of states, and their cosine.
 *
 * Sums are in double and in one order: they are too short for kernels to matter, and so they are the same
 * on each processor. */
#include "rerank/similarity.h"

#include <math.h>

enum { SIMILARITY_SUMS = 16 };

/* Sixteen sums, each of every sixteenth column: which compilers make vectors of. */
static float similarity_mean(const float *x, int n)
{
	double sums[SIMILARITY_SUMS] = {0}, sum = 0;
	int i, k;

	for (i = 0; i + SIMILARITY_SUMS <= n; i += SIMILARITY_SUMS)
		for (k = 0; k < SIMILARITY_SUMS; k++)
			sums[k] += (double)x[i + k];
	for (k = 0; i < n; i++, k++)
		sums[k] += (double)x[i];
	for (k = 0; k < SIMILARITY_SUMS; k++)
		sum += sums[k];
	return (float)(sum / n);
}

void xs_similarity_mean(float *mean, const float *x, size_t ld, int hidden, int n)
{
	for (int f = 0; f < hidden; f++)
		mean[f] = similarity_mean(x + (size_t)f * ld, n);
}

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
