/* SPDX-License-Identifier: MIT */
/* norm_avx512.c - bias, residual and LayerNorm, sixteen floats at a time. */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

/* Adds bias and residual (each may be NULL) to a row in place; returns its sum. */
static float norm_add(float *x, const float *bias, const float *residual, int cols)
{
	__m512 sum = _mm512_setzero_ps();

	for (int c = 0; c < cols; c += 16) {
		__mmask16 m = mask_avx512(cols - c);
		__m512 v = _mm512_maskz_loadu_ps(m, x + c);

		if (bias)
			v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(m, bias + c));
		if (residual)
			v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(m, residual + c));
		_mm512_mask_storeu_ps(x + c, m, v);
		sum = _mm512_add_ps(sum, v);
	}
	return _mm512_reduce_add_ps(sum);
}

static float norm_squares(const float *x, float mean, int cols)
{
	__m512 sum = _mm512_setzero_ps(), middle = _mm512_set1_ps(mean);

	for (int c = 0; c < cols; c += 16) {
		__mmask16 m = mask_avx512(cols - c);
		__m512 d = _mm512_maskz_sub_ps(m, _mm512_maskz_loadu_ps(m, x + c), middle);

		sum = _mm512_fmadd_ps(d, d, sum);
	}
	return _mm512_reduce_add_ps(sum);
}

static void norm_row(float *x, const float *bias, const float *residual, const float *gamma,
		     const float *beta, float eps, int cols)
{
	float mean = norm_add(x, bias, residual, cols) / (float)cols;
	float variance = norm_squares(x, mean, cols) / (float)cols;
	__m512 middle = _mm512_set1_ps(mean), scale = _mm512_set1_ps(1 / sqrtf(variance + eps));

	for (int c = 0; c < cols; c += 16) {
		__mmask16 m = mask_avx512(cols - c);
		__m512 d = _mm512_sub_ps(_mm512_maskz_loadu_ps(m, x + c), middle);
		__m512 g = _mm512_mul_ps(_mm512_maskz_loadu_ps(m, gamma + c), scale);

		d = _mm512_fmadd_ps(d, g, _mm512_maskz_loadu_ps(m, beta + c));
		_mm512_mask_storeu_ps(x + c, m, d);
	}
}

void xs_norm_avx512(float *x, const float *bias, const float *residual, const float *gamma,
		    const float *beta, float eps, int rows, int cols)
{
	for (int r = 0; r < rows; r++) {
		size_t at = (size_t)r * (size_t)cols;

		norm_row(x + at, bias, residual ? residual + at : NULL, gamma, beta, eps, cols);
	}
}
