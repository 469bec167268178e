/* SPDX-License-Identifier: MIT */
/* vec_avx2.h - eight floats: ends of rows, sums, exp. */
#ifndef XS_RERANK_KERN_VEC_AVX2_H
#define XS_RERANK_KERN_VEC_AVX2_H

#include <immintrin.h>

#include "rerank/kern/poly.h"

/* The first `left` of eight items, for maskload and maskstore. */
static inline __m256i mask_avx2(int left)
{
	return _mm256_cmpgt_epi32(_mm256_set1_epi32(left),
				  _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* `left` floats from p, at most 8, then zeros.  The masked forms only where they must be:
 * AMD's take tens of cycles. */
static inline __m256 load_avx2(const float *p, int left)
{
	return left >= 8 ? _mm256_loadu_ps(p) : _mm256_maskload_ps(p, mask_avx2(left));
}

static inline void store_avx2(float *p, int left, __m256 x)
{
	if (left >= 8)
		_mm256_storeu_ps(p, x);
	else
		_mm256_maskstore_ps(p, mask_avx2(left), x);
}

static inline float sum_avx2(__m256 x)
{
	__m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));

	s = _mm_add_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}

/* exp(x) for x <= 0, within 2 ulp; 0 below -87.3, where floats lose digits; not-a-number stays
 * so. */
static inline __m256 exp_avx2(__m256 x)
{
	const __m256 least = _mm256_set1_ps(-87.3f);
	__m256 zero = _mm256_cmp_ps(x, least, _CMP_LT_OQ);

	/* The second operand wins where one is not a number. */
	x = _mm256_max_ps(least, x);
	__m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(POLY_LOG2E)),
				   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
	__m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(POLY_LN2_HIGH), x);
	r = _mm256_fnmadd_ps(n, _mm256_set1_ps(POLY_LN2_LOW), r);
	__m256 p = _mm256_set1_ps(POLY_EXP4);
	p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(POLY_EXP3));
	p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(POLY_EXP2));
	p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(POLY_EXP1));
	p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(POLY_EXP0));
	p = _mm256_fmadd_ps(_mm256_mul_ps(r, r), p, r);
	p = _mm256_add_ps(p, _mm256_set1_ps(1));
	/* 2^n by its exponent bits; n >= -126. */
	__m256i power = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
	p = _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(power, 23)));
	return _mm256_andnot_ps(zero, p);
}

#endif
