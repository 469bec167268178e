/* SPDX-License-Identifier: MIT */
/* attend_f32_vec.h - numbers of attention over floats, for attend_vec.h; after a vec_*.h with ATTEND_KEYS
 * and ATTEND_SLIDES. */
#define ATTEND_GROUP 1
typedef float attend_k, attend_v;
typedef vec attend_item;

#define attend_load vec_load
#define attend_load_part vec_load_part
#define attend_store vec_store
#define attend_set vec_set
#define attend_slide vec_slide
#define attend_multiply(sum, q, k) vec_fma(q, k, sum)
#include "rerank/kern/attend_dots_vec.h"

/* Scores × 1/sqrt(size) are exponents of e. */
#define ATTEND_SCALE 1.0f
#define attend_exp vec_exp

/* Adds a chunk's weighted values to `from` (NULL: zeros). */
VEC_INLINE void attend_add(float *to, size_t ld, const vec *from, const vec *weight,
			   const attend_chunk *c, int size, const int n, const bool slides,
			   const bool edge, const bool more)
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
				odd = vec_fma(w[i + 1], attend_key(&strip, c, i + 1, slides, edge),
					      odd);
		}
		if (more) {
			odd = vec_fma(last, vec_set(*other), odd);
			other += c->more_ld;
		}
		vec_store(to, even + odd);
	}
}

/* Adds their weighted values to the output, which shrinks before. */
VEC_INLINE void attend_row_add(vec *out, const vec s[4], vec shrink, const float *v, size_t ld,
			       int size, int n, const bool whole)
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

enum { ATTEND_FELLOWS = 1 };
typedef vec attend_weight;
#define attend_weight_of(a, b) ((void)(b), (a))
#define attend_value(v) vec_set(*(v))
#define attend_value_last attend_value
#define attend_weigh(sum, w, v) vec_fma(w, v, sum)
#define attend_power attend_exp
