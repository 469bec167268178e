/* SPDX-License-Identifier: MIT */
/* gelu_avx2.c - bias and GELU, eight floats at a time. */
#include "config.h"

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx2.h"

/* The normal distribution's tail from a >= 0, without loss of digits where it is small: what a²
 * loses in rounding is put back, since exp would blow it up. */
static inline __m256 gelu_tail(__m256 a)
{
	const __m256 one = _mm256_set1_ps(1), half = _mm256_set1_ps(0.5f);

	a = _mm256_min_ps(_mm256_set1_ps(POLY_TAIL_END), a);
	__m256 u = _mm256_div_ps(one, _mm256_fmadd_ps(a, _mm256_set1_ps(POLY_TAIL_U), one));
	__m256 p = _mm256_set1_ps(POLY_TAIL9);
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL8));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL7));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL6));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL5));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL4));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL3));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL2));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL1));
	p = _mm256_fmadd_ps(p, u, _mm256_set1_ps(POLY_TAIL0));
	__m256 square = _mm256_mul_ps(a, a);
	__m256 lost = _mm256_fmsub_ps(a, a, square);
	__m256 e = exp_avx2(_mm256_mul_ps(square, _mm256_set1_ps(-0.5f)));
	e = _mm256_fnmadd_ps(_mm256_mul_ps(lost, half), e, e);
	return _mm256_mul_ps(_mm256_mul_ps(p, u), e);
}

/* x times the integral up to x: for x > 0 that is x less x times its tail. */
static inline __m256 gelu_of(__m256 x)
{
	__m256 a = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
	__m256 below = _mm256_mul_ps(x, gelu_tail(a));
	__m256 positive = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_GT_OQ);

	return _mm256_blendv_ps(below, _mm256_sub_ps(x, below), positive);
}

void xs_gelu_avx2(float *x, const float *bias, int rows, int cols)
{
	__m256i tail = mask_avx2(cols % 8);
	int whole = cols - cols % 8;

	for (int r = 0; r < rows; r++, x += cols) {
		for (int c = 0; c < whole; c += 8) {
			__m256 v = _mm256_add_ps(_mm256_loadu_ps(x + c), _mm256_loadu_ps(bias + c));

			_mm256_storeu_ps(x + c, gelu_of(v));
		}
		if (whole < cols) {
			__m256 v = _mm256_add_ps(_mm256_maskload_ps(x + whole, tail),
						 _mm256_maskload_ps(bias + whole, tail));

			_mm256_maskstore_ps(x + whole, tail, gelu_of(v));
		}
	}
}
