/* SPDX-License-Identifier: MIT */
/* vec_avx512.h - sixteen floats: ends of rows, exp. */
#ifndef XS_RERANK_KERN_VEC_AVX512_H
#define XS_RERANK_KERN_VEC_AVX512_H

#include <immintrin.h>

#include "rerank/kern/poly.h"

/* The first `left` of sixteen items. */
static inline __mmask16 mask_avx512(int left)
{
	return left >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << left) - 1);
}

/* exp(x) for x <= 0, within 2 ulp; 0 from about -104 on; not-a-number stays so. */
static inline __m512 exp_avx512(__m512 x)
{
	/* The second operand wins where one is not a number. */
	x = _mm512_max_ps(_mm512_set1_ps(-150), x);
	__m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(POLY_LOG2E)),
					_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
	__m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(POLY_LN2_HIGH), x);
	r = _mm512_fnmadd_ps(n, _mm512_set1_ps(POLY_LN2_LOW), r);
	__m512 p = _mm512_set1_ps(POLY_EXP4);
	p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(POLY_EXP3));
	p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(POLY_EXP2));
	p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(POLY_EXP1));
	p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(POLY_EXP0));
	p = _mm512_fmadd_ps(_mm512_mul_ps(r, r), p, r);
	return _mm512_scalef_ps(_mm512_add_ps(p, _mm512_set1_ps(1)), n);
}

#endif
