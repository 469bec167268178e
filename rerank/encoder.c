/* SPDX-License-Identifier: MIT */
/* encoder.c - the arithmetic of a BERT's layer outside attention, over a tile of columns.
 *
 * A tile is XS_PANEL columns, so that what a layer makes of it stays in the L2 cache from attention's
 * output to the next layer's input.  A token's numbers depend on its own column alone: neither the
 * tile's other columns nor how columns are divided change a bit. */
#include "rerank/encoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/activation.h"
#include "rerank/workspace.h"

/* A text's tokens where all see all: one kind of them, which attention walks in one run. */
static const xs_pattern encoder_joined = {.window = -1, .cls_doc = true};

static void encoder_join(xs_encoder *e)
{
	int i;

	e->joined = e->ending != XS_ENDING_LOGIT;
	for (i = 0; i < e->m->layers; i++)
		e->joined = e->joined && e->patterns[i].window < 0 && e->patterns[i].cls_doc &&
			    e->patterns[i].doc_cls;
	for (i = 0; e->joined && i < e->m->layers; i++)
		e->patterns[i] = encoder_joined;
}

static bool encoder_is_whole(const xs_encoder *e)
{
	switch (e->ending) {
	case XS_ENDING_LOGIT: return e->m->similarity_scale > 0;
	case XS_ENDING_MEAN: return true;
	/* The last token's window would cut what CLS's matrices know only whole. */
	case XS_ENDING_LAST: return !e->joined;
	default: return false;
	}
}

xs_encoder *xs_encoder_new(const xs_model *m, const xs_pattern *patterns, int positions,
			   xs_precision precision, xs_ending ending)
{
	xs_encoder *e = xs_calloc(1, sizeof *e);
	int i;

	e->m = m;
	e->kern = xs_kern_get();
	e->product = &e->kern->product[precision];
	e->attend = e->kern->attend;
	/* Two features share a word, so a head must have an even number of them. */
	if (e->kern->bf16 && e->kern->bf16->linear[precision] && m->hidden / m->heads % 2 == 0) {
		e->attend = e->kern->bf16->attend;
		e->to_bf16 = e->kern->bf16->linear[precision];
	}
	e->positions = positions ? positions : m->positions;
	e->patterns = xs_calloc((size_t)m->layers, sizeof *e->patterns);
	memcpy(e->patterns, patterns, (size_t)m->layers * sizeof *patterns);
	/* One layer in which the query sees CLS or the text is enough to make its states the
	 * text's, too. */
	e->shares = true;
	for (i = 0; i < m->layers; i++)
		e->shares = e->shares && !patterns[i].query_cls && !patterns[i].query_doc;
	e->ending = ending;
	encoder_join(e);
	e->whole = encoder_is_whole(e);
	e->w = xs_weights_new(m, e->positions, precision, ending, e->whole);
	xs_states_init(&e->states, m->hidden, e->to_bf16);
	return e;
}

void xs_encoder_free(xs_encoder *e)
{
	if (!e)
		return;
	xs_states_fini(&e->states);
	xs_weights_free(e->w);
	free(e->patterns);
	free(e);
}

int xs_encoder_room(const xs_encoder *e, int n_query)
{
	int begin = 1 + n_query + e->m->separators; /* CLS, the query, its SEP */

	if (e->m->document_position >= 0) {
		if (begin > e->m->document_position)
			return -1;
		begin = e->m->document_position;
	}
	return e->positions - begin - 1; /* the document's SEP */
}

size_t xs_encoder_bytes(xs_encoder *e)
{
	return xs_states_bytes(&e->states) + e->w->bytes;
}

xs_operand xs_encoder_operand(const xs_encoder *e, xs_workspace *w, const xs_matrix *m, float *x,
			      size_t ld, int features, int columns)
{
	if (!e->product->encode)
		return (xs_operand){.word = (uint32_t *)(void *)x, .ld = ld};
	e->product->encode(&w->operand, x, m->by, ld, features, columns);
	xs_workspace_done(w, XS_WORK_ENCODE);
	return w->operand;
}

/* Sixteen at a time, which compilers make vectors of. */
static void encoder_add(float *restrict x, const float *restrict y, size_t n)
{
	size_t i, k;

	for (i = 0; i + 16 <= n; i += 16)
		for (k = 0; k < 16; k++)
			x[i + k] += y[i + k];
	for (; i < n; i++)
		x[i] += y[i];
}

void xs_encoder_embed(float *x, const xs_encoder *e, int32_t id, int position, int type)
{
	size_t h = (size_t)e->m->embedding;
	const float *p = e->w->position + (size_t)position * h, *t = e->w->type + (size_t)type * h;

	assert(position < e->positions);
	xs_tensor_row(x, &e->m->words, id);
	encoder_add(x, p, h);
	encoder_add(x, t, h);
}

