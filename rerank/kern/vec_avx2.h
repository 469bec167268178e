/* SPDX-License-Identifier: MIT */
/* vec_avx2.h - eight floats under the names that the vector kernels are written in. */
#ifndef XS_RERANK_KERN_VEC_H
#define XS_RERANK_KERN_VEC_H

#include <immintrin.h>
#include <stdint.h>

#include "rerank/kern/poly.h"

typedef __m256 vec;
typedef __m256i veci;
enum { LANES = 8 };

static inline vec vec_load(const float *p)
{
	return _mm256_loadu_ps(p);
}

static inline void vec_store(float *p, vec x)
{
	_mm256_storeu_ps(p, x);
}

static inline veci vec_load_words(const uint32_t *p)
{
	return _mm256_loadu_si256((const veci *)(const void *)p);
}

static inline void vec_store_words(uint32_t *p, veci x)
{
	_mm256_storeu_si256((veci *)(void *)p, x);
}

/* Lanes from … to-1, clipped to the register. */
static inline veci vec_mask(int from, int to)
{
	const veci lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	return _mm256_andnot_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32(from), lane),
				   _mm256_cmpgt_epi32(_mm256_set1_epi32(to), lane));
}

/* Lanes from … to-1 of p, the others 0 and not read. */
static inline vec vec_load_part(const float *p, int from, int to)
{
	return _mm256_maskload_ps(p, vec_mask(from, to));
}

/* The first `to` lanes. */
static inline void vec_store_part(float *p, int to, vec x)
{
	_mm256_maskstore_ps(p, vec_mask(0, to), x);
}

/* x in lanes from … to-1, `other` elsewhere. */
static inline vec vec_keep(vec x, int from, int to, vec other)
{
	return _mm256_blendv_ps(other, x, _mm256_castsi256_ps(vec_mask(from, to)));
}

static inline vec vec_set(float x)
{
	return _mm256_set1_ps(x);
}

static inline vec vec_zero(void)
{
	return _mm256_setzero_ps();
}

/* a × b + c, rounded once. */
static inline vec vec_fma(vec a, vec b, vec c)
{
	return _mm256_fmadd_ps(a, b, c);
}

/* c - a × b, rounded once. */
static inline vec vec_fnma(vec a, vec b, vec c)
{
	return _mm256_fnmadd_ps(a, b, c);
}

/* The second operand where one is not a number. */
static inline vec vec_max(vec a, vec b)
{
	return _mm256_max_ps(a, b);
}

static inline vec vec_min(vec a, vec b)
{
	return _mm256_min_ps(a, b);
}

static inline vec vec_abs(vec a)
{
	return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}

static inline vec vec_sqrt(vec a)
{
	return _mm256_sqrt_ps(a);
}

/* a where x > 0, else b. */
static inline vec vec_if_positive(vec x, vec a, vec b)
{
	return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, vec_zero(), _CMP_GT_OQ));
}

/* The nearest whole number, ties to even; as a float, as an integer, and back. */
static inline vec vec_round(vec a)
{
	return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline veci vec_to_int(vec a)
{
	return _mm256_cvtps_epi32(a);
}

static inline vec vec_from_int(veci a)
{
	return _mm256_cvtepi32_ps(a);
}

static inline veci vec_bits(vec a)
{
	return _mm256_castps_si256(a);
}

static inline vec vec_from_bits(veci a)
{
	return _mm256_castsi256_ps(a);
}

static inline veci veci_set(int32_t x)
{
	return _mm256_set1_epi32(x);
}

static inline veci veci_add(veci a, veci b)
{
	return _mm256_add_epi32(a, b);
}

static inline veci veci_and(veci a, veci b)
{
	return _mm256_and_si256(a, b);
}

static inline veci veci_or(veci a, veci b)
{
	return _mm256_or_si256(a, b);
}

#define veci_left(a, n) _mm256_slli_epi32(a, n)
#define veci_right(a, n) _mm256_srli_epi32(a, n)

static inline float vec_sum(vec x)
{
	__m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));

	s = _mm_add_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}

static inline float vec_most(vec x)
{
	__m128 s = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));

	s = _mm_max_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_max_ss(s, _mm_shuffle_ps(s, s, 1)));
}

/* x × 2^n for a whole n, by the exponent's bits; 0 where that is below the normal floats. */
static inline vec vec_scale(vec x, vec n)
{
	vec tiny = _mm256_cmp_ps(n, vec_set(-126), _CMP_LT_OQ);
	veci power = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));

	return _mm256_andnot_ps(tiny, x * vec_from_bits(_mm256_slli_epi32(power, 23)));
}

#include "rerank/kern/vec.h"
#include "rerank/kern/vec_gelu.h"

#endif
