/* SPDX-License-Identifier: MIT */
/* vec_avx512.h - sixteen floats under the names that the vector kernels are written in. */
#ifndef XS_RERANK_KERN_VEC_H
#define XS_RERANK_KERN_VEC_H

#include <immintrin.h>
#include <stdint.h>

#include "rerank/kern/poly.h"

typedef __m512 vec;
typedef __m512i veci;
enum { LANES = 16 };

static inline vec vec_load(const float *p)
{
	return _mm512_loadu_ps(p);
}

static inline void vec_store(float *p, vec x)
{
	_mm512_storeu_ps(p, x);
}

static inline veci vec_load_words(const uint32_t *p)
{
	return _mm512_loadu_si512(p);
}

static inline void vec_store_words(uint32_t *p, veci x)
{
	_mm512_storeu_si512(p, x);
}

/* Lanes from … to-1, clipped to the register. */
static inline __mmask16 vec_mask(int from, int to)
{
	uint32_t high = to >= LANES ? 0xffffu : to <= 0 ? 0 : (1u << to) - 1;

	return (__mmask16)(from <= 0 ? high : from >= LANES ? 0 : high & ~((1u << from) - 1));
}

/* Lanes from … to-1 of p, the others 0 and not read. */
static inline vec vec_load_part(const float *p, int from, int to)
{
	return _mm512_maskz_loadu_ps(vec_mask(from, to), p);
}

/* The first `to` lanes. */
static inline void vec_store_part(float *p, int to, vec x)
{
	_mm512_mask_storeu_ps(p, vec_mask(0, to), x);
}

/* x in lanes from … to-1, `other` elsewhere. */
static inline vec vec_keep(vec x, int from, int to, vec other)
{
	return _mm512_mask_mov_ps(other, vec_mask(from, to), x);
}

/* Lanes i … i+LANES-1 of low and, after it, high; i < LANES. */
static inline vec vec_slide(vec low, vec high, int i)
{
	__m512i a = _mm512_castps_si512(low), b = _mm512_castps_si512(high);

	switch (i) {
#define VEC_CASE(n) \
	case n: return _mm512_castsi512_ps(_mm512_alignr_epi32(b, a, n));
		VEC_CASE(1)
		VEC_CASE(2)
		VEC_CASE(3)
		VEC_CASE(4)
		VEC_CASE(5)
		VEC_CASE(6)
		VEC_CASE(7)
		VEC_CASE(8)
		VEC_CASE(9)
		VEC_CASE(10)
		VEC_CASE(11)
		VEC_CASE(12)
		VEC_CASE(13)
		VEC_CASE(14)
		VEC_CASE(15)
#undef VEC_CASE
	}
	return low;
}

static inline vec vec_set(float x)
{
	return _mm512_set1_ps(x);
}

static inline vec vec_zero(void)
{
	return _mm512_setzero_ps();
}

/* a × b + c, rounded once. */
static inline vec vec_fma(vec a, vec b, vec c)
{
	return _mm512_fmadd_ps(a, b, c);
}

/* c - a × b, rounded once. */
static inline vec vec_fnma(vec a, vec b, vec c)
{
	return _mm512_fnmadd_ps(a, b, c);
}

/* The second operand where one is not a number. */
static inline vec vec_max(vec a, vec b)
{
	return _mm512_max_ps(a, b);
}

static inline vec vec_min(vec a, vec b)
{
	return _mm512_min_ps(a, b);
}

static inline vec vec_abs(vec a)
{
	return _mm512_abs_ps(a);
}

static inline vec vec_sqrt(vec a)
{
	return _mm512_sqrt_ps(a);
}

/* a where x > 0, else b. */
static inline vec vec_if_positive(vec x, vec a, vec b)
{
	return _mm512_mask_mov_ps(b, _mm512_cmp_ps_mask(x, vec_zero(), _CMP_GT_OQ), a);
}

/* The nearest whole number, ties to even; as a float, as an integer, and back. */
static inline vec vec_round(vec a)
{
	return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline veci vec_to_int(vec a)
{
	return _mm512_cvtps_epi32(a);
}

static inline vec vec_from_int(veci a)
{
	return _mm512_cvtepi32_ps(a);
}

static inline veci vec_bits(vec a)
{
	return _mm512_castps_si512(a);
}

static inline vec vec_from_bits(veci a)
{
	return _mm512_castsi512_ps(a);
}

static inline veci veci_set(int32_t x)
{
	return _mm512_set1_epi32(x);
}

static inline veci veci_add(veci a, veci b)
{
	return _mm512_add_epi32(a, b);
}

static inline veci veci_and(veci a, veci b)
{
	return _mm512_and_si512(a, b);
}

static inline veci veci_or(veci a, veci b)
{
	return _mm512_or_si512(a, b);
}

#define veci_left(a, n) _mm512_slli_epi32(a, n)
#define veci_right(a, n) _mm512_srli_epi32(a, n)

static inline float vec_sum(vec x)
{
	return _mm512_reduce_add_ps(x);
}

static inline float vec_most(vec x)
{
	return _mm512_reduce_max_ps(x);
}

/* x × 2^n for a whole n; 0 where that is below the floats. */
static inline vec vec_scale(vec x, vec n)
{
	return _mm512_scalef_ps(x, n);
}

#include "rerank/kern/vec.h"

/* The entry of 32 that the lowest five bits of each lane's k name. */
static inline vec vec_entry(const float *table, veci k)
{
	return _mm512_permutex2var_ps(vec_load(table), k, vec_load(table + LANES));
}

/* GELU within 1.4e-4, by the segment that x lies in: looking its coefficients up takes fewer
 * multiply-adds than a polynomial for all of the line, and products keep the units of those busy. */
static inline vec vec_gelu_rough(vec x)
{
	static const float c0[32] = {POLY_SEGMENT0}, c1[32] = {POLY_SEGMENT1},
			   c2[32] = {POLY_SEGMENT2};
	const vec end = vec_set(POLY_SEGMENTS_END), whole = vec_set(0x1.8p23f);
	vec u = vec_max(vec_zero() - end, vec_min(end, x));
	/* Beyond 2^23 floats are whole numbers: the sum's lowest bits are those of the segment's. */
	veci k = vec_bits(_mm512_fmadd_round_ps(u, vec_set(POLY_SEGMENTS), whole,
						_MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC));

	return vec_fma(x, vec_fma(x, vec_entry(c2, k), vec_entry(c1, k)), vec_entry(c0, k));
}

#endif
