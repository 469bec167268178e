/* SPDX-License-Identifier: MIT */
/* encoder.c - BERT with a pattern of attention per layer, in f32, one pair at a time.
 *
 * Rows of a pair: CLS, the query with its SEP (only where its states are not shared), the document
 * with its SEP.  No padding, no mask: attention walks the keys that a row may see (kern/).  Row
 * products run over tiles whose bounds follow from the pair's own length, so a score depends on
 * the pair alone. */
#include "rerank/encoder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/gemm.h"
#include "rerank/kern/kern.h"
#include "rerank/weights.h"

/* Rows of the feed-forward part at a time: its inner rows stay in the L2 cache. */
enum { ENCODER_TILE = 128 };

struct xs_encoder {
	const xs_model *m;
	xs_weights *w;
	xs_pattern *patterns;
	int positions;
	bool shares;
};

struct xs_workspace {
	float *x;       /* [n][hidden], hidden states of the pair's rows */
	float *qkv;     /* [n][3 hidden], query, key, value */
	float *context; /* [n][hidden], what attention gives */
	float *inner;   /* [tile][inner] */
	float *out;     /* [tile][hidden] */
	size_t rows, bytes;
};

/* Keys and values: layer i's row r at kv + (i × n + r) × 2 hidden; NULL where not shared. */
struct xs_query_states {
	int32_t *ids;
	int n; /* with SEP */
	float *kv;
};

/* Where the rows of one pair are, for one pass through the layers. */
typedef struct encoder_pass {
	const xs_encoder *e;
	xs_workspace *w;
	const xs_query_states *q;
	int own_query; /* rows of the query among the pair's: q->n, or 0 where shared */
	int document;  /* rows of the document, SEP included */
	int rows;      /* all, CLS included */
} encoder_pass;

int xs_encoder_new(xs_encoder **out, const xs_model *m, const xs_pattern *patterns, int positions)
{
	xs_encoder *e = xs_calloc(1, sizeof(*e));
	int i;

	*out = NULL;
	e->m = m;
	e->positions = positions ? positions : m->positions;
	e->patterns = xs_calloc((size_t)m->layers, sizeof(*e->patterns));
	memcpy(e->patterns, patterns, (size_t)m->layers * sizeof(*patterns));
	e->shares = true;
	for (i = 0; i < m->layers; i++)
		e->shares = e->shares && !patterns[i].query_cls && !patterns[i].query_doc;
	e->w = xs_weights_new(m, e->positions);
	*out = e;
	return XS_OK;
}

void xs_encoder_free(xs_encoder *e)
{
	if (!e)
		return;
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
	int begin = 1 + n_query + 1; /* CLS, the query, its SEP */

	if (e->m->document_position >= 0) {
		if (begin > e->m->document_position)
			return -1;
		begin = e->m->document_position;
	}
	return e->positions - begin - 1; /* the document's SEP */
}

bool xs_encoder_shares_query(const xs_encoder *e)
{
	return e->shares;
}

xs_workspace *xs_workspace_new(const xs_encoder *e)
{
	xs_workspace *w = xs_calloc(1, sizeof(*w));

	w->inner = xs_aligned(64, (size_t)ENCODER_TILE * (size_t)e->m->inner * sizeof(float));
	w->out = xs_aligned(64, (size_t)ENCODER_TILE * (size_t)e->m->hidden * sizeof(float));
	w->bytes = (size_t)ENCODER_TILE * (size_t)(e->m->inner + e->m->hidden) * sizeof(float);
	return w;
}

void xs_workspace_free(xs_workspace *w)
{
	if (!w)
		return;
	free(w->x);
	free(w->qkv);
	free(w->context);
	free(w->inner);
	free(w->out);
	free(w);
}

size_t xs_workspace_bytes(const xs_workspace *w)
{
	return w->bytes;
}

static float *workspace_resize(xs_workspace *w, float *old, size_t from, size_t to)
{
	free(old);
	w->bytes += (to - from) * sizeof(float);
	return xs_aligned(64, to * sizeof(float));
}

/* Room for a pass of so many rows. */
static void workspace_fit(xs_workspace *w, const xs_encoder *e, int rows)
{
	size_t h = (size_t)e->m->hidden, n = (size_t)rows;

	if (n > w->rows) {
		w->x = workspace_resize(w, w->x, w->rows * h, n * h);
		w->qkv = workspace_resize(w, w->qkv, w->rows * 3 * h, n * 3 * h);
		w->context = workspace_resize(w, w->context, w->rows * h, n * h);
		w->rows = n;
	}
}

