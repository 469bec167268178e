/* SPDX-License-Identifier: MIT */
/* attend_dots_vec.h - scores of attention for the vector variants, whatever the form of queries and keys.
 *
 * Included after a vec_*.h with
 *	ATTEND_KEYS		keys whose scores are kept in registers
 *	ATTEND_SLIDES		how many of a window's keys are shifted out of two registers: the
 *				others are loads of their own.  Loads across a cache line cost
 *				double; some of each keep the load and the shuffle units both busy.
 *	ATTEND_GROUP		features in an item of queries and keys
 *	attend_k, attend_item	an item in memory; one in each lane
 *	attend_load, attend_load_part, attend_store, attend_set, attend_slide	as those of vec_*.h
 *	attend_multiply(sum, q, k)	sum + the products of two items' features */
#include "rerank/kern/attend.h"

/* Items of n < LANES tokens, as rows of LANES; the others 0. */
VEC_INLINE void attend_copy(attend_k *to, const attend_k *q, size_t ld, int items, int n)
{
	for (int f = 0; f < items; f++, q += ld, to += LANES)
		attend_store(to, attend_load_part(q, 0, n));
}

/* One item of a chunk's keys: at p; sliding, also as the first LANES of them and what follows. */
typedef struct attend_strip {
	const attend_k *p;
	attend_item low, high;
} attend_strip;

VEC_INLINE attend_strip attend_strip_of(const attend_k *p, const attend_chunk *c, const int n,
					const bool slides, const bool edge)
{
	attend_strip s = {.p = p};

	if (!slides || !ATTEND_SLIDES) /* none is shifted */
		return s;
	s.low = edge ? attend_load_part(p, c->from, c->to) : attend_load(p);
	s.high = edge ? attend_load_part(p + LANES, c->from - LANES, c->to - LANES)
		      : attend_load_part(p + LANES, 0, n - 1);
	return s;
}

/* Key i of each lane. */
VEC_INLINE attend_item attend_key(const attend_strip *s, const attend_chunk *c, int i,
				  const bool slides, const bool edge)
{
	if (!slides)
		return attend_set(s->p[i]);
#if ATTEND_SLIDES
	if (i < ATTEND_SLIDES)
		return attend_slide(s->low, s->high, i);
#endif
	return edge ? attend_load_part(s->p + i, c->from - i, c->to - i) : attend_load(s->p + i);
}

/* Scores of n keys, and of one more. */
VEC_INLINE void attend_dots(vec *score, const attend_k *q, size_t q_ld, const attend_chunk *c,
			    int size, vec scale, const int n, const bool slides, const bool edge,
			    const bool more)
{
	const attend_k *k = c->k, *other = c->more_k;
	vec s[ATTEND_KEYS], last = vec_zero();

#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		s[i] = vec_zero();
	for (int f = 0; f < size / ATTEND_GROUP; f++, k += c->ld, q += q_ld) {
		attend_strip strip = attend_strip_of(k, c, n, slides, edge);
		attend_item part = attend_load(q);

		if (slides) /* the next head's: a row a page, out of reach of the hardware's prefetching */
			__builtin_prefetch(k + n / 2 + (size_t)(size / ATTEND_GROUP) * c->ld);
#pragma GCC unroll 16
		for (int i = 0; i < n; i++)
			s[i] = attend_multiply(s[i], part, attend_key(&strip, c, i, slides, edge));
		if (more) {
			last = attend_multiply(last, part, attend_set(*other));
			other += c->more_ld;
		}
	}
#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		score[i] = s[i] * scale;
	if (more)
		score[n] = last * scale;
}

/* Scores of at most 4 × LANES keys (n unless `whole`), keys in the lanes. */
VEC_INLINE void attend_row_dots(vec s[4], const attend_k *q, size_t q_ld, const attend_k *k,
				size_t ld, int size, vec scale, int n, const bool whole)
{
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		s[i] = vec_zero();
	for (int f = 0; f < size / ATTEND_GROUP; f++, k += ld, q += q_ld)
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			const attend_k *at = k + LANES * i;

			__builtin_prefetch(at + (size_t)(size / ATTEND_GROUP) *
							ld); /* the next head's */
			s[i] = attend_multiply(s[i], attend_set(*q),
					       whole ? attend_load(at)
						     : attend_load_part(at, 0, n - LANES * i));
		}
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		s[i] = s[i] * scale;
}
