/* SPDX-License-Identifier: MIT */
#include "rerank/weights.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static float *weights_vector(xs_arena *a, const xs_tensor *t)
{
	float *v = xs_arena_array(a, (size_t)t->cols, sizeof(*v));

	xs_tensor_row(v, t, 0);
	return v;
}

/* Puts W[out][in] turned into columns first … first+out-1 of to[in][stride]. */
static void weights_turn(float *to, size_t stride, size_t first, const xs_tensor *t)
{
	float *row = xs_calloc((size_t)t->cols, sizeof(*row));
	size_t r, c;

	for (r = 0; r < (size_t)t->rows; r++) {
		xs_tensor_row(row, t, (int64_t)r);
		for (c = 0; c < (size_t)t->cols; c++)
			to[c * stride + first + r] = row[c];
	}
	free(row);
}

static float *weights_matrix(xs_arena *a, const xs_tensor *t)
{
	float *m = xs_arena_array(a, (size_t)(t->rows * t->cols), sizeof(*m));

	weights_turn(m, (size_t)t->rows, 0, t);
	return m;
}

static void weights_norm(float *to[2], xs_arena *a, const xs_norm *n)
{
	to[0] = weights_vector(a, &n->weight);
	to[1] = weights_vector(a, &n->bias);
}

static void weights_layer(xs_layer_weights *to, xs_arena *a, const xs_layer *l, size_t h)
{
	const xs_linear *parts[3] = {&l->query, &l->key, &l->value};
	size_t i;

	to->qkv = xs_arena_array(a, h * 3 * h, sizeof(*to->qkv));
	to->qkv_bias = xs_arena_array(a, 3 * h, sizeof(*to->qkv_bias));
	for (i = 0; i < 3; i++) {
		weights_turn(to->qkv, 3 * h, i * h, &parts[i]->weight);
		xs_tensor_row(to->qkv_bias + i * h, &parts[i]->bias, 0);
	}
	to->output = weights_matrix(a, &l->output.weight);
	to->output_bias = weights_vector(a, &l->output.bias);
	weights_norm(to->attention_norm, a, &l->attention_norm);
	to->up = weights_matrix(a, &l->up.weight);
	to->up_bias = weights_vector(a, &l->up.bias);
	to->down = weights_matrix(a, &l->down.weight);
	to->down_bias = weights_vector(a, &l->down.bias);
	weights_norm(to->norm, a, &l->norm);
}

static void weights_positions(xs_weights *w, const xs_model *m, int positions)
{
	size_t h = (size_t)m->hidden, i, c, low;
	float *pair = xs_calloc(2 * h, sizeof(*pair)), *row;
	double at, share;

	w->position = xs_arena_array(w->arena, (size_t)positions * h, sizeof(*w->position));
	for (i = 0; i < (size_t)positions; i++) {
		row = w->position + i * h;
		if (positions == m->positions) {
			xs_tensor_row(row, &m->position, (int64_t)i);
			continue;
		}
		at = (double)i * (m->positions - 1) / (positions - 1);
		low = (size_t)at < (size_t)m->positions - 1 ? (size_t)at : (size_t)m->positions - 2;
		share = at - (double)low;
		xs_tensor_row(pair, &m->position, (int64_t)low);
		xs_tensor_row(pair + h, &m->position, (int64_t)low + 1);
		for (c = 0; c < h; c++)
			row[c] = (float)(pair[c] + share * ((double)pair[h + c] - pair[c]));
	}
	free(pair);
}

xs_weights *xs_weights_new(const xs_model *m, int positions)
{
	xs_weights *w = xs_calloc(1, sizeof(*w));
	size_t h = (size_t)m->hidden;
	int i;

	w->arena = xs_arena_new();
	w->layer = xs_arena_array(w->arena, (size_t)m->layers, sizeof(*w->layer));
	for (i = 0; i < m->layers; i++)
		weights_layer(&w->layer[i], w->arena, &m->layer[i], h);
	weights_positions(w, m, positions);
	w->type = xs_arena_array(w->arena, 2 * h, sizeof(*w->type));
	for (i = 0; i < 2; i++) /* a model of one segment has it for both */
		xs_tensor_row(w->type + (size_t)i * h, &m->type, i < m->types ? i : 0);
	weights_norm(w->embedding_norm, w->arena, &m->embedding_norm);
	w->pooler = weights_matrix(w->arena, &m->pooler.weight);
	w->pooler_bias = weights_vector(w->arena, &m->pooler.bias);
	w->classifier = weights_vector(w->arena, &m->classifier.weight);
	xs_tensor_row(&w->classifier_bias, &m->classifier.bias, 0);
	return w;
}

void xs_weights_free(xs_weights *w)
{
	if (!w)
		return;
	xs_arena_free(w->arena);
	free(w);
}