/* x = LayerNorm(word + position + segment), one token. */
static void encoder_embed(const xs_encoder *e, float *x, int32_t id, int position, int type)
{
	size_t h = (size_t)e->m->hidden, i;
	const float *p = e->w->position + (size_t)position * h, *t = e->w->type + (size_t)type * h;

	assert(position < e->positions);
	xs_tensor_row(x, &e->m->words, id);
	for (i = 0; i < h; i++)
		x[i] += p[i] + t[i];
	xs_kern_get()->norm(x, NULL, NULL, e->w->embedding_norm[0], e->w->embedding_norm[1],
			    e->m->norm_eps, 1, e->m->hidden);
}

static void encoder_embed_query(const xs_encoder *e, float *x, const xs_query_states *q)
{
	int i;

	for (i = 0; i < q->n; i++)
		encoder_embed(e, x + (size_t)i * (size_t)e->m->hidden, q->ids[i], 1 + i, 0);
}

static void encoder_embed_pair(const encoder_pass *p, const int32_t *ids, int n)
{
	const xs_model *m = p->e->m;
	size_t h = (size_t)m->hidden;
	int first = m->document_position >= 0 ? m->document_position : 1 + p->q->n, i;
	float *x = p->w->x;

	encoder_embed(p->e, x, m->cls, 0, 0);
	x += h;
	if (p->own_query)
		encoder_embed_query(p->e, x, p->q);
	x += (size_t)p->own_query * h;
	for (i = 0; i <= n; i++, x += h)
		encoder_embed(p->e, x, i < n ? ids[i] : m->sep, first + i, 1);
}

/* Columns [from, to) of query, key and value (each `hidden` wide) of rows 0 … rows-1. */
static void encoder_project(const xs_encoder *e, xs_workspace *w, int layer, int rows, int from,
			    int to)
{
	const xs_layer_weights *l = &e->w->layer[layer];
	size_t h = (size_t)e->m->hidden, stride = 3 * h;
	float *y;
	int r, c;

	xs_gemm_f32(rows, to - from, e->m->hidden, w->x, h, l->qkv + from, stride, w->qkv + from,
		    stride);
	for (r = 0; r < rows; r++)
		for (y = w->qkv + (size_t)r * stride, c = from; c < to; c++)
			y[c] += l->qkv_bias[c];
}

/* What follows attention, for rows 0 … rows-1, in tiles. */
static void encoder_finish(const xs_encoder *e, xs_workspace *w, int layer, int rows)
{
	const xs_layer_weights *l = &e->w->layer[layer];
	const xs_kern *k = xs_kern_get();
	int h = e->m->hidden, inner = e->m->inner, first, n;
	size_t hs = (size_t)h;
	float *x;

	for (first = 0; first < rows; first += n) {
		n = rows - first < ENCODER_TILE ? rows - first : ENCODER_TILE;
		x = w->x + (size_t)first * hs;
		xs_gemm_f32(n, h, h, w->context + (size_t)first * hs, hs, l->output, hs, w->out,
			    hs);
		k->norm(w->out, l->output_bias, x, l->attention_norm[0], l->attention_norm[1],
			e->m->norm_eps, n, h);
		xs_gemm_f32(n, inner, h, w->out, hs, l->up, (size_t)inner, w->inner, (size_t)inner);
		k->gelu(w->inner, l->up_bias, n, inner);
		xs_gemm_f32(n, h, inner, w->inner, (size_t)inner, l->down, hs, x, hs);
		k->norm(x, l->down_bias, w->out, l->norm[0], l->norm[1], e->m->norm_eps, n, h);
	}
}

static xs_attend encoder_attend(const encoder_pass *p, int layer)
{
	const xs_model *m = p->e->m;
	size_t h = (size_t)m->hidden, stride = 3 * h, n = (size_t)p->q->n;
	const float *qkv = p->w->qkv, *query = qkv + stride, *shared;
	const float *document = query + (size_t)p->own_query * stride;
	xs_attend a = {
	    .heads = m->heads,
	    .size = m->hidden / m->heads,
	    .pattern = &p->e->patterns[layer],
	    .q_stride = stride,
	    .doc_stride = stride,
	    .cls_k = qkv + h,
	    .cls_v = qkv + 2 * h,
	    .query_k = query + h,
	    .query_v = query + 2 * h,
	    .query_stride = stride,
	    .n_query = p->q->n,
	    .doc_k = document + h,
	    .doc_v = document + 2 * h,
	    .n_doc = p->document,
	    .out_stride = h,
	};

	if (!p->own_query) {
		shared = p->q->kv + (size_t)layer * n * 2 * h;
		a.query_k = shared;
		a.query_v = shared + h;
		a.query_stride = 2 * h;
	}
	return a;
}

