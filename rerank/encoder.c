/* SPDX-License-Identifier: MIT */
/* encoder.c - BERT with a pattern of attention per layer, over batches of sequences.
 *
 * Hidden states are feature-major (kern/kern.h); the columns of a batch are the tokens of its
 * sequences one after another: CLS, the query with its SEP (only where its states are not shared),
 * the document with its SEP.  No padding, no mask: attention walks the keys that a token may see.
 *
 * A layer is two steps: "project" makes queries, keys and values; "finish" attends, and does what
 * follows in tiles of XS_PANEL columns that stay in the L2 cache.  The last layer is one step, for CLS
 * alone (cls.h).  A token's states depend on its sequence alone, so that neither batch mates nor the
 * division in parts change a bit. */
#include "rerank/encoder.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "rerank/activation.h"
#include "rerank/cls.h"
#include "rerank/kern/kern.h"
#include "rerank/states.h"
#include "rerank/weights.h"

/* Floats (words) from one row of a tile to the next: an odd number of cache lines, or all rows would
 * compete for the same places of the first-level cache. */
enum { ENCODER_TILE_LD = XS_PANEL + XS_KERN_LANES };

struct xs_encoder {
	const xs_model *m;
	const xs_kern *kern;
	const xs_kern_product *product;
	xs_kern_attend *attend;
	xs_kern_linear_bf16 *to_bf16; /* makes queries, keys and values; NULL: they are floats */
	xs_weights *w;
	xs_pattern *patterns;
	int positions;
	bool shares; /* the query's states are the query's alone */
	xs_states_pool states;
};

/* A tile of columns; rows ENCODER_TILE_LD apart. */
struct xs_workspace {
	float *context; /* [hidden], what attention gives; [embedding], to be projected */
	float *inner;	/* [inner] */
	float *cls,
		*query; /* [hidden], CLS of many sequences; cls: also embeddings, [XS_KERN_LANES][embedding] */
	xs_operand operand; /* [inner] */
	float *scratch;	    /* of CLS's attention */
	size_t bytes;
	int64_t since, spent[XS_WORKS]; /* nanoseconds */
};

struct xs_query_states {
	int32_t *ids;
	int n; /* with SEP, or two of them (xs_model.separators) */
	size_t ld;
	uint32_t *kv; /* [layers-1][2][rows of keys][ld]; NULL where not shared */
	float *x;     /* [hidden][ld], states before the last layer; follows kv */
};

/* Where the tokens of a sequence are among the columns of its batch. */
typedef struct batch_place {
	const int32_t *ids;
	int first;		  /* column of the first token */
	int cls, query, document; /* how many of each; the latter with SEP */
} batch_place;

struct xs_batch {
	xs_encoder *e;
	const xs_query_states *q;
	xs_sequence *const *sequences;
	batch_place *place;
	int n, columns, width; /* width: columns of a part */
	const xs_deadline *deadline;
	atomic_bool over;
	xs_states *s;
};

/* The next rows of a block of memory. */
static float *encoder_matrix(float **block, size_t rows, size_t ld)
{
	float *m = *block;

	*block += rows * ld;
	return m;
}

static uint32_t *encoder_words(float **block, size_t rows, size_t ld)
{
	return (uint32_t *)(void *)encoder_matrix(block, rows, ld);
}

