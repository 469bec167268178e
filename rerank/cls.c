/* SPDX-License-Identifier: MIT */
#include "rerank/cls.h"

#include <float.h>
#include <math.h>

/* Scratch memory. */
typedef struct cls_room {
	float *state; /* [heads][hidden][XS_KERN_LANES]: each sequence's Kᵀ q, later its sums */
	float *query; /* [heads, at least XS_LEAST_OUTPUTS][hidden]: Kᵀ q of one sequence */
	float *score; /* [as many][columns] */
	float *share; /* [columns][lanes]: the weights, heads beside each other */
	float *sum;   /* [hidden][lanes] */
	size_t columns, lanes;
} cls_room;

static size_t cls_lanes(int n)
{
	return ((size_t)n + XS_KERN_LANES - 1) / XS_KERN_LANES * XS_KERN_LANES;
}

static int cls_outputs(int n)
{
	return n < XS_LEAST_OUTPUTS ? XS_LEAST_OUTPUTS : n;
}

/* Scratch memory laid out from `at` on (NULL: only counted); returns how many floats that are. */
static size_t cls_layout(cls_room *r, float *at, const xs_cls_weights *w, int positions)
{
	size_t heads = (size_t)w->heads, hidden = (size_t)w->hidden, n = 0, i;
	size_t outputs = (size_t)cls_outputs(w->heads);

	/* The last group of a run's scores may end beyond it. */
	r->columns = cls_lanes(positions) + XS_KERN_LANES;
	r->lanes = cls_lanes(w->heads);
	struct {
		float **part;
		size_t floats;
	} parts[] = {{&r->state, heads * hidden * XS_KERN_LANES},
		     {&r->query, outputs * hidden},
		     {&r->score, outputs * r->columns},
		     {&r->share, r->columns * r->lanes},
		     {&r->sum, hidden * r->lanes}};

	for (i = 0; i < sizeof parts / sizeof *parts; n += parts[i++].floats)
		*parts[i].part = at ? at + n : NULL;
	return n;
}

size_t xs_cls_scratch(const xs_cls_weights *w, int positions)
{
	cls_room r;

	return cls_layout(&r, NULL, w, positions);
}

void xs_cls_see(xs_cls_keys *k, const float *x, size_t ld, int n)
{
	if (k->runs && k->run[k->runs - 1].ld == ld &&
	    k->run[k->runs - 1].x + k->run[k->runs - 1].n == x) {
		k->run[k->runs - 1].n += n;
		return;
	}
	k->run[k->runs].x = x;
	k->run[k->runs].ld = ld;
	k->run[k->runs++].n = n;
}

static xs_operand cls_operand(const float *x, size_t ld)
{
	return (xs_operand){.word = (uint32_t *)(uintptr_t)x, .ld = ld};
}

/* Outputs × inputs floats, a row every `stride`. */
static xs_matrix cls_matrix(const float *data, int outputs, int inputs, size_t stride,
			    const float *bias)
{
	return (xs_matrix){.outputs = outputs,
			   .words = inputs,
			   .stride = stride,
			   .data = (const uint32_t *)(const void *)data,
			   .bias = bias};
}

/* Softmax of n scores to every `lanes`-th share. */
static void cls_softmax(float *share, size_t lanes, const float *score, size_t n)
{
	float most = -FLT_MAX, sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		most = score[i] > most ? score[i] : most;
	for (i = 0; i < n; i++)
		sum += share[i * lanes] = expf(score[i] - most);
	for (i = 0; i < n; i++)
		share[i * lanes] /= sum;
}

/* Column i of the states, from Kᵀ q to the weighted sum of what it sees. */
static void cls_sum(const cls_room *r, const xs_cls_weights *w, xs_kern_linear *linear,
		    const xs_cls_keys *keys, size_t i)
{
	size_t heads = (size_t)w->heads, hidden = (size_t)w->hidden, n = 0, h, f;
	xs_matrix query = cls_matrix(r->query, cls_outputs(w->heads), w->hidden, hidden, w->zero);
	int k;

	for (f = 0; f < heads * hidden; f++)
		r->query[f] = r->state[f * XS_KERN_LANES + i];
	for (k = 0; k < keys->runs; n += (size_t)keys->run[k++].n) {
		xs_operand x = cls_operand(keys->run[k].x, keys->run[k].ld);

		linear(&query, &x, r->score + n, r->columns, keys->run[k].n, XS_SET);
	}
	for (h = 0; h < heads; h++)
		cls_softmax(r->share + h, r->lanes, r->score + h * r->columns, n);
	for (n = 0, k = 0; k < keys->runs; n += (size_t)keys->run[k++].n) {
		xs_matrix x = cls_matrix(keys->run[k].x, w->hidden, keys->run[k].n, keys->run[k].ld,
					 w->zero);
		xs_operand share = cls_operand(r->share + n * r->lanes, r->lanes);

		linear(&x, &share, r->sum, r->lanes, w->heads, k ? XS_ADD : XS_SET);
	}
	for (h = 0; h < heads; h++)
		for (f = 0; f < hidden; f++)
			r->state[(h * hidden + f) * XS_KERN_LANES + i] = r->sum[f * r->lanes + h];
}

void xs_cls_attend(float *out, const xs_cls_weights *w, xs_kern_linear *linear, float *scratch,
		   int positions, const float *q, size_t ld, const xs_cls_keys *keys, int n)
{
	size_t size = (size_t)w->size, hidden = (size_t)w->hidden, part = hidden * XS_KERN_LANES, h;
	cls_room r;
	int i;

	cls_layout(&r, scratch, w, positions);
	for (h = 0; h < (size_t)w->heads; h++) {
		xs_matrix key =
			cls_matrix(w->key + h * hidden * size, w->hidden, w->size, size, w->zero);
		xs_operand x = cls_operand(q + h * size * ld, ld);

		linear(&key, &x, r.state + h * part, XS_KERN_LANES, n, XS_SET);
	}
	for (i = 0; i < n; i++)
		cls_sum(&r, w, linear, &keys[i], (size_t)i);
	for (h = 0; h < (size_t)w->heads; h++) {
		xs_matrix value = cls_matrix(w->value + h * size * hidden, cls_outputs(w->size),
					     w->hidden, hidden, w->bias + h * size);
		xs_operand x = cls_operand(r.state + h * part, XS_KERN_LANES);

		linear(&value, &x, out + h * size * ld, ld, n, XS_SET);
	}
}
