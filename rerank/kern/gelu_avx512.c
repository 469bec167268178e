/* SPDX-License-Identifier: MIT */
/* gelu_avx512.c - bias and GELU, sixteen floats at a time. */
#include "config.h"

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

/* The normal distribution's tail from a >= 0, without loss of digits where it is small: what a²
 * loses in rounding is put back, since exp would blow it up. */
static inline __m512 gelu_tail(__m512 a)
{
	const __m512 one = _mm512_set1_ps(1), half = _mm512_set1_ps(0.5f);

	a = _mm512_min_ps(_mm512_set1_ps(POLY_TAIL_END), a);
	__m512 u = _mm512_div_ps(one, _mm512_fmadd_ps(a, _mm512_set1_ps(POLY_TAIL_U), one));
	__m512 p = _mm512_set1_ps(POLY_TAIL9);
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL8));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL7));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL6));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL5));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL4));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL3));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL2));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL1));
	p = _mm512_fmadd_ps(p, u, _mm512_set1_ps(POLY_TAIL0));
	__m512 square = _mm512_mul_ps(a, a);
	__m512 lost = _mm512_fmsub_ps(a, a, square);
	__m512 e = exp_avx512(_mm512_mul_ps(square, _mm512_set1_ps(-0.5f)));
	e = _mm512_fnmadd_ps(_mm512_mul_ps(lost, half), e, e);
	return _mm512_mul_ps(_mm512_mul_ps(p, u), e);
}

/* x times the integral up to x: for x > 0 that is x less x times its tail. */
static inline __m512 gelu_of(__m512 x)
{
	__m512 below = _mm512_mul_ps(x, gelu_tail(_mm512_abs_ps(x)));
	__mmask16 positive = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ);

	return _mm512_mask_sub_ps(below, positive, x, below);
}

void xs_gelu_avx512(float *x, const float *bias, int rows, int cols)
{
	__mmask16 tail = (__mmask16)((1u << cols % 16) - 1);
	int whole = cols - cols % 16;

	for (int r = 0; r < rows; r++, x += cols) {
		for (int c = 0; c < whole; c += 16) {
			__m512 v = _mm512_add_ps(_mm512_loadu_ps(x + c), _mm512_loadu_ps(bias + c));

			_mm512_storeu_ps(x + c, gelu_of(v));
		}
		if (tail) {
			__m512 v = _mm512_add_ps(_mm512_maskz_loadu_ps(tail, x + whole),
						 _mm512_maskz_loadu_ps(tail, bias + whole));

			_mm512_mask_storeu_ps(x + whole, tail, gelu_of(v));
		}
	}
}
