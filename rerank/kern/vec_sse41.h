/* SPDX-License-Identifier: MIT */
/* vec_sse41.h - four floats under the names that the vector kernels are written in; x86-64 without AVX. */
#ifndef XS_RERANK_KERN_VEC_H
#define XS_RERANK_KERN_VEC_H

#include <smmintrin.h>
#include <stdint.h>

#include "rerank/kern/poly.h"

typedef __m128 vec;
typedef __m128i veci;
enum { LANES = 4 };

static inline vec vec_load(const float *p)
{
	return _mm_loadu_ps(p);
}

static inline void vec_store(float *p, vec x)
{
	_mm_storeu_ps(p, x);
}

static inline veci vec_load_words(const uint32_t *p)
{
	return _mm_loadu_si128((const veci *)(const void *)p);
}

static inline void vec_store_words(uint32_t *p, veci x)
{
	_mm_storeu_si128((veci *)(void *)p, x);
}

/* Lanes from … to-1, clipped to the register. */
static inline veci vec_mask(int from, int to)
{
	const veci lane = _mm_setr_epi32(0, 1, 2, 3);

	return _mm_andnot_si128(_mm_cmpgt_epi32(_mm_set1_epi32(from), lane),
				_mm_cmpgt_epi32(_mm_set1_epi32(to), lane));
}

#include "rerank/kern/vec_part.h"

/* x in lanes from … to-1, `other` elsewhere. */
static inline vec vec_keep(vec x, int from, int to, vec other)
{
	return _mm_blendv_ps(other, x, _mm_castsi128_ps(vec_mask(from, to)));
}

static inline vec vec_set(float x)
{
	return _mm_set1_ps(x);
}

static inline vec vec_zero(void)
{
	return _mm_setzero_ps();
}

/* a × b + c, the product rounded, too: there is no instruction for both. */
static inline vec vec_fma(vec a, vec b, vec c)
{
	return _mm_add_ps(_mm_mul_ps(a, b), c);
}

/* c - a × b, the product rounded, too. */
static inline vec vec_fnma(vec a, vec b, vec c)
{
	return _mm_sub_ps(c, _mm_mul_ps(a, b));
}

/* a × b + c of two lanes, rounded to odd: what is cut off leaves the last bit set, so that rounding once
 * more, to a float, is as rounding once (Boldo and Melquiond 2008).  A double holds the product; the
 * sum's error is Knuth's. */
static inline __m128d vec_fma_odd(vec a, vec b, vec c)
{
	__m128d product = _mm_mul_pd(_mm_cvtps_pd(a), _mm_cvtps_pd(b)), other = _mm_cvtps_pd(c);
	__m128d sum = _mm_add_pd(product, other), part = _mm_sub_pd(sum, product);
	__m128d error =
		_mm_add_pd(_mm_sub_pd(product, _mm_sub_pd(sum, part)), _mm_sub_pd(other, part));
	__m128d off = _mm_or_pd(_mm_cmplt_pd(error, _mm_setzero_pd()),
				_mm_cmpgt_pd(error, _mm_setzero_pd()));
	const veci one = _mm_set1_epi64x(1);
	veci bits = _mm_castpd_si128(sum);
	veci apart = _mm_srli_epi64(_mm_xor_si128(bits, _mm_castpd_si128(error)), 63);
	veci even = _mm_sub_epi64(_mm_and_si128(bits, one), one);
	veci step = _mm_sub_epi64(one, _mm_slli_epi64(apart, 1));

	step = _mm_and_si128(step, _mm_and_si128(even, _mm_castpd_si128(off)));
	return _mm_castsi128_pd(_mm_add_epi64(bits, step));
}

/* a × b + c, rounded once; slow. */
#define vec_fma_once vec_fma_exact
static inline vec vec_fma_exact(vec a, vec b, vec c)
{
	vec low = _mm_cvtpd_ps(vec_fma_odd(a, b, c));
	vec high = _mm_cvtpd_ps(
		vec_fma_odd(_mm_movehl_ps(a, a), _mm_movehl_ps(b, b), _mm_movehl_ps(c, c)));

	return _mm_movelh_ps(low, high);
}

/* The second operand where one is not a number. */
static inline vec vec_max(vec a, vec b)
{
	return _mm_max_ps(a, b);
}

static inline vec vec_min(vec a, vec b)
{
	return _mm_min_ps(a, b);
}

static inline vec vec_abs(vec a)
{
	return _mm_andnot_ps(_mm_set1_ps(-0.0f), a);
}

static inline vec vec_sqrt(vec a)
{
	return _mm_sqrt_ps(a);
}

/* a where x > 0, else b. */
static inline vec vec_if_positive(vec x, vec a, vec b)
{
	return _mm_blendv_ps(b, a, _mm_cmpgt_ps(x, vec_zero()));
}

/* The nearest whole number, ties to even; as a float, as an integer, and back. */
static inline vec vec_round(vec a)
{
	return _mm_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline veci vec_to_int(vec a)
{
	return _mm_cvtps_epi32(a);
}

static inline vec vec_from_int(veci a)
{
	return _mm_cvtepi32_ps(a);
}

static inline veci vec_bits(vec a)
{
	return _mm_castps_si128(a);
}

static inline vec vec_from_bits(veci a)
{
	return _mm_castsi128_ps(a);
}

static inline veci veci_set(int32_t x)
{
	return _mm_set1_epi32(x);
}

static inline veci veci_add(veci a, veci b)
{
	return _mm_add_epi32(a, b);
}

static inline veci veci_and(veci a, veci b)
{
	return _mm_and_si128(a, b);
}

static inline veci veci_or(veci a, veci b)
{
	return _mm_or_si128(a, b);
}

#define veci_left(a, n) _mm_slli_epi32(a, n)
#define veci_right(a, n) _mm_srli_epi32(a, n)

static inline float vec_sum(vec x)
{
	vec s = _mm_add_ps(x, _mm_movehl_ps(x, x));

	return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}

static inline float vec_most(vec x)
{
	vec s = _mm_max_ps(x, _mm_movehl_ps(x, x));

	return _mm_cvtss_f32(_mm_max_ss(s, _mm_shuffle_ps(s, s, 1)));
}

/* x × 2^n for a whole n, by the exponent's bits; 0 where that is below the normal floats. */
static inline vec vec_scale(vec x, vec n)
{
	vec tiny = _mm_cmplt_ps(n, vec_set(-126));
	veci power = _mm_add_epi32(_mm_cvtps_epi32(n), _mm_set1_epi32(127));

	return _mm_andnot_ps(tiny, x * vec_from_bits(_mm_slli_epi32(power, 23)));
}

/* The nearest whole number of a × b + c, rounded once before, for numbers below 256: two roundings are
 * off by less than 2^-15, which tells near a half alone. */
static inline veci vec_fma_int(vec a, vec b, vec c)
{
	vec sum = vec_fma(a, b, c);
	vec part = vec_abs(sum - vec_round(sum));

	if (__builtin_expect(_mm_movemask_ps(_mm_cmpgt_ps(part, vec_set(0.5f - 0x1p-14f))), 0))
		sum = vec_fma_once(a, b, c);
	return vec_to_int(sum);
}

#include "rerank/kern/vec.h"
#include "rerank/kern/vec_gelu.h"

#endif
