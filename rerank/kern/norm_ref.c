/* SPDX-License-Identifier: MIT */
/* norm_ref.c - bias, residual and LayerNorm, the plain loop. */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "rerank/kern/list.h"

void xs_norm_ref(float *x, const float *bias, const float *residual, const float *gamma,
		 const float *beta, float eps, int rows, int cols)
{
	for (int r = 0; r < rows; r++, x += cols) {
		const float *add = residual ? residual + (size_t)r * (size_t)cols : NULL;
		double sum = 0, squares = 0;

		for (int c = 0; c < cols; c++) {
			if (bias)
				x[c] += bias[c];
			if (add)
				x[c] += add[c];
			sum += x[c];
		}
		double mean = sum / cols;
		for (int c = 0; c < cols; c++)
			squares += (x[c] - mean) * (x[c] - mean);
		double scale = 1 / sqrt(squares / cols + eps);
		for (int c = 0; c < cols; c++)
			x[c] = (float)((x[c] - mean) * scale) * gamma[c] + beta[c];
	}
}
