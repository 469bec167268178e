/* SPDX-License-Identifier: MIT */
/* linear_six_vec.h - products of weights as they are, by tiles of six outputs: six times two sums leave four of
 * sixteen registers.
 *
 * Included once a format, after vec_avx2.h, with what linear_deep_vec.h needs but its block, LINEAR_TILE and
 * LINEAR_DEPTH, and with
 *	LINEAR_X, LINEAR_LOAD(p)	words of LANES columns, as the product takes them
 *	LINEAR_W, LINEAR_WORD(p)	one word of weights in every lane
 *	LINEAR_MAC(acc, x, w)	acc + the products of a word's items
 *
 * Limit: twelve multiply-adds take six cycles, in which other work has its turn on many processors (a second
 * thread of the core).  So instructions are spared: weights are read from one place (pack_six.c), where six
 * rows would want six, and four words are taken a turn: 20 instructions a word in place of 28. */

#ifndef LINEAR_SIX_ONCE
#define LINEAR_SIX_ONCE

#include "rerank/kern/six.h"

/* Words a turn, and how many words early weights are asked for (2 KiB): the first columns of a panel take them
 * from the third-level cache or from memory. */
enum { LINEAR_TURN = 4, LINEAR_AHEAD = 96 };

/* Keeps a sum in its register where it is made: else gcc 12 makes several at once, for which there are
 * no registers. */
#define LINEAR_PIN(sum) __asm__ volatile("" : "+x"(sum))
#endif

#define LINEAR_TILE SIX_TILE
/* 16 columns of f32 are 24 KiB: nearly all of a first-level cache of 32, but there are half as many
 * sums to put down and take up again as with 192. */
#define LINEAR_DEPTH SIX_DEPTH

VEC_INLINE void LINEAR(word)(LINEAR_ACC (*sum)[LINEAR_WIDE], const uint32_t *w, const uint32_t *x,
			     const int wide)
{
	LINEAR_X column[LINEAR_WIDE];

#pragma GCC unroll 4
	for (int j = 0; j < wide; j++)
		column[j] = LINEAR_LOAD(x + LANES * j);
#pragma GCC unroll 8
	for (int r = 0; r < SIX_TILE; r++) {
		LINEAR_W item = LINEAR_WORD(w + r);

#pragma GCC unroll 4
		for (int j = 0; j < wide; j++) {
			sum[r][j] = LINEAR_MAC(sum[r][j], column[j], item);
			LINEAR_PIN(sum[r][j]);
		}
	}
}

VEC_INLINE void LINEAR(block)(LINEAR_ACC (*sum)[LINEAR_WIDE], const xs_matrix m, int tile,
			      int block, const uint32_t *x, size_t ld, const int wide)
{
	uint32_t room[SIX_TILE * SIX_DEPTH];
	int rest = m.words - block * SIX_DEPTH;
	int depth = rest < SIX_DEPTH ? rest : SIX_DEPTH, k = 0;
	const uint32_t *w = room;

	if (m.packed)
		w = m.data +
		    ((size_t)tile * (size_t)m.words + (size_t)block * SIX_DEPTH) * SIX_TILE;
	else
		six_pack(room, &m, tile, block * SIX_DEPTH, depth);
	for (; k + LINEAR_TURN <= depth; k += LINEAR_TURN) {
		/* a turn's words are a line and a half */
		__builtin_prefetch(w + LINEAR_AHEAD * SIX_TILE);
		__builtin_prefetch(w + LINEAR_AHEAD * SIX_TILE + 16);
#pragma GCC unroll 4
		for (int i = 0; i < LINEAR_TURN; i++, w += SIX_TILE, x += ld)
			LINEAR(word)(sum, w, x, wide);
	}
	for (; k < depth; k++, w += SIX_TILE, x += ld)
		LINEAR(word)(sum, w, x, wide);
}

#include "rerank/kern/linear_deep_vec.h"

#undef LINEAR_X
#undef LINEAR_LOAD
#undef LINEAR_W
#undef LINEAR_WORD
#undef LINEAR_MAC
