/* SPDX-License-Identifier: MIT */
/* vec_avx512bf16.h - sixteen floats (vec_avx512.h), and numbers of 16 bits: bf16. */
#ifndef XS_RERANK_KERN_VEC_BF16_H
#define XS_RERANK_KERN_VEC_BF16_H

#include "rerank/kern/vec_avx512.h"

/* A word a lane: low's item in the lower half, high's in the higher one; rounded to the nearest, ties
 * to even. */
static inline veci vec_pairs(vec low, vec high)
{
	const veci sides =
		_mm512_setr_epi32(16 << 16 | 0, 17 << 16 | 1, 18 << 16 | 2, 19 << 16 | 3,
				  20 << 16 | 4, 21 << 16 | 5, 22 << 16 | 6, 23 << 16 | 7,
				  24 << 16 | 8, 25 << 16 | 9, 26 << 16 | 10, 27 << 16 | 11,
				  28 << 16 | 12, 29 << 16 | 13, 30 << 16 | 14, 31 << 16 | 15);

	/* The conversion leaves sixteen low items beside sixteen high ones. */
	return _mm512_permutexvar_epi16(sides, (veci)_mm512_cvtne2ps_pbh(high, low));
}

/* All items of x, then all of y, two to a word. */
static inline veci vec_items(vec x, vec y)
{
	return (veci)_mm512_cvtne2ps_pbh(y, x);
}

/* Sixteen items, two to a word. */
static inline void vec_store_items(uint32_t *p, vec x)
{
	_mm256_storeu_si256((__m256i *)(void *)p, (__m256i)_mm512_cvtneps_pbh(x));
}

/* acc + the products of a word's two items. */
static inline vec vec_dot(vec acc, veci x, veci y)
{
	return _mm512_dpbf16_ps(acc, (__m512bh)x, (__m512bh)y);
}

#endif
