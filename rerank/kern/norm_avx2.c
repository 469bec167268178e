/* SPDX-License-Identifier: MIT */
/* norm_avx2.c - bias, residual and LayerNorm, eight floats at a time. */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx2.h"

/* Adds bias and residual (each may be NULL) to a row in place; returns its sum. */
static float norm_add(float *x, const float *bias, const float *residual, int cols)
{
	__m256 sum = _mm256_setzero_ps();

	for (int c = 0; c < cols; c += 8) {
		int left = cols - c;
		__m256 v = load_avx2(x + c, left);

		if (bias)
			v = _mm256_add_ps(v, load_avx2(bias + c, left));
		if (residual)
			v = _mm256_add_ps(v, load_avx2(residual + c, left));
		store_avx2(x + c, left, v);
		sum = _mm256_add_ps(sum, v);
	}
	return sum_avx2(sum);
}

static float norm_squares(const float *x, float mean, int cols)
{
	__m256 sum = _mm256_setzero_ps(), middle = _mm256_set1_ps(mean);

	for (int c = 0; c < cols; c += 8) {
		int left = cols - c;
		__m256 d = _mm256_sub_ps(load_avx2(x + c, left), middle);

		d = _mm256_and_ps(d, _mm256_castsi256_ps(mask_avx2(left)));
		sum = _mm256_fmadd_ps(d, d, sum);
	}
	return sum_avx2(sum);
}

static void norm_row(float *x, const float *bias, const float *residual, const float *gamma,
		     const float *beta, float eps, int cols)
{
	float mean = norm_add(x, bias, residual, cols) / (float)cols;
	float variance = norm_squares(x, mean, cols) / (float)cols;
	__m256 middle = _mm256_set1_ps(mean), scale = _mm256_set1_ps(1 / sqrtf(variance + eps));

	for (int c = 0; c < cols; c += 8) {
		int left = cols - c;
		__m256 d = _mm256_sub_ps(load_avx2(x + c, left), middle);
		__m256 g = _mm256_mul_ps(load_avx2(gamma + c, left), scale);

		d = _mm256_fmadd_ps(d, g, load_avx2(beta + c, left));
		store_avx2(x + c, left, d);
	}
}

void xs_norm_avx2(float *x, const float *bias, const float *residual, const float *gamma,
		  const float *beta, float eps, int rows, int cols)
{
	for (int r = 0; r < rows; r++) {
		size_t at = (size_t)r * (size_t)cols;

		norm_row(x + at, bias, residual ? residual + at : NULL, gamma, beta, eps, cols);
	}
}
