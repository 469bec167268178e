/* SPDX-License-Identifier: MIT */
/* workspace.c - scratch memory in one block.
 *
 * One block, because large pages (base/memory.h) are worth most where all of a tile lies in few. */
#include "rerank/workspace.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "rerank/cls.h"

/* The next rows of a block of memory. */
static float *workspace_matrix(float **block, size_t rows, size_t ld)
{
	float *m = *block;

	*block += rows * ld;
	return m;
}

static uint32_t *workspace_words(float **block, size_t rows, size_t ld)
{
	return (uint32_t *)(void *)workspace_matrix(block, rows, ld);
}

xs_workspace *xs_workspace_new(const xs_encoder *e)
{
	xs_workspace *w = xs_calloc(1, sizeof *w);
	size_t h = (size_t)e->m->hidden, inner = (size_t)e->m->inner, ld = XS_TILE_LD;
	size_t embedding = (size_t)e->m->embedding, most = embedding > h ? embedding : h;
	size_t words = ((inner > h ? inner : h) + (size_t)e->product->group - 1) /
		       (size_t)e->product->group;
	float *block;

	w->bytes = ((2 * most + XS_LEAST_OUTPUTS + h + inner + words + 2) * ld +
		    xs_cls_scratch(&e->w->cls, e->positions)) *
		   sizeof(float);
	block = xs_large(w->bytes);
	w->context = workspace_matrix(&block, most + XS_LEAST_OUTPUTS, ld);
	w->inner = workspace_matrix(&block, inner, ld);
	w->cls = workspace_matrix(&block, most, ld);
	w->query = workspace_matrix(&block, h, ld);
	w->operand.ld = ld;
	w->operand.word = workspace_words(&block, words, ld);
	w->operand.scale = workspace_matrix(&block, 1, ld);
	w->operand.zero = workspace_matrix(&block, 1, ld);
	w->scratch = block;
	return w;
}

void xs_workspace_free(xs_workspace *w)
{
	if (!w)
		return;
	free(w->context); /* and the others, which follow it */
	free(w);
}

size_t xs_workspace_bytes(const xs_workspace *w)
{
	return w->bytes;
}

void xs_workspace_begin(xs_workspace *w)
{
	w->since = xs_clock_ns();
}

void xs_workspace_done(xs_workspace *w, xs_work kind)
{
	int64_t now = xs_clock_ns();

	w->spent[kind] += now - w->since;
	w->since = now;
}

void xs_workspace_spent(int64_t spent[XS_WORKS], const xs_workspace *w)
{
	for (int i = 0; i < XS_WORKS; i++)
		spent[i] += w->spent[i];
}
