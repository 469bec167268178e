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
	float *x;      /* [n][hidden], hidden states of the pair's rows */
	float *qkv;    /* [n][3 hidden], query, key, value */
	float *context; /* [n][hidden], what attention gives */
	float *inner;  /* [tile][inner] */
	float *out;    /* [tile][hidden] */
	float *scratch;
	size_t rows, scratch_len, bytes;
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
	free(w->scratch);
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
static void workspace_fit(xs_workspace *w, const xs_encoder *e, int rows, int n_query)
{
	size_t h = (size_t)e->m->hidden, n = (size_t)rows, scratch = 0, need;
	int i;

	if (n > w->rows) {
		w->x = workspace_resize(w, w->x, w->rows * h, n * h);
		w->qkv = workspace_resize(w, w->qkv, w->rows * 3 * h, n * 3 * h);
		w->context = workspace_resize(w, w->context, w->rows * h, n * h);
		w->rows = n;
	}
	for (i = 0; i < e->m->layers; i++) {
		need = xs_attend_scratch(n_query, e->patterns[i].window);
		scratch = need > scratch ? need : scratch;
	}
	if (scratch > w->scratch_len) {
		w->scratch = workspace_resize(w, w->scratch, w->scratch_len, scratch);
		w->scratch_len = scratch;
	}
}
