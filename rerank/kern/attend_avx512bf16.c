/* SPDX-License-Identifier: MIT */
/* attend_avx512bf16.c - attention over bf16: a multiply-add takes two features of a key at a time, and two
 * keys of a value.
 *
 * A window's values: a register holds one feature of 32 tokens, and a shuffle of its items gives each
 * lane two neighbours. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512bf16.h"

#define ATTEND_KEYS 12
#define ATTEND_SLIDES 7
#define FULL_SCORES 12
#define FULL_FEATURES 8
#define ATTEND_GROUP 2
typedef uint32_t attend_k;
typedef uint16_t attend_v;
typedef veci attend_item;

/* Words from … to-1 of a register, the others 0 and not read. */
VEC_INLINE veci attend_load_part(const uint32_t *p, int from, int to)
{
	return _mm512_maskz_loadu_epi32(vec_mask(from, to), p);
}

VEC_INLINE veci attend_slide(veci low, veci high, const int i)
{
	return vec_bits(vec_slide(vec_from_bits(low), vec_from_bits(high), i));
}

#define attend_load vec_load_words
#define attend_store vec_store_words
#define attend_set(word) veci_set((int32_t)(word))
#define attend_multiply vec_dot
#include "rerank/kern/attend_dots_vec.h"

/* Scores × log2(e)/sqrt(size) are exponents of 2. */
#define ATTEND_SCALE POLY_LOG2E

/* Two items side by side, in every lane. */
VEC_INLINE veci attend_pair(const uint16_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof word);
	return veci_set((int32_t)word);
}

/* Items from … to-1 of the 32 of a register. */
static inline __mmask32 attend_mask(int from, int to)
{
	uint32_t low = to >= 32 ? UINT32_MAX : to <= 0 ? 0 : (1u << to) - 1;

	return from <= 0 ? low : from >= 32 ? 0 : low & ~((1u << from) - 1);
}

/* 2^x for x <= 0, within 3e-6; not-a-number stays so. */
VEC_INLINE vec attend_exp(vec x)
{
	x = vec_max(vec_set(-150), x);
	vec n = vec_round(x), r = x - n, p = vec_set(POLY_POWER4);

	p = vec_fma(p, r, vec_set(POLY_POWER3));
	p = vec_fma(p, r, vec_set(POLY_POWER2));
	p = vec_fma(p, r, vec_set(POLY_POWER1));
	p = vec_fma(p, r, vec_set(POLY_POWER0));
	return vec_scale(p, n);
}

/* Two keys at a time; of an odd number the last one's fellow has no weight. */
VEC_INLINE void attend_add(float *to, size_t ld, const vec *from, const vec *weight,
			   const attend_chunk *c, int size, const int n, const bool slides,
			   const bool edge, const bool more)
{
	const veci neighbours =
		_mm512_setr_epi32(1 << 16 | 0, 2 << 16 | 1, 3 << 16 | 2, 4 << 16 | 3, 5 << 16 | 4,
				  6 << 16 | 5, 7 << 16 | 6, 8 << 16 | 7, 9 << 16 | 8, 10 << 16 | 9,
				  11 << 16 | 10, 12 << 16 | 11, 13 << 16 | 12, 14 << 16 | 13,
				  15 << 16 | 14, 16 << 16 | 15);
	const __mmask32 exist = attend_mask(edge ? c->from : 0,
					    edge && c->to < LANES + n - 1 ? c->to : LANES + n - 1);
	const uint16_t *v = c->v, *other = c->more_v;
	veci w[ATTEND_KEYS / 2], last = veci_set(0);

#pragma GCC unroll 16
	for (int i = 0; i < n; i += 2)
		w[i / 2] = vec_pairs(weight[i], i + 1 < n ? weight[i + 1] : vec_zero());
	if (more)
		last = vec_pairs(weight[n], vec_zero());
	for (int f = 0; f < size; f++, v += c->ld, to += ld) {
		vec even = from ? from[f] : vec_zero(), odd = vec_zero();
		veci row = veci_set(0);

		if (slides) {
			__builtin_prefetch(v + n / 2 + (size_t)size * c->ld);
			row = _mm512_maskz_loadu_epi16(exist, v);
		}
#pragma GCC unroll 16
		for (int i = 0; i < n; i += 2) {
			veci sides = _mm512_add_epi16(neighbours, _mm512_set1_epi16((short)i)),
			     pair;

			if (!slides)
				pair = i + 1 < n ? attend_pair(v + i) : veci_set(v[i]);
			else if (i + 1 < n)
				pair = _mm512_permutexvar_epi16(sides, row);
			else /* what is beyond the last key may be not-a-number */
				pair = _mm512_maskz_permutexvar_epi16(0x55555555, sides, row);
			if (i % 4)
				odd = vec_dot(odd, w[i / 2], pair);
			else
				even = vec_dot(even, w[i / 2], pair);
		}
		if (more) {
			odd = vec_dot(odd, last, veci_set(*other));
			other += c->more_ld;
		}
		vec_store(to, even + odd);
	}
}

VEC_INLINE void attend_row_add(vec *out, const vec s[4], vec shrink, const uint16_t *v, size_t ld,
			       int size, int n, const bool whole)
{
	const __mmask32 low = attend_mask(0, whole ? 32 : n),
			high = attend_mask(0, whole ? 32 : n - 32);
	const veci first = vec_items(s[0], s[1]), second = vec_items(s[2], s[3]);

	for (int f = 0; f < size; f++, v += ld) {
		vec sum = vec_dot(out[f] * shrink, first, _mm512_maskz_loadu_epi16(low, v));

		__builtin_prefetch(v + (size_t)size * ld);
		__builtin_prefetch(v + 32 + (size_t)size * ld);
		out[f] = vec_dot(sum, second, _mm512_maskz_loadu_epi16(high, v + 32));
	}
}

/* 2^x for x <= 0, within 7.5e-5, for what is rounded to 8 bits: to x less its whole part, the greatest whole
 * number below it; of -inf that is 0. */
VEC_INLINE vec attend_power(vec x)
{
	vec r = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
	vec p = vec_fma(vec_set(POLY_WHOLE3), r, vec_set(POLY_WHOLE2));

	p = vec_fma(p, r, vec_set(POLY_WHOLE1));
	p = vec_fma(p, r, vec_set(POLY_WHOLE0));
	return _mm512_scalef_ps(p, x); /* times 2 to the whole part of x */
}

/* Two keys' values side by side, in every lane. */
enum { ATTEND_FELLOWS = 2 };
typedef veci attend_weight;
#define attend_weight_of vec_pairs
#define attend_value attend_pair
#define attend_value_last(v) veci_set(*(v))
#define attend_weigh vec_dot

#include "rerank/kern/attend_vec.h"

void xs_attend_bf16_avx512bf16(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_all(a, kind, first, last);
}
