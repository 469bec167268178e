/* SPDX-License-Identifier: MIT */
/* six.h - weights in the order in which tiles of six outputs read them: tile by tile, word by word, the six
 * outputs' words side by side. */
#ifndef XS_RERANK_KERN_SIX_H
#define XS_RERANK_KERN_SIX_H

#include <stddef.h>
#include <stdint.h>

#include "rerank/kern/kern.h"

/* Outputs of a tile; the words that a tile takes before the next one has its turn. */
enum { SIX_TILE = 6, SIX_DEPTH = 384 };

/* Words from … from+n-1 of a tile; outputs beyond the last one are that one again. */
static inline void six_pack(uint32_t *to, const xs_matrix *m, int tile, int from, int n)
{
	for (int r = 0; r < SIX_TILE; r++) {
		int row = tile * SIX_TILE + r < m->outputs ? tile * SIX_TILE + r : m->outputs - 1;
		const uint32_t *word = m->data + (size_t)row * m->stride + from;

		for (int k = 0; k < n; k++)
			to[k * SIX_TILE + r] = word[k];
	}
}

#endif
