/* SPDX-License-Identifier: MIT */
/* linear_six_vec.h - tiles of six outputs for linear_deep_vec.h, of weights as they are; six times two sums leave
 * four of sixteen registers.  After vec_avx2.h. */
#ifndef XS_RERANK_KERN_LINEAR_SIX_VEC_H
#define XS_RERANK_KERN_LINEAR_SIX_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "rerank/kern/pairs.h"

enum {
	LINEAR_WIDE = XS_KERN_LANES / LANES,
	LINEAR_DEPTH = PAIRS_DEPTH,
	LINEAR_CHUNK = 8,
	LINEAR_ROWS = 6
};

/* Keeps a sum in its register where it is made: else gcc 12 makes several at once, for which there are
 * no registers. */
#define LINEAR_PIN(sum) __asm__ volatile("" : "+x"(sum))

/* The words of a tile's outputs in a block, beyond the last output those of the last one; how many they are. */
VEC_INLINE int linear_words(const uint32_t *w[LINEAR_ROWS], const xs_matrix m, int tile, int block)
{
	int rest = m.words - block * LINEAR_DEPTH;

#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++) {
		int row = tile * LINEAR_ROWS + r;

		row = row < m.outputs ? row : m.outputs - 1;
		w[r] = m.data + (size_t)row * m.stride + (size_t)block * LINEAR_DEPTH;
	}
	return rest < LINEAR_DEPTH ? rest : LINEAR_DEPTH;
}

/* Asks for the words of the next tile, line by line as this one's are passed: they lie in short runs far apart,
 * which processors do not foresee. */
VEC_INLINE void linear_ask(const uint32_t *const w[LINEAR_ROWS], size_t stride, int k)
{
	if (k % 16)
		return;
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++)
		__builtin_prefetch(w[r] + LINEAR_ROWS * stride + k);
}

#endif
