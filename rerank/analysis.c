/* SPDX-License-Identifier: MIT */
/* analysis.c - where attention goes, computed from hidden states in plain f32.
 *
 * Made for looking at a model, not for speed: keys and queries are computed again from the states
 * that xs_request_states() gives. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "rerank/model.h"

/* One layer of one pair; matrices are feature-major, so that loops run along tokens. */
typedef struct analysis {
	const xs_model *m;
	const xs_pattern *pattern;
	int tokens, query_end, document,
		near;		/* places: of the query's SEP, of the first document token */
	float *x, *query, *key; /* [hidden][tokens] */
	float *weight;		/* [tokens] */
} analysis;

/* y = W x + b for all tokens. */
static void analysis_project(float *to, const analysis *a, const xs_linear *l)
{
	int hidden = a->m->hidden, tokens = a->tokens;
	float *row = xs_malloc((size_t)hidden * sizeof *row);
	float *bias = xs_malloc((size_t)hidden * sizeof *bias);

	xs_tensor_row(bias, &l->bias, 0);
	for (int o = 0; o < hidden; o++, to += tokens) {
		xs_tensor_row(row, &l->weight, o);
		for (int t = 0; t < tokens; t++)
			to[t] = bias[o];
		for (int i = 0; i < hidden; i++)
			for (int t = 0; t < tokens; t++)
				to[t] += row[i] * a->x[i * tokens + t];
	}
	free(row);
	free(bias);
}

/* CLS is 0, the query with its SEP 1, the document with its SEP 2. */
static int analysis_segment(const analysis *a, int token)
{
	return token == 0 ? XS_FROM_CLS : token < a->document ? XS_FROM_QUERY : XS_FROM_DOCUMENT;
}

static bool analysis_sees(const analysis *a, int from, int to)
{
	const xs_pattern *p = a->pattern;
	int row = analysis_segment(a, from), column = analysis_segment(a, to);

	if (row == XS_FROM_CLS)
		return column == XS_FROM_CLS ||
		       (column == XS_FROM_QUERY ? p->cls_query : p->cls_doc);
	if (row == XS_FROM_QUERY)
		return column == XS_FROM_QUERY ||
		       (column == XS_FROM_CLS ? p->query_cls : p->query_doc);
	if (column != XS_FROM_DOCUMENT)
		return column == XS_FROM_CLS ? p->doc_cls : p->doc_query;
	return p->window < 0 || abs(from - to) <= p->window;
}

static int analysis_kind(const analysis *a, int from, int to)
{
	if (to == 0)
		return XS_TO_CLS;
	if (to < a->document)
		return to >= a->query_end ? XS_TO_QUERY_SEP : XS_TO_QUERY;
	if (to == a->tokens - 1)
		return XS_TO_SEP;
	return from >= a->document && abs(from - to) <= a->near ? XS_TO_NEAR : XS_TO_FAR;
}

/* Adds the attention of one token in one head. */
static void analysis_add(double sum[XS_TO_KINDS], const analysis *a, int head, int from)
{
	int size = a->m->hidden / a->m->heads, n = a->tokens, t, i;
	const float *q = a->query + head * size * n, *k = a->key + head * size * n;
	float most = -INFINITY;
	double all = 0;

	for (t = 0; t < n; t++)
		a->weight[t] = 0;
	for (i = 0; i < size; i++)
		for (t = 0; t < n; t++)
			a->weight[t] += q[i * n + from] * k[i * n + t];
	for (t = 0; t < n; t++) {
		a->weight[t] =
			analysis_sees(a, from, t) ? a->weight[t] / sqrtf((float)size) : -INFINITY;
		most = fmaxf(most, a->weight[t]);
	}
	for (t = 0; t < n; t++) {
		a->weight[t] = expf(a->weight[t] - most);
		all += (double)a->weight[t];
	}
	for (t = 0; t < n; t++)
		sum[analysis_kind(a, from, t)] += (double)a->weight[t] / all;
}

/* Means over the tokens of each segment, SEP left out: out[heads][XS_FROM_KINDS][XS_TO_KINDS]. */
static void analysis_layer(float *out, const analysis *a)
{
	const int begin[] = {0, 1, a->document}, end[] = {1, a->query_end, a->tokens - 1};

	for (int head = 0; head < a->m->heads; head++)
		for (int row = 0; row < XS_FROM_KINDS; row++) {
			double sum[XS_TO_KINDS] = {0};
			int n = end[row] - begin[row];

			for (int t = begin[row]; t < end[row]; t++)
				analysis_add(sum, a, head, t);
			for (int k = 0; k < XS_TO_KINDS; k++)
				*out++ = n > 0 ? (float)(sum[k] / n) : 0;
		}
}

void xs_model_attention(float *out, const xs_model *m, const xs_pattern *pattern,
			const float *states, int n_query, int tokens, int near)
{
	size_t size = (size_t)tokens * (size_t)m->hidden;
	size_t step = (size_t)(m->heads * XS_FROM_KINDS * XS_TO_KINDS);
	analysis a = {.m = m,
		      .tokens = tokens,
		      .query_end = 1 + m->leads + n_query,
		      .document = 1 + m->leads + n_query + m->separators,
		      .near = near};

	a.x = xs_malloc(size * sizeof *a.x);
	a.query = xs_malloc(size * sizeof *a.query);
	a.key = xs_malloc(size * sizeof *a.key);
	a.weight = xs_malloc((size_t)tokens * sizeof *a.weight);
	for (int l = 0; l < m->layers; l++) {
		for (int t = 0; t < tokens; t++)
			for (int i = 0; i < m->hidden; i++)
				a.x[i * tokens + t] = *states++;
		a.pattern = pattern ? pattern : &m->patterns[l];
		analysis_project(a.query, &a, &m->layer[l].query);
		analysis_project(a.key, &a, &m->layer[l].key);
		analysis_layer(out + (size_t)l * step, &a);
	}
	free(a.x);
	free(a.query);
	free(a.key);
	free(a.weight);
}