int xs_encoder_new(xs_encoder **out, const xs_model *m, const xs_pattern *patterns, int positions,
		   xs_precision precision)
{
	xs_encoder *e = xs_calloc(1, sizeof *e);
	int i;

	e->m = m;
	e->kern = xs_kern_get();
	e->product = &e->kern->product[precision];
	e->attend = e->kern->attend;
	if (e->kern->bf16 && e->kern->bf16->linear[precision] && m->hidden / m->heads % 2 == 0) {
		e->attend = e->kern->bf16->attend;
		e->to_bf16 = e->kern->bf16->linear[precision];
	}
	e->positions = positions ? positions : m->positions;
	e->patterns = xs_calloc((size_t)m->layers, sizeof *e->patterns);
	memcpy(e->patterns, patterns, (size_t)m->layers * sizeof *patterns);
	e->shares = true;
	for (i = 0; i < m->layers; i++)
		e->shares = e->shares && !patterns[i].query_cls && !patterns[i].query_doc;
	e->w = xs_weights_new(m, e->positions, precision);
	xs_states_init(&e->states, m->hidden, e->to_bf16);
	*out = e;
	return XS_OK;
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

int xs_encoder_positions(const xs_encoder *e)
{
	return e->positions;
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

xs_workspace *xs_workspace_new(const xs_encoder *e)
{
	xs_workspace *w = xs_calloc(1, sizeof *w);
	size_t h = (size_t)e->m->hidden, inner = (size_t)e->m->inner, ld = ENCODER_TILE_LD;
	size_t embedding = (size_t)e->m->embedding, most = embedding > h ? embedding : h;
	size_t words = ((inner > h ? inner : h) + (size_t)e->product->group - 1) /
		       (size_t)e->product->group;
	float *block;

	w->bytes = ((2 * most + XS_LEAST_OUTPUTS + h + inner + words + 2) * ld +
		    xs_cls_scratch(&e->w->cls, e->positions)) *
		   sizeof(float);
	block = xs_large(w->bytes);
	w->context = encoder_matrix(&block, most + XS_LEAST_OUTPUTS, ld);
	w->inner = encoder_matrix(&block, inner, ld);
	w->cls = encoder_matrix(&block, most, ld);
	w->query = encoder_matrix(&block, h, ld);
	w->operand.ld = ld;
	w->operand.word = encoder_words(&block, words, ld);
	w->operand.scale = encoder_matrix(&block, 1, ld);
	w->operand.zero = encoder_matrix(&block, 1, ld);
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

/* What was done since the last call was of this kind. */
static void work_done(xs_workspace *w, xs_work kind)
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

/* x as the products take it: in the workspace, or where it is. */
static xs_operand encoder_operand(const xs_encoder *e, xs_workspace *w, float *x, size_t ld,
				  int features, int columns)
{
	if (!e->product->encode)
		return (xs_operand){.word = (uint32_t *)(void *)x, .ld = ld};
	e->product->encode(&w->operand, x, ld, features, columns);
	work_done(w, XS_WORK_ENCODE);
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

/* word + position + segment of one token, side by side. */
static void encoder_embed(const xs_encoder *e, float *x, int32_t id, int position, int type)
{
	size_t h = (size_t)e->m->embedding;
	const float *p = e->w->position + (size_t)position * h, *t = e->w->type + (size_t)type * h;

	assert(position < e->positions);
	xs_tensor_row(x, &e->m->words, id);
	encoder_add(x, p, h);
	encoder_add(x, t, h);
}

/* Token `t` of a sequence, counted from its first column. */
static void batch_embed_token(const xs_batch *b, const batch_place *p, float *x, int t)
{
	const xs_encoder *e = b->e;
	const xs_model *m = e->m;
	int document = t - p->cls - p->query;
	int first = m->document_position >= 0 ? m->document_position : 1 + b->q->n;

	if (t < p->cls)
		encoder_embed(e, x, m->cls, 0, 0);
	else if (document < 0)
		encoder_embed(e, x, b->q->ids[t - p->cls], 1 + t - p->cls, 0);
	else
		encoder_embed(e, x, document < p->document - 1 ? p->ids[document] : m->sep,
			      first + document, 1);
}

/* The part of a sequence's tokens that lies in columns first … last-1, counted from the kind's first
 * token, which is at column `column`; n of them. */
static bool batch_overlap(int *from, int *to, int column, int n, int first, int last)
{
	*from = first > column ? first - column : 0;
	*to = last - column < n ? last - column : n;
	return *from < *to;
}

/* Columns first … last-1, at most XS_KERN_LANES: token after token, then turned round, since a column is all
 * over the memory. */
static void batch_embed_lanes(const xs_batch *b, float *tokens, float *x, size_t ld, int first,
			      int last)
{
	size_t h = (size_t)b->e->m->embedding, n = (size_t)(last - first), f, c;
	int i, t, from, to;

	for (i = 0; i < b->n; i++) {
		const batch_place *p = &b->place[i];

		if (batch_overlap(&from, &to, p->first, p->cls + p->query + p->document, first,
				  last))
			for (t = from; t < to; t++)
				batch_embed_token(b, p, tokens + (size_t)(p->first + t - first) * h,
						  t);
	}
	for (f = 0; f < h; f++, x += ld)
		for (c = 0; c < n; c++)
			x[c] = tokens[c * h + f];
}

/* Embeddings of columns first … last-1, a tile; those of another size than the hidden one are made in
 * the workspace and projected. */
static void batch_embed(const xs_batch *b, xs_workspace *w, int first, int last)
{
	const xs_encoder *e = b->e;
	const xs_model *m = e->m;
	bool project = m->embedding != m->hidden;
	float *x = project ? w->context : b->s->x + first;
	size_t ld = project ? ENCODER_TILE_LD : b->s->ld;
	xs_operand o = {.word = (uint32_t *)(void *)w->context, .ld = ENCODER_TILE_LD};
	int from, to;

	for (from = first; from < last; from = to) {
		to = from + XS_KERN_LANES < last ? from + XS_KERN_LANES : last;
		batch_embed_lanes(b, w->cls, x + from - first, ld, from, to);
	}
	e->kern->norm(x, ld, e->w->embedding_norm[0], e->w->embedding_norm[1], m->norm_eps,
		      m->embedding, last - first);
	if (project)
		e->kern->product[XS_PRECISION_F32].linear(&e->w->projection, &o, b->s->x + first,
							  b->s->ld, last - first, XS_SET);
	work_done(w, XS_WORK_EMBED);
}

/* Queries, keys or values: a product, kept as attention takes it. */
static void encoder_project(const xs_encoder *e, const xs_matrix *m, const xs_operand *x, void *y,
			    size_t ldy, int columns, xs_form form)
{
	if (e->to_bf16)
		e->to_bf16(m, x, y, ldy, columns, XS_SET, form);
	else
		e->product->linear(m, x, y, ldy, columns, XS_SET);
}

/* Queries, keys and values. */
static void batch_project(const xs_batch *b, xs_workspace *w, int layer, int first, int last)
{
	const xs_encoder *e = b->e;
	const xs_layer_weights *l = &e->w->layer[layer];
	int n = last - first;
	xs_operand x = encoder_operand(e, w, b->s->x + first, b->s->ld, e->m->hidden, n);

	encoder_project(e, &l->query, &x, b->s->query + first, b->s->ld, n, XS_FORM_PAIRS);
	encoder_project(e, &l->key, &x, b->s->key + first, b->s->ld, n, XS_FORM_PAIRS);
	encoder_project(e, &l->value, &x, xs_states_values(&e->states, b->s->value, first),
			b->s->ld, n, XS_FORM_ITEMS);
	work_done(w, XS_WORK_PROJECT);
}

/* The inner layer of an operand, as an operand. */
static xs_operand encoder_inner(const xs_encoder *e, xs_workspace *w, const xs_matrix *up,
				const xs_operand *x, int columns)
{
	xs_operand o = {.word = (uint32_t *)(void *)w->inner, .ld = ENCODER_TILE_LD};
	bool gelu = e->m->activation == XS_ACT_GELU;

	if (e->to_bf16 && e->product->item == XS_ITEM_BF16 && gelu && e->m->inner % 2 == 0) {
		e->to_bf16(up, x, o.word, o.ld, columns, XS_GELU, XS_FORM_PAIRS);
		work_done(w, XS_WORK_UP);
		return o;
	}
	e->product->linear(up, x, w->inner, ENCODER_TILE_LD, columns, gelu ? XS_GELU : XS_SET);
	xs_activate(e->m->activation, w->inner, ENCODER_TILE_LD, e->m->inner, columns);
	work_done(w, XS_WORK_UP);
	return encoder_operand(e, w, w->inner, ENCODER_TILE_LD, e->m->inner, columns);
}

/* What follows attention: context is added to x, then the inner layer. */
static void encoder_finish(const xs_encoder *e, xs_workspace *w, int layer, float *x, size_t ld,
			   int columns)
{
	const xs_layer_weights *l = &e->w->layer[layer];
	int h = e->m->hidden;
	float eps = e->m->norm_eps;
	xs_operand o = encoder_operand(e, w, w->context, ENCODER_TILE_LD, h, columns);

	e->product->linear(&l->output, &o, x, ld, columns, XS_ADD);
	work_done(w, XS_WORK_OUTPUT);
	e->kern->norm(x, ld, l->attention_norm[0], l->attention_norm[1], eps, h, columns);
	work_done(w, XS_WORK_NORM);
	o = encoder_operand(e, w, x, ld, h, columns);
	o = encoder_inner(e, w, &l->up, &o, columns);
	e->product->linear(&l->down, &o, x, ld, columns, XS_ADD);
	work_done(w, XS_WORK_DOWN);
	e->kern->norm(x, ld, l->norm[0], l->norm[1], eps, h, columns);
	work_done(w, XS_WORK_NORM);
}

/* The operands of attention in one sequence. */
static xs_attend batch_attend(const xs_batch *b, const batch_place *p, int layer)
{
	const xs_encoder *e = b->e;
	const uint32_t *key = b->s->key + p->first;
	int document = p->cls + p->query;
	xs_attend a = {.heads = e->m->heads,
		       .size = e->m->hidden / e->m->heads,
		       .pattern = &e->patterns[layer],
		       .q_ld = b->s->ld,
		       .cls_k = key,
		       .cls_v = xs_states_values(&e->states, b->s->value, p->first),
		       .cls_ld = b->s->ld,
		       .query_k = key + p->cls,
		       .query_v = xs_states_values(&e->states, b->s->value, p->first + p->cls),
		       .query_ld = b->s->ld,
		       .n_query = b->q->n,
		       .doc_k = key + document,
		       .doc_v = xs_states_values(&e->states, b->s->value, p->first + document),
		       .doc_ld = b->s->ld,
		       .n_doc = p->document,
		       .out_ld = ENCODER_TILE_LD};

	if (!p->query) {
		size_t len = e->states.rows * b->q->ld;

		key = b->q->kv + (size_t)layer * 2 * len;
		a.query_k = key;
		a.query_v = key + len;
		a.query_ld = b->q->ld;
	}
	return a;
}

/* Attention of columns first … last-1, a tile, to the workspace. */
static void batch_attention(const xs_batch *b, xs_workspace *w, int layer, int first, int last)
{
	int i, k, from, to;

	for (i = 0; i < b->n; i++) {
		const batch_place *p = &b->place[i];
		const struct {
			xs_attend_kind kind;
			int column, n;
		} parts[] = {{XS_ROW_CLS, p->first, p->cls},
			     {XS_ROW_QUERY, p->first + p->cls, p->query},
			     {XS_ROW_DOC, p->first + p->cls + p->query, p->document}};
		xs_attend a = batch_attend(b, p, layer);

		for (k = 0; k < 3; k++) {
			if (!batch_overlap(&from, &to, parts[k].column, parts[k].n, first, last))
				continue;
			a.q = b->s->query + parts[k].column;
			a.out = w->context + parts[k].column + from - first;
			b->e->attend(&a, parts[k].kind, from, to);
		}
	}
	work_done(w, XS_WORK_ATTEND);
}

/* The classifier over one column of what the head made of CLS. */
static float encoder_logit(const xs_encoder *e, const float *pooled)
{
	double sum = e->w->classifier_bias;
	int f;

	for (f = 0; f < e->m->hidden; f++)
		sum += (double)e->w->classifier[f] *
		       xs_activation_of(e->m->pooled, (double)pooled[(size_t)f * ENCODER_TILE_LD]);
	return (float)sum;
}

static void encoder_pool(const xs_encoder *e, xs_workspace *w, xs_sequence *const *sequences, int n)
{
	xs_operand x = {.word = (uint32_t *)(void *)w->cls, .ld = ENCODER_TILE_LD};
	bool pooler = e->m->pooled != XS_ACT_NONE;
	int i;

	if (pooler)
		e->kern->product[XS_PRECISION_F32].linear(&e->w->pooler, &x, w->query,
							  ENCODER_TILE_LD, n, XS_SET);
	for (i = 0; i < n; i++)
		sequences[i]->logit = encoder_logit(e, (pooler ? w->query : w->cls) + i);
}

/* What CLS of a sequence sees in the last layer. */
static xs_cls_keys batch_cls_keys(const xs_batch *b, const batch_place *p)
{
	const xs_pattern *pattern = &b->e->patterns[b->e->m->layers - 1];
	const float *x = b->s->x + p->first;
	xs_cls_keys k = {.runs = 0};

	xs_cls_see(&k, x, b->s->ld, 1);
	if (pattern->cls_query && p->query)
		xs_cls_see(&k, x + p->cls, b->s->ld, p->query);
	if (pattern->cls_doc) /* beside CLS where the query is shared: before it, so that both are one run */
		xs_cls_see(&k, x + p->cls + p->query, b->s->ld, p->document);
	if (pattern->cls_query && !p->query)
		xs_cls_see(&k, b->q->x, b->q->ld, b->q->n);
	return k;
}

/* Attention of CLS of sequences first … first+n-1 in the last layer, from the workspace to it. */
static void batch_cls_attention(const xs_batch *b, xs_workspace *w, int first, int n)
{
	const xs_encoder *e = b->e;
	xs_cls_keys keys[XS_KERN_LANES];
	int i, j, some;

	for (i = 0; i < n; i += some) {
		some = n - i < XS_KERN_LANES ? n - i : XS_KERN_LANES;
		for (j = 0; j < some; j++)
			keys[j] = batch_cls_keys(b, &b->place[first + i + j]);
		xs_cls_attend(w->context + i, &e->w->cls, e->kern->product[XS_PRECISION_F32].linear,
			      w->scratch, e->positions, w->query + i, ENCODER_TILE_LD, keys, some);
	}
	work_done(w, XS_WORK_ATTEND);
}

/* The last layer for CLS of sequences first … first+n-1, n <= XS_PANEL, and their logits. */
static void batch_last(const xs_batch *b, xs_workspace *w, int first, int n)
{
	const xs_encoder *e = b->e;
	int layer = e->m->layers - 1, i, f;
	xs_operand x;

	w->since = xs_clock_ns();
	for (i = 0; i < n; i++)
		for (f = 0; f < e->m->hidden; f++)
			w->cls[(size_t)f * ENCODER_TILE_LD + (size_t)i] =
				b->s->x[(size_t)f * b->s->ld + (size_t)b->place[first + i].first];
	x = encoder_operand(e, w, w->cls, ENCODER_TILE_LD, e->m->hidden, n);
	e->product->linear(&e->w->layer[layer].query, &x, w->query, ENCODER_TILE_LD, n, XS_SET);
	work_done(w, XS_WORK_PROJECT);
	batch_cls_attention(b, w, first, n);
	encoder_finish(e, w, layer, w->cls, ENCODER_TILE_LD, n);
	encoder_pool(e, w, b->sequences + first, n);
	work_done(w, XS_WORK_HEAD);
}

/* Lays the tokens of the batch out and takes room for their states. */
static void batch_begin(xs_batch *b)
{
	int i;

	for (i = 0; i < b->n; i++) {
		b->place[i].first = b->columns;
		b->columns += b->place[i].cls + b->place[i].query + b->place[i].document;
	}
	b->s = xs_states_take(&b->e->states, (size_t)b->columns);
}

int xs_encoder_columns(const xs_encoder *e, const xs_query_states *q, int n)
{
	return 1 + (e->shares ? 0 : q->n) + n + 1;
}

xs_batch *xs_batch_new(xs_encoder *e, const xs_query_states *q, xs_sequence *const *sequences,
		       int n, int parts, const xs_deadline *deadline)
{
	xs_batch *b = xs_calloc(1, sizeof *b);
	int i;

	b->e = e;
	b->q = q;
	b->sequences = sequences;
	b->n = n;
	b->deadline = deadline;
	b->place = xs_calloc((size_t)n, sizeof *b->place);
	for (i = 0; i < n; i++) {
		assert(sequences[i]->n <= xs_encoder_room(e, q->n - e->m->separators));
		b->place[i] = (batch_place){.ids = sequences[i]->ids,
					    .cls = 1,
					    .query = e->shares ? 0 : q->n,
					    .document = sequences[i]->n + 1};
	}
	batch_begin(b);
	b->width = ((b->columns + parts - 1) / parts + XS_KERN_LANES - 1) / XS_KERN_LANES *
		   XS_KERN_LANES;
	return b;
}

void xs_batch_free(xs_batch *b)
{
	if (!b)
		return;
	xs_states_give(&b->e->states, b->s);
	free(b->place);
	free(b);
}

/* Embedding; each layer but the last in two steps, the first of which is one with the embedding; the
 * last for CLS. */
int xs_batch_steps(const xs_batch *b)
{
	return b->e->m->layers > 1 ? 2 * b->e->m->layers - 1 : 2;
}

/* The tile of columns first … last-1 in one step: step 2i projects layer i, 2i+1 finishes it. */
static void batch_tile(const xs_batch *b, int step, int first, int last, xs_workspace *w)
{
	int layer = step / 2;

	w->since = xs_clock_ns();
	if (step % 2) {
		batch_attention(b, w, layer, first, last);
		encoder_finish(b->e, w, layer, b->s->x + first, b->s->ld, last - first);
		return;
	}
	if (!step)
		batch_embed(b, w, first, last);
	if (layer < b->e->m->layers - 1)
		batch_project(b, w, layer, first, last);
}

static bool batch_over(xs_batch *b)
{
	if (xs_deadline_over(b->deadline))
		atomic_store_explicit(&b->over, true, memory_order_relaxed);
	return atomic_load_explicit(&b->over, memory_order_relaxed);
}

void xs_batch_run(xs_batch *b, int step, int part, xs_workspace *w)
{
	int first = part * b->width, end = first + b->width, last;

	if (step == xs_batch_steps(b) - 1) { /* little work: the first part does it */
		for (first = part ? b->n : 0; first < b->n && !batch_over(b); first = last) {
			last = first + XS_PANEL < b->n ? first + XS_PANEL : b->n;
			batch_last(b, w, first, last - first);
		}
		return;
	}
	end = end < b->columns ? end : b->columns;
	for (; first < end && !batch_over(b); first = last) {
		last = first + XS_PANEL < end ? first + XS_PANEL : end;
		batch_tile(b, step, first, last, w);
	}
}

bool xs_batch_complete(const xs_batch *b)
{
	return !atomic_load_explicit(&b->over, memory_order_relaxed);
}

/* The query's columns of `rows` rows of its batch, items of `size` bytes; returns where the next ones are
 * kept. */
static void *query_keep(const xs_query_states *q, void *to, const void *from, const xs_batch *b,
			size_t rows, size_t size)
{
	char *out = to;
	const char *in = from;
	size_t f;

	for (f = 0; f < rows; f++)
		memcpy(out + f * q->ld * size, in + f * b->s->ld * size, (size_t)q->n * size);
	return out + rows * q->ld * size;
}

/* The same of keys and values. */
static void *query_keep_keys(const xs_query_states *q, void *to, const xs_batch *b)
{
	const xs_encoder *e = b->e;
	size_t rows = e->states.rows, hidden = (size_t)e->m->hidden;

	to = query_keep(q, to, b->s->key, b, rows, sizeof(uint32_t));
	return query_keep(q, to, b->s->value, b, hidden,
			  e->to_bf16 ? sizeof(uint16_t) : sizeof(float));
}

/* The query goes through the layers as a batch without document and CLS, whose keys and values are
 * kept, and what the last layer sees of it. */
static void query_encode(xs_query_states *q, xs_encoder *e, xs_workspace *w)
{
	batch_place place = {.query = q->n};
	xs_batch b = {.e = e, .q = q, .place = &place, .n = 1};
	size_t h = (size_t)e->m->hidden;
	void *next;
	int step, layers = e->m->layers, first, last;

	q->ld = xs_states_ld((size_t)q->n);
	next = q->kv =
		xs_large((2 * (size_t)(layers - 1) * e->states.rows + h) * q->ld * sizeof *q->kv);
	batch_begin(&b);
	for (step = 0; step < xs_batch_steps(&b) - 1; step++) {
		for (first = 0; first < b.columns; first = last) {
			last = first + XS_PANEL < b.columns ? first + XS_PANEL : b.columns;
			batch_tile(&b, step, first, last, w);
		}
		if (step % 2 == 0 && step / 2 < layers - 1)
			next = query_keep_keys(q, next, &b);
	}
	q->x = next;
	query_keep(q, q->x, b.s->x, &b, h, sizeof(float));
	xs_states_give(&e->states, b.s);
}

xs_query_states *xs_query_states_new(xs_encoder *e, xs_workspace *w, const int32_t *ids, int n)
{
	xs_query_states *q = xs_calloc(1, sizeof *q);
	int i;

	q->n = n + e->m->separators;
	q->ids = xs_calloc((size_t)q->n, sizeof *q->ids);
	if (n)
		memcpy(q->ids, ids, (size_t)n * sizeof *ids);
	for (i = n; i < q->n; i++)
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

/* out[column][hidden] of the states at hand. */
static void states_copy(float *out, const xs_batch *b)
{
	size_t h = (size_t)b->e->m->hidden, f, c;

	for (c = 0; c < (size_t)b->columns; c++)
		for (f = 0; f < h; f++)
			out[c * h + f] = b->s->x[f * b->s->ld + c];
}

void xs_encoder_states(float *out, xs_encoder *e, xs_workspace *w, const xs_query_states *q,
		       const int32_t *ids, int n)
{
	batch_place place = {.ids = ids, .cls = 1, .query = q->n, .document = n + 1};
	xs_batch b = {.e = e, .q = q, .place = &place, .n = 1};
	int step, first, last, steps = 2 * e->m->layers;
	size_t len;

	batch_begin(&b);
	len = (size_t)b.columns * (size_t)e->m->hidden;
	for (first = 0; first < b.columns; first = last) {
		last = first + XS_PANEL < b.columns ? first + XS_PANEL : b.columns;
		batch_embed(&b, w, first, last);
	}
	states_copy(out, &b);
	for (step = 0; step < steps; step++) {
		for (first = 0; first < b.columns; first = last) {
			last = first + XS_PANEL < b.columns ? first + XS_PANEL : b.columns;
			if (step % 2)
				batch_tile(&b, step, first, last, w);
			else
				batch_project(&b, w, step / 2, first, last);
		}
		if (step % 2)
			states_copy(out + (size_t)(step / 2 + 1) * len, &b);
	}
	xs_states_give(&e->states, b.s);
}
