/* SPDX-License-Identifier: MIT */
/* query_states.c - the query goes through the layers alone, once, and what texts need of it is kept. */
#include "rerank/query_states.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/forward.h"

/* The query's columns of `rows` rows of its batch, items of `size` bytes; returns where the next ones are
 * kept. */
static void *query_keep(const xs_query_states *q, void *to, const void *from, const xs_forward *fw,
			size_t rows, size_t size)
{
	char *out = to;
	const char *in = from;
	size_t f;

	for (f = 0; f < rows; f++)
		memcpy(out + f * q->ld * size, in + f * fw->s->ld * size, (size_t)q->n * size);
	return out + rows * q->ld * size;
}

/* The same of keys and values. */
static void *query_keep_keys(const xs_query_states *q, void *to, const xs_forward *fw)
{
	const xs_encoder *e = fw->e;
	size_t rows = e->states.rows, hidden = (size_t)e->m->hidden;

	to = query_keep(q, to, fw->s->key, fw, rows, sizeof(uint32_t));
	return query_keep(q, to, fw->s->value, fw, hidden,
			  e->to_bf16 ? sizeof(uint16_t) : sizeof(float));
}

/* The query goes through the layers as a batch without document and CLS, whose keys and values are
 * kept, and what the last step needs of it. */
static void query_encode(xs_query_states *q, xs_encoder *e, xs_workspace *w)
{
	xs_forward_place place = {.query = q->n};
	xs_forward fw = {.e = e, .q = q, .place = &place, .n = 1};
	size_t h = (size_t)e->m->hidden;
	void *next;
	int step, layers = e->m->layers - !e->whole, first, last;

	/* One block for all layers: attention walks it from front to back once a layer, for every
	 * text. */
	q->ld = xs_states_ld((size_t)q->n);
	next = q->kv = xs_large((2 * (size_t)layers * e->states.rows + h) * q->ld * sizeof *q->kv);
	xs_forward_begin(&fw);
	/* Not the last step, which is for texts; it needs the query's states of before. */
	for (step = 0; step < xs_forward_steps(&fw) - 1; step++) {
		for (first = 0; first < fw.columns; first = last) {
			last = first + XS_PANEL < fw.columns ? first + XS_PANEL : fw.columns;
			xs_forward_tile(&fw, step, first, last, w);
		}
		if (step % 2 == 0 && step / 2 < layers)
			next = query_keep_keys(q, next, &fw);
	}
	if (e->whole) {
		q->mean = next;
		xs_states_mean(q->mean, fw.s->x, fw.s->ld, e->m->hidden, q->n);
	} else {
		q->x = next;
		query_keep(q, q->x, fw.s->x, &fw, h, sizeof(float));
	}
	xs_states_give(&e->states, fw.s);
}

xs_query_states *xs_query_states_new(xs_encoder *e, xs_workspace *w, const int32_t *ids, int n)
{
	xs_query_states *q = xs_calloc(1, sizeof *q);
	int i;

	q->n = e->m->leads + n + e->m->separators;
	q->ids = xs_calloc((size_t)q->n, sizeof *q->ids);
	if (n)
		memcpy(q->ids + e->m->leads, ids, (size_t)n * sizeof *ids);
	if (e->m->leads)
		q->ids[0] = e->m->cls;
	/* RoBERTa separates by two. */
	for (i = e->m->leads + n; i < q->n; i++)
		q->ids[i] = e->m->sep;
	if (e->shares)
		query_encode(q, e, w);
	return q;
}

void xs_query_states_free(xs_query_states *q)
{
	if (!q)
		return;
	free(q->ids);
	free(q->kv);
	free(q);
}