/* The projection is in f32 whatever the precision: it is little work, and an error made here would
 * go through all layers. */
void xs_encoder_embedded(float *to, size_t ld, const xs_encoder *e, xs_workspace *w, int columns)
{
	const xs_model *m = e->m;
	bool project = m->embedding != m->hidden;
	float *x = project ? w->context : to;
	xs_operand o = {.word = (uint32_t *)(void *)w->context, .ld = XS_TILE_LD};

	e->kern->norm(x, project ? XS_TILE_LD : ld, e->w->embedding_norm[0],
		      e->w->embedding_norm[1], m->norm_eps, m->embedding, columns);
	if (project)
		e->kern->product[XS_PRECISION_F32].linear(&e->w->projection, &o, to, ld, columns,
							  XS_SET);
	xs_workspace_done(w, XS_WORK_EMBED);
}

void xs_encoder_project(void *y, size_t ldy, const xs_encoder *e, const xs_matrix *m,
			const xs_operand *x, int columns, xs_form form)
{
	if (e->to_bf16)
		e->to_bf16(m, x, y, ldy, columns, XS_SET, form);
	else
		e->product->linear(m, x, y, ldy, columns, XS_SET);
}

/* The inner layer of an operand, as an operand. */
static xs_operand encoder_inner(const xs_encoder *e, xs_workspace *w, const xs_layer_weights *l,
				const xs_operand *x, int columns)
{
	xs_operand o = {.word = (uint32_t *)(void *)w->inner, .ld = XS_TILE_LD};
	bool gelu = e->m->activation == XS_ACT_GELU;

	/* The product can leave its result as the next one's operand, which saves a pass over the
	 * widest matrix. */
	if (e->to_bf16 && e->product->item == XS_ITEM_BF16 && gelu && e->m->inner % 2 == 0) {
		e->to_bf16(&l->up, x, o.word, o.ld, columns, XS_GELU, XS_FORM_PAIRS);
		xs_workspace_done(w, XS_WORK_UP);
		return o;
	}
	e->product->linear(&l->up, x, w->inner, XS_TILE_LD, columns, gelu ? XS_GELU : XS_SET);
	xs_activate(e->m->activation, w->inner, XS_TILE_LD, e->m->inner, columns);
	xs_workspace_done(w, XS_WORK_UP);
	return xs_encoder_operand(e, w, &l->down, w->inner, XS_TILE_LD, e->m->inner, columns);
}

void xs_encoder_finish(float *x, size_t ld, const xs_encoder *e, xs_workspace *w, int layer,
		       int columns)
{
	const xs_layer_weights *l = &e->w->layer[layer];
	int h = e->m->hidden;
	float eps = e->m->norm_eps;
	xs_operand o = xs_encoder_operand(e, w, &l->output, w->context, XS_TILE_LD, h, columns);

	/* The residual is what is in x; each sum is normalised after it, as BERT does (post-norm). */
	e->product->linear(&l->output, &o, x, ld, columns, XS_ADD);
	xs_workspace_done(w, XS_WORK_OUTPUT);
	e->kern->norm(x, ld, l->attention_norm[0], l->attention_norm[1], eps, h, columns);
	xs_workspace_done(w, XS_WORK_NORM);
	o = xs_encoder_operand(e, w, &l->up, x, ld, h, columns);
	o = encoder_inner(e, w, l, &o, columns);
	e->product->linear(&l->down, &o, x, ld, columns, XS_ADD);
	xs_workspace_done(w, XS_WORK_DOWN);
	e->kern->norm(x, ld, l->norm[0], l->norm[1], eps, h, columns);
	xs_workspace_done(w, XS_WORK_NORM);
}

/* The classifier over one column of what the head made of CLS. */
static float encoder_logit(const xs_encoder *e, const float *pooled)
{
	/* In double and in one order: the last sum of a score is too short for a kernel to matter. */
	double sum = e->w->classifier_bias;
	int f;

	for (f = 0; f < e->m->hidden; f++)
		sum += (double)e->w->classifier[f] *
		       xs_activation_of(e->m->pooled, (double)pooled[(size_t)f * XS_TILE_LD]);
	return (float)sum;
}

void xs_encoder_head(float *logits, const xs_encoder *e, xs_workspace *w, int columns)
{
	xs_operand x = {.word = (uint32_t *)(void *)w->cls, .ld = XS_TILE_LD};
	bool pooler = e->m->pooled != XS_ACT_NONE;
	int i;

	if (pooler)
		e->kern->product[XS_PRECISION_F32].linear(&e->w->pooler, &x, w->query, XS_TILE_LD,
							  columns, XS_SET);
	for (i = 0; i < columns; i++)
		logits[i] = encoder_logit(e, (pooler ? w->query : w->cls) + i);
	xs_workspace_done(w, XS_WORK_HEAD);
}
