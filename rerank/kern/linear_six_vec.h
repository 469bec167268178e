/* SPDX-License-Identifier: MIT */
/* linear_six_vec.h - products of weights as they are, by tiles of six outputs: six times two sums leave four of
 * sixteen registers.
 *
 * Included once a format, after vec_avx2.h, with what linear_deep_vec.h needs but its block, LINEAR_TILE and
 * LINEAR_DEPTH, and with
 *	LINEAR_X, LINEAR_LOAD(p)	words of LANES columns, as the product takes them
 *	LINEAR_W, LINEAR_WORD(p)	one word of weights in every lane
 *	LINEAR_MAC(acc, x, w)	acc + the products of a word's items */

#ifndef LINEAR_SIX_ONCE
#define LINEAR_SIX_ONCE
enum { LINEAR_ROWS = 6 };

/* Keeps a sum in its register where it is made: else gcc 12 makes several at once, for which there are
 * no registers. */
#define LINEAR_PIN(sum) __asm__ volatile("" : "+x"(sum))

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

#define LINEAR_TILE LINEAR_ROWS
#define LINEAR_DEPTH 192

/* Outputs beyond the last one are that one again. */
VEC_INLINE void LINEAR(block)(LINEAR_ACC (*sum)[LINEAR_WIDE], const xs_matrix m, int tile,
			      int block, const uint32_t *x, size_t ld, const int wide)
{
	const uint32_t *w[LINEAR_ROWS];
	int rest = m.words - block * LINEAR_DEPTH;
	int depth = rest < LINEAR_DEPTH ? rest : LINEAR_DEPTH;

#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++) {
		int row = tile * LINEAR_ROWS + r;

		row = row < m.outputs ? row : m.outputs - 1;
		w[r] = m.data + (size_t)row * m.stride + (size_t)block * LINEAR_DEPTH;
	}
	for (int k = 0; k < depth; k++, x += ld) {
		LINEAR_X column[LINEAR_WIDE];

#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			column[j] = LINEAR_LOAD(x + LANES * j);
		linear_ask(w, m.stride, k);
#pragma GCC unroll 8
		for (int r = 0; r < LINEAR_ROWS; r++) {
			LINEAR_W item = LINEAR_WORD(w[r] + k);

#pragma GCC unroll 4
			for (int j = 0; j < wide; j++) {
				sum[r][j] = LINEAR_MAC(sum[r][j], column[j], item);
				LINEAR_PIN(sum[r][j]);
			}
		}
	}
}

#include "rerank/kern/linear_deep_vec.h"

#undef LINEAR_X
#undef LINEAR_LOAD
#undef LINEAR_W
#undef LINEAR_WORD
#undef LINEAR_MAC