/* Attention of the pair's first `rows` rows (CLS, then the query's own, then the document's). */
static void encoder_attention(const encoder_pass *p, int layer, int rows)
{
	const xs_kern *k = xs_kern_get();
	size_t h = (size_t)p->e->m->hidden;
	struct {
		xs_attend_kind kind;
		int first, n;
	} parts[] = {{XS_ROW_CLS, 0, 1},
		     {XS_ROW_QUERY, 1, p->own_query},
		     {XS_ROW_DOC, 1 + p->own_query, p->document}};
	xs_attend a = encoder_attend(p, layer);
	int i;

	for (i = 0; i < 3; i++) {
		if (!parts[i].n || parts[i].first >= rows)
			continue;
		a.q = p->w->qkv + (size_t)parts[i].first * 3 * h;
		a.out = p->w->context + (size_t)parts[i].first * h;
		k->attend(&a, parts[i].kind, 0, parts[i].n);
	}
}

/* One layer.  `last`: keys and values of all rows, the rest for CLS alone. */
static void encoder_layer(const encoder_pass *p, int layer, bool last)
{
	int h = p->e->m->hidden, rows = last ? 1 : p->rows;

	if (last) {
		encoder_project(p->e, p->w, layer, 1, 0, h);
		encoder_project(p->e, p->w, layer, p->rows, h, 3 * h);
	} else {
		encoder_project(p->e, p->w, layer, p->rows, 0, 3 * h);
	}
	encoder_attention(p, layer, rows);
	encoder_finish(p->e, p->w, layer, rows);
}

/* Encodes the query by itself and keeps its keys and values of every layer. */
static void encoder_share(const xs_encoder *e, xs_workspace *w, xs_query_states *q)
{
	size_t h = (size_t)e->m->hidden, n = (size_t)q->n, r;
	xs_attend a = {.heads = e->m->heads,
		       .size = e->m->hidden / e->m->heads,
		       .q_stride = 3 * h,
		       .query_stride = 3 * h,
		       .n_query = q->n,
		       .out_stride = h};
	float *kv;
	int i;

	q->kv = xs_aligned(64, (size_t)e->m->layers * n * 2 * h * sizeof(float));
	workspace_fit(w, e, q->n);
	encoder_embed_query(e, w->x, q);
	for (i = 0; i < e->m->layers; i++) {
		encoder_project(e, w, i, q->n, 0, 3 * (int)h);
		kv = q->kv + (size_t)i * n * 2 * h;
		for (r = 0; r < n; r++)
			memcpy(kv + r * 2 * h, w->qkv + r * 3 * h + h, 2 * h * sizeof(*kv));
		if (i == e->m->layers - 1)
			break; /* nobody asks for the states above */
		a.pattern = &e->patterns[i];
		a.q = w->qkv;
		a.query_k = w->qkv + h;
		a.query_v = w->qkv + 2 * h;
		a.out = w->context;
		xs_kern_get()->attend(&a, XS_ROW_QUERY, 0, q->n);
		encoder_finish(e, w, i, q->n);
	}
}

xs_query_states *xs_query_states_new(const xs_encoder *e, xs_workspace *w, const int32_t *ids,
				     int n)
{
	xs_query_states *q = xs_calloc(1, sizeof(*q));

	q->n = n + 1;
	q->ids = xs_calloc((size_t)q->n, sizeof(*q->ids));
	if (n)
		memcpy(q->ids, ids, (size_t)n * sizeof(*ids));
	q->ids[n] = e->m->sep;
	if (e->shares)
		encoder_share(e, w, q);
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

/* The pooler (tanh) and the classifier over the CLS row. */
static float encoder_logit(const xs_encoder *e, xs_workspace *w)
{
	int h = e->m->hidden, i;
	double sum = e->w->classifier_bias;

	xs_gemm_f32(1, h, h, w->x, (size_t)h, e->w->pooler, (size_t)h, w->out, (size_t)h);
	for (i = 0; i < h; i++)
		sum += (double)e->w->classifier[i] * tanh((double)w->out[i] + e->w->pooler_bias[i]);
	return (float)sum;
}

float xs_encoder_score(const xs_encoder *e, xs_workspace *w, const xs_query_states *q,
		       const int32_t *ids, int n, float *states)
{
	bool own = states || !e->shares; /* states want the query's rows, too */
	encoder_pass p = {e, w, q, own ? q->n : 0, n + 1, 1 + (own ? q->n : 0) + n + 1};
	size_t len = (size_t)p.rows * (size_t)e->m->hidden;
	int i;

	assert(n <= xs_encoder_room(e, q->n - 1));
	workspace_fit(w, e, p.rows);
	encoder_embed_pair(&p, ids, n);
	for (i = 0; i < e->m->layers; i++) {
		if (states)
			memcpy(states + (size_t)i * len, w->x, len * sizeof(*states));
		encoder_layer(&p, i, !states && i == e->m->layers - 1);
	}
	if (states)
		memcpy(states + (size_t)i * len, w->x, len * sizeof(*states));
	return encoder_logit(e, w);
}
