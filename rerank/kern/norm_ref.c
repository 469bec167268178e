/* SPDX-License-Identifier: MIT */
/* norm_ref.c - LayerNorm, the plain loop. */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "rerank/kern/list.h"

void xs_norm_ref(float *x, size_t ld, const float *gamma, const float *beta, float eps,
		 int features, int cols)
{
	for (int c = 0; c < cols; c++, x++) {
		double sum = 0, squares = 0;

		for (int f = 0; f < features; f++)
			sum += x[(size_t)f * ld];
		double mean = sum / features;
		for (int f = 0; f < features; f++)
			squares += (x[(size_t)f * ld] - mean) * (x[(size_t)f * ld] - mean);
		double scale = 1 / sqrt(squares / features + eps);
		for (int f = 0; f < features; f++)
			x[(size_t)f * ld] =
				(float)((x[(size_t)f * ld] - mean) * scale) * gamma[f] + beta[f];
	}
}
