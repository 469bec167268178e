/* SPDX-License-Identifier: MIT */
/* pack_six.c - weights for tiles of six outputs (six.h). */
#include "config.h"

#include "base/arena.h"
#include "rerank/kern/list.h"
#include "rerank/kern/six.h"

xs_matrix xs_pack_six(xs_arena *a, const xs_matrix *m)
{
	int tiles = (m->outputs + SIX_TILE - 1) / SIX_TILE;
	size_t size = SIX_TILE * (size_t)m->words;
	uint32_t *data = xs_arena_array(a, (size_t)tiles * size, sizeof *data);
	xs_matrix packed = *m;

	for (int t = 0; t < tiles; t++)
		six_pack(data + (size_t)t * size, m, t, 0, m->words);
	packed.data = data;
	packed.packed = true;
	return packed;
}
