/* SPDX-License-Identifier: MIT */
/* weights.c - matrices in the form that the kernels of this processor read.
 *
 * What the file has in that form already stays there, mapped: a process then shares it with all others
 * that use the model, and opening takes no time for it. */
#include "rerank/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static float *weights_room(xs_weights *w, size_t n)
{
	w->bytes += n * sizeof(float);
	return xs_arena_array(w->arena, n, sizeof(float));
}

static const float *weights_vector(xs_weights *w, const xs_tensor *t)
{
	float *v = weights_room(w, (size_t)t->cols);

	xs_tensor_row(v, t, 0);
	return v;
}

/* What a file would have to hold to be used as it is. I16 is no form of a file. */
static const xs_dtype weights_dtype[] = {[XS_ITEM_F32] = XS_DT_F32,
					 [XS_ITEM_BF16] = XS_DT_BF16,
					 [XS_ITEM_I8] = XS_DT_I8,
					 [XS_ITEM_S8] = XS_DT_I8};

/* The tensor's own bytes, if they are what the product takes; else NULL. */
static const uint32_t *weights_borrow(const xs_tensor *t, const xs_kern_product *p)
{
	/* Words are read whole: rows must fill them, and begin at multiples of 4 bytes, which a
	 * file does not promise. */
	if (p->item == XS_ITEM_I16 || weights_dtype[p->item] != t->dtype ||
	    !xs_tensor_is_dense(t) || t->cols % p->group != 0 ||
	    (uintptr_t)t->data % sizeof(uint32_t) != 0)
		return NULL;
	return t->data;
}

/* Rounds to nearest, ties to even: half a step less the last kept bit is added before the cut. As
 * xs_kern_encode does, so that both operands are rounded alike. */
