/* SPDX-License-Identifier: MIT */
/* attend_f32_vec.h - attention over floats, for attend_vec.h; after a vec_*.h with ATTEND_KEYS, and
 * ATTEND_SLIDES, how many of a window's keys are shifted out of two registers: the others are loads
 * of their own.  Loads across a cache line cost double; some of each keep the load and the shuffle
 * units both busy. */
#include "rerank/kern/attend.h"

enum { ATTEND_GROUP = 1 };
typedef float attend_k, attend_v;

/* Scores × 1/sqrt(size) are exponents of e. */
#define ATTEND_SCALE 1.0f

/* Items of n < LANES tokens, as rows of LANES; the others 0. */
VEC_INLINE void attend_copy(float *to, const float *q, size_t ld, int items, int n)
{
	for (int f = 0; f < items; f++, q += ld, to += LANES)
		vec_store(to, vec_load_part(q, 0, n));
}

/* exp(x). */
VEC_INLINE vec attend_exp(vec x)
{
	return vec_exp(x);
}

/* One feature of a chunk's keys: at p; sliding, also as the first LANES of them and what follows. */
typedef struct attend_strip {
	const float *p;
	vec low, high;
} attend_strip;

VEC_INLINE attend_strip attend_strip_of(const float *p, const attend_chunk *c, const int n,
					const bool slides, const bool edge)
{
	attend_strip s = {.p = p};

	if (!slides || !ATTEND_SLIDES) /* none is shifted */
		return s;
	s.low = edge ? vec_load_part(p, c->from, c->to) : vec_load(p);
	s.high = edge ? vec_load_part(p + LANES, c->from - LANES, c->to - LANES)
		      : vec_load_part(p + LANES, 0, n - 1);
	return s;
}

/* Key i of each lane. */
VEC_INLINE vec attend_key(const attend_strip *s, const attend_chunk *c, int i, const bool slides,
			  const bool edge)
{
	if (!slides)
		return vec_set(s->p[i]);
#if ATTEND_SLIDES
	if (i < ATTEND_SLIDES)
		return vec_slide(s->low, s->high, i);
#endif
	return edge ? vec_load_part(s->p + i, c->from - i, c->to - i) : vec_load(s->p + i);
}

/* Scores of n keys, and of one more. */
VEC_INLINE void attend_dots(vec *score, const float *q, size_t q_ld, const attend_chunk *c, int size,
			    vec scale, const int n, const bool slides, const bool edge, const bool more)
{
	const float *k = c->k, *other = c->more_k;
	vec s[ATTEND_KEYS], last = vec_zero();

#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		s[i] = vec_zero();
	for (int f = 0; f < size; f++, k += c->ld, q += q_ld) {
		attend_strip strip = attend_strip_of(k, c, n, slides, edge);
		vec part = vec_load(q);

		if (slides) /* the next head's: a row a page, out of reach of the hardware's prefetching */
			__builtin_prefetch(k + n / 2 + (size_t)size * c->ld);
#pragma GCC unroll 16
		for (int i = 0; i < n; i++)
			s[i] = vec_fma(part, attend_key(&strip, c, i, slides, edge), s[i]);
		if (more) {
			last = vec_fma(part, vec_set(*other), last);
			other += c->more_ld;
		}
	}
#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		score[i] = s[i] * scale;
	if (more)
		score[n] = last * scale;
}

/* Adds a chunk's weighted values to `from` (NULL: zeros). */
VEC_INLINE void attend_add(float *to, size_t ld, const vec *from, const vec *weight, const attend_chunk *c, int size, const int n,
			   const bool slides, const bool edge, const bool more)
{
	const float *v = c->v, *other = c->more_v;
	vec w[ATTEND_KEYS], last = more ? weight[n] : vec_zero();

#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		w[i] = weight[i];
	for (int f = 0; f < size; f++, v += c->ld, to += ld) {
		attend_strip strip = attend_strip_of(v, c, n, slides, edge);
		vec even = from ? from[f] : vec_zero(), odd = vec_zero();

		if (slides)
			__builtin_prefetch(v + n / 2 + (size_t)size * c->ld);
#pragma GCC unroll 16
		for (int i = 0; i < n; i += 2) {
			even = vec_fma(w[i], attend_key(&strip, c, i, slides, edge), even);
			if (i + 1 < n)
				odd = vec_fma(w[i + 1], attend_key(&strip, c, i + 1, slides, edge), odd);
		}
		if (more) {
			odd = vec_fma(last, vec_set(*other), odd);
			other += c->more_ld;
		}
		vec_store(to, even + odd);
	}
}

/* Scores of at most 4 × LANES keys (n unless `whole`), keys in the lanes. */
VEC_INLINE void attend_row_dots(vec s[4], const float *q, size_t q_ld, const float *k, size_t ld, int size,
				vec scale, int n, const bool whole)
{
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		s[i] = vec_zero();
	for (int f = 0; f < size; f++, k += ld, q += q_ld)
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++)
			s[i] = vec_fma(vec_set(*q),
				       whole ? vec_load(k + LANES * i)
					     : vec_load_part(k + LANES * i, 0, n - LANES * i),
				       s[i]);
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		s[i] = s[i] * scale;
}

/* Adds their weighted values to the output, which shrinks before. */
VEC_INLINE void attend_row_add(vec *out, const vec s[4], vec shrink, const float *v, size_t ld, int size,
			       int n, const bool whole)
{
	for (int f = 0; f < size; f++, v += ld) {
		vec sum = out[f] * shrink;

#pragma GCC unroll 4
		for (int i = 0; i < 4; i++)
			sum = vec_fma(s[i],
				      whole ? vec_load(v + LANES * i)
					    : vec_load_part(v + LANES * i, 0, n - LANES * i),
				      sum);
		out[f] = sum;
	}
}