static uint16_t weights_bf16(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Row `r` in steps of *scale: the file's own, or the greatest of 127 steps each way. */
static void weights_steps(int8_t *to, float *scale, float *row, const xs_tensor *t, int64_t r)
{
	float most = 0;

	if (t->dtype == XS_DT_I8) {
		memcpy(to, (const char *)t->data + (size_t)(r * t->cols), (size_t)t->cols);
		*scale = t->scale[r];
		return;
	}
	xs_tensor_row(row, t, r);
	for (int64_t c = 0; c < t->cols; c++)
		most = fmaxf(most, fabsf(row[c]));
	/* 127 and not 128, so that the range is the same on both sides and 0 stays 0 (no zero point
	 * to take off later). */
	*scale = most / 127;
	for (int64_t c = 0; c < t->cols; c++)
		to[c] = (int8_t)(most > 0 ? lrintf(row[c] / *scale) : 0);
}

/* The sum of n steps; they are written to `wide` as 16 bits each unless it is NULL. */
static float weights_sum(int16_t *wide, const int8_t *steps, int64_t n)
{
	int32_t sum = 0;

	for (int64_t c = 0; c < n; c++) {
		/* At most 127 × the inputs: far from the end of 32 bits. The kernels need it, as an
		 * operand's zero point multiplies the sum of the weights (kern.h). */
		sum += steps[c];
		if (wide)
			wide[c] = steps[c];
	}
	return (float)sum;
}

static void weights_row(void *to, float *row, const xs_tensor *t, int64_t r, xs_kern_item item)
{
	uint16_t *half = to;

	xs_tensor_row(row, t, r);
	if (item == XS_ITEM_F32)
		memcpy(to, row, (size_t)t->cols * sizeof *row);
	else
		for (int64_t c = 0; c < t->cols; c++)
			half[c] = weights_bf16(row[c]);
}

static xs_matrix weights_pack(xs_weights *w, const xs_matrix *m, const xs_kern_product *p)
{
	size_t before = xs_arena_used(w->arena);
	xs_matrix packed = p->pack(w->arena, m);

	w->bytes += xs_arena_used(w->arena) - before;
	return packed;
}

static xs_matrix weights_matrix(xs_weights *w, const xs_linear *l, const xs_kern_product *p)
{
	const xs_tensor *t = &l->weight;
	bool integers = p->item != XS_ITEM_F32 && p->item != XS_ITEM_BF16;
	size_t rows = (size_t)t->rows, cols = (size_t)t->cols;
	xs_matrix m = {.outputs = (int)t->rows,
		       .words = (int)((cols + (size_t)p->group - 1) / (size_t)p->group),
		       .stride = (cols + (size_t)p->group - 1) / (size_t)p->group,
		       .data = weights_borrow(t, p),
		       .bias = weights_vector(w, &l->bias)};
	float *row = xs_calloc(cols, sizeof *row), *scale = NULL, *sum = NULL;
	int8_t *steps = xs_calloc(cols, sizeof *steps);
	uint32_t *made = NULL, *unpacked = NULL;

	if (!m.data && p->pack)
		m.data = made = unpacked = xs_calloc(rows * (size_t)m.words, sizeof *unpacked);
	else if (!m.data)
		m.data = made = (uint32_t *)(void *)weights_room(w, rows * (size_t)m.words);
	if (integers) {
		/* Steps are taken from a file of them alone: factors of columns are the operand's. */
		m.by = t->columns;
		m.scale = scale = weights_room(w, rows);
		m.sum = sum = weights_room(w, rows);
	}
	/* Borrowed int8 has its rows walked through, too: for the sums, which no file holds. */
	for (size_t r = 0; r < rows && (made || integers); r++) {
		uint32_t *to = made ? made + r * (size_t)m.words : NULL;

		if (!integers) {
			weights_row(to, row, t, (int64_t)r, p->item);
			continue;
		}
		weights_steps(steps, &scale[r], row, t, (int64_t)r);
		sum[r] = weights_sum(p->item == XS_ITEM_I16 ? (int16_t *)to : NULL, steps, t->cols);
		if (to && p->item != XS_ITEM_I16)
			memcpy(to, steps, cols);
	}
	if (p->pack)
		m = weights_pack(w, &m, p);
	free(row);
	free(steps);
	free(unpacked);
	return m;
}

static void weights_norm(const float *to[2], xs_weights *w, const xs_norm *n)
{
	to[0] = weights_vector(w, &n->weight);
	to[1] = weights_vector(w, &n->bias);
}

static void weights_layer(xs_layer_weights *to, xs_weights *w, const xs_layer *l,
			  const xs_kern_product *p)
{
	to->query = weights_matrix(w, &l->query, p);
	to->key = weights_matrix(w, &l->key, p);
	to->value = weights_matrix(w, &l->value, p);
	to->output = weights_matrix(w, &l->output, p);
	weights_norm(to->attention_norm, w, &l->attention_norm);
	to->up = weights_matrix(w, &l->up, p);
	to->down = weights_matrix(w, &l->down, p);
	weights_norm(to->norm, w, &l->norm);
}

/* Between two trained positions lies their weighted mean; in double, so that it is rounded once. */
static const float *weights_positions(xs_weights *w, const xs_model *m, int positions)
{
	size_t h = (size_t)m->embedding, i, c, low;
	int64_t offset = m->position_offset;
	float *pair = xs_calloc(2 * h, sizeof *pair), *row;
	float *table = weights_room(w, (size_t)positions * h);
	double at, share;

	for (i = 0; i < (size_t)positions; i++) {
		row = table + i * h;
		if (positions == m->positions) {
			xs_tensor_row(row, &m->position, offset + (int64_t)i);
			continue;
		}
		at = (double)i * (m->positions - 1) / (positions - 1);
		/* The last position is the second end of the last pair, else there were no pair to
		 * it. */
		low = (size_t)at < (size_t)m->positions - 1 ? (size_t)at : (size_t)m->positions - 2;
		share = at - (double)low;
		xs_tensor_row(pair, &m->position, offset + (int64_t)low);
		xs_tensor_row(pair + h, &m->position, offset + (int64_t)low + 1);
		for (c = 0; c < h; c++)
			/* In double: the reference interpolates so, and golden/t32/stretched.json
			 * is compared to 1e-4. */
			row[c] = (float)(pair[c] + share * ((double)pair[h + c] - pair[c]));
	}
	free(pair);
	return table;
}

/* Of two outputs, the second less the first: the logistic function of that is softmax's share of
 * the second. */
static void weights_classifier(xs_weights *w, const xs_model *m)
{
	size_t h = (size_t)m->hidden, i;
	float *first = xs_calloc(h, sizeof *first), bias[2] = {0};
	float *to = weights_room(w, h);

	xs_tensor_row(to, &m->classifier.weight, m->outputs - 1);
	xs_tensor_row(bias, &m->classifier.bias, 0);
	w->classifier = to;
	w->classifier_bias = bias[m->outputs - 1];
	if (m->outputs == 2) {
		xs_tensor_row(first, &m->classifier.weight, 0);
		for (i = 0; i < h; i++)
			to[i] -= first[i];
		w->classifier_bias -= bias[0];
	}
	free(first);
}

/* Keys and values of the last layer, for CLS alone.  Heads of fewer features than a product takes
 * outputs read rows beyond their own. */
static void weights_cls(xs_weights *w, const xs_model *m)
{
	const xs_layer *l = &m->layer[m->layers - 1];
	size_t hidden = (size_t)m->hidden, size = hidden / (size_t)m->heads, r, c;
	float *row = xs_calloc(hidden, sizeof *row), *key = weights_room(w, hidden * hidden);
	float *value = weights_room(w, (hidden + XS_LEAST_OUTPUTS) * hidden);
	float *bias = weights_room(w, hidden + XS_LEAST_OUTPUTS);
	float scale = 1 / sqrtf((float)size);

	w->cls = (xs_cls_weights){.heads = m->heads,
				  .size = (int)size,
				  .hidden = m->hidden,
				  .key = key,
				  .value = value,
				  .bias = bias,
				  .zero = weights_room(w, hidden + (size_t)m->heads +
								  XS_LEAST_OUTPUTS)};
	for (r = 0; r < hidden; r++) {
		xs_tensor_row(row, &l->key.weight, (int64_t)r);
		for (c = 0; c < hidden; c++)
			/* Turned round within each head, as q·(K x) = (Kᵀ q)·x. The scale of
			 * attention goes into it, which saves a pass over scores. */
			key[(r / size * hidden + c) * size + r % size] = row[c] * scale;
		xs_tensor_row(value + r * hidden, &l->value.weight, (int64_t)r);
	}
	xs_tensor_row(bias, &l->value.bias, 0);
	free(row);
}

static void weights_head(xs_weights *w, const xs_model *m)
{
	if (m->pooled != XS_ACT_NONE)
		w->pooler =
			weights_matrix(w, &m->pooler, &xs_kern_get()->product[XS_PRECISION_F32]);
	weights_classifier(w, m);
}

xs_weights *xs_weights_new(const xs_model *m, int positions, xs_precision precision,
			   xs_ending ending, bool whole)
{
	xs_weights *w = xs_calloc(1, sizeof *w);
	const xs_kern_product *product = xs_kern_get()->product;
	size_t h = (size_t)m->embedding;
	/* RoBERTa has a table of one or two rows and uses the first alone. */
	bool segments = m->types > 1 && m->family != XS_ROBERTA;
	float *type;
	int i;

	w->arena = xs_arena_new();
	w->layer = xs_arena_array(w->arena, (size_t)m->layers, sizeof *w->layer);
	for (i = 0; i < m->layers; i++)
		weights_layer(&w->layer[i], w, &m->layer[i], &product[precision]);
	w->position = weights_positions(w, m, positions);
	w->type = type = weights_room(w, 2 * h);
	for (i = 0; i < 2; i++) /* a model of one segment has it for both */
		xs_tensor_row(type + (size_t)i * h, &m->type, segments ? i : 0);
	weights_norm(w->embedding_norm, w, &m->embedding_norm);
	if (m->embedding != m->hidden)
		w->projection = weights_matrix(w, &m->projection, &product[XS_PRECISION_F32]);
	if (!whole)
		weights_cls(w, m);
	if (ending == XS_ENDING_LOGIT)
		weights_head(w, m);
	return w;
}

void xs_weights_free(xs_weights *w)
{
	if (!w)
		return;
	xs_arena_free(w->arena);
	free(w);
}
