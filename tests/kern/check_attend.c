/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_attend.c - attention of every variant against the definition in double: all scores of a
 * row at once, a key let in by the pattern's words and not by runs. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "tests/kern/check.h"

enum { QUERY = 40, DOC = 200, KEYS = 1 + QUERY + DOC, SIZE = 80 };

typedef struct attend_case {
	xs_attend a;
	xs_pattern pattern;
	xs_attend_kind kind;
	int first, last, n; /* rows to attend; rows of the kind */
	float scale;	    /* of queries and keys */
	bool whole;	    /* queries and keys are whole numbers: scores are exact */
} attend_case;

/* Key i of a row's: 0 CLS, then the query's, then the document's. */
static bool attend_sees(const attend_case *t, int row, int i)
{
	const xs_pattern *p = &t->pattern;
	int doc = i - 1 - t->a.n_query;

	switch (t->kind) {
	case XS_ROW_CLS:
		return i == 0 || (doc < 0 ? p->cls_query : p->cls_doc);
	case XS_ROW_QUERY:
		return i == 0 ? p->query_cls : doc < 0 || p->query_doc;
	case XS_ROW_DOC:
		if (doc >= 0)
			return p->window == -1 || (row - doc <= p->window && doc - row <= p->window);
		return i == 0 ? p->doc_cls : p->doc_query;
	}
	return false;
}

static const float *attend_key(const attend_case *t, int i, bool value)
{
	const xs_attend *a = &t->a;
	int doc = i - 1 - a->n_query;

	if (i == 0)
		return value ? a->cls_v : a->cls_k;
	if (doc < 0)
		return (value ? a->query_v : a->query_k) + (size_t)(i - 1) * a->query_stride;
	return (value ? a->doc_v : a->doc_k) + (size_t)doc * a->doc_stride;
}

/* Whether one head of one row is right.  The slack is relative to the sum of absolute terms, and
 * grows with the terms of a score, whose rounding exp turns into a relative error. */
static bool attend_head_right(const attend_case *t, int row, int head)
{
	const xs_attend *a = &t->a;
	const float *q = a->q + (size_t)row * a->q_stride + head * a->size;
	const float *out = a->out + (size_t)row * a->out_stride + head * a->size;
	double weight[KEYS], max = -INFINITY, sum = 0, terms = 0;
	int keys = 1 + a->n_query + a->n_doc;

	for (int i = 0; i < keys; i++) {
		double score = 0, absolute = 0;

		weight[i] = -INFINITY;
		if (!attend_sees(t, row, i))
			continue;
		const float *k = attend_key(t, i, false) + head * a->size;
		for (int c = 0; c < a->size; c++) {
			score += (double)q[c] * (double)k[c];
			absolute += fabs((double)q[c] * (double)k[c]);
		}
		weight[i] = score / sqrt(a->size);
		max = fmax(max, weight[i]);
		terms = fmax(terms, absolute / sqrt(a->size));
	}
	for (int i = 0; i < keys; i++)
		sum += weight[i] = exp(weight[i] - max);
	for (int c = 0; c < a->size; c++) {
		double expected = 0, absolute = 0;

		for (int i = 0; i < keys; i++) {
			if (weight[i] == 0)
				continue;
			double v = attend_key(t, i, true)[head * a->size + c];
			expected += weight[i] / sum * v;
			absolute += weight[i] / sum * fabs(v);
		}
		double slack = 1e-6 + (t->whole ? 0 : 2.0 * (double)FLT_EPSILON * terms);
		if (!(fabs((double)out[c] - expected) <= slack * absolute + 1e-37))
			return false;
	}
	return true;
}

/* Numbers for `rows` rows of a matrix, NaN between them and in rows that nobody sees (from key
 * `base` on; -1: queries, all seen). */
static float *attend_matrix(const attend_case *t, int rows, size_t stride, int base, bool value)
{
	size_t hidden = (size_t)t->a.heads * (size_t)t->a.size;
	float *m = check_floats(rows ? (size_t)(rows - 1) * stride + hidden : 0);

	for (int r = 0; r < rows; r++) {
		bool seen = base < 0;

		for (int row = t->first; row < t->last && !seen; row++)
			seen = attend_sees(t, row, base + r);
		for (size_t c = 0; seen && c < hidden; c++)
			if (value)
				m[(size_t)r * stride + c] = check_normal();
			else if (t->whole)
				m[(size_t)r * stride + c] = (float)((int)check_below(81) - 40);
			else
				m[(size_t)r * stride + c] = check_normal() * t->scale;
	}
	return m;
}

/* Everything of the case but what the caller chose; strides differ, gaps between rows are NaN. */
static void attend_fill(attend_case *t)
{
	xs_attend *a = &t->a;
	size_t hidden = (size_t)a->heads * (size_t)a->size;

	t->n = t->kind == XS_ROW_CLS ? 1 : t->kind == XS_ROW_QUERY ? a->n_query : a->n_doc;
	t->first = t->n ? (int)check_below((uint32_t)t->n) / 3 : 0;
	t->last = t->n - (t->n - t->first ? (int)check_below((uint32_t)(t->n - t->first)) / 3 : 0);
	a->pattern = &t->pattern;
	a->q_stride = hidden + check_below(20);
	a->query_stride = hidden + check_below(20);
	a->doc_stride = hidden + check_below(20);
	a->out_stride = hidden + check_below(20);
	a->q = attend_matrix(t, t->n, a->q_stride, -1, false);
	a->cls_k = attend_matrix(t, 1, hidden, 0, false);
	a->cls_v = attend_matrix(t, 1, hidden, 0, true);
	a->query_k = attend_matrix(t, a->n_query, a->query_stride, 1, false);
	a->query_v = attend_matrix(t, a->n_query, a->query_stride, 1, true);
	a->doc_k = attend_matrix(t, a->n_doc, a->doc_stride, 1 + a->n_query, false);
	a->doc_v = attend_matrix(t, a->n_doc, a->doc_stride, 1 + a->n_query, true);
	a->out = check_floats(t->n ? (size_t)(t->n - 1) * a->out_stride + hidden : 0);
}

/* Whether all of `out` outside the rows that attend is as check_floats left it. */
static bool attend_rest_untouched(const attend_case *t)
{
	const xs_attend *a = &t->a;
	size_t hidden = (size_t)a->heads * (size_t)a->size;
	bool untouched = true;

	for (int r = 0; r < t->n; r++)
		for (size_t c = 0; c < (r + 1 < t->n ? a->out_stride : hidden); c++)
			if (c >= hidden || r < t->first || r >= t->last)
				untouched = untouched && isnan(a->out[(size_t)r * a->out_stride + c]);
	return untouched;
}

/* Whether the same rows in random portions, the last first, are the same bits. */
static bool attend_portions_same(const xs_kern *k, const attend_case *t)
{
	xs_attend a = t->a;
	size_t n = t->n ? (size_t)(t->n - 1) * a.out_stride + (size_t)a.heads * (size_t)a.size : 0;
	int last = t->last;

	a.out = check_floats(n);
	while (last > t->first) {
		int first = last - 1 - (int)check_below((uint32_t)(last - t->first));

		k->attend(&a, t->kind, first, last);
		last = first;
	}
	return check_same(a.out, t->a.out, n);
}

static void attend_compare(const xs_kern *k, attend_case *t)
{
	bool right = true;

	attend_fill(t);
	k->attend(&t->a, t->kind, t->first, t->last);
	for (int r = t->first; r < t->last && right; r++)
		for (int h = 0; h < t->a.heads && right; h++)
			right = attend_head_right(t, r, h);
	const char *fault = !right			  ? "wrong"
			    : !attend_rest_untouched(t)	  ? "wrote elsewhere"
			    : !attend_portions_same(k, t) ? "depends on the portion"
							  : NULL;
	check_case(!fault, "%s: %s: kind %d, heads %d, size %d, query %d, document %d, window %d, "
		   "rows %d … %d", k->name, fault ? fault : "", (int)t->kind, t->a.heads, t->a.size,
		   t->a.n_query, t->a.n_doc, t->pattern.window, t->first, t->last - 1);
	check_release();
}

static const int attend_windows[] = {-1, 0, 1, 4, 16, 64};
enum { WINDOWS = sizeof attend_windows / sizeof *attend_windows };

/* A random one of the 64 patterns of switches. */
static xs_pattern attend_pattern(int window)
{
	uint32_t bits = check_below(64);

	return (xs_pattern){.window = window,
			    .cls_query = bits & 1,
			    .cls_doc = bits & 2,
			    .query_cls = bits & 4,
			    .query_doc = bits & 8,
			    .doc_cls = bits & 16,
			    .doc_query = bits & 32};
}

/* All three kinds of row of one shape. */
static void attend_kinds(const xs_kern *k, int heads, int size, int n_query, int n_doc, int window,
			 float scale, bool whole)
{
	for (int kind = XS_ROW_CLS; kind <= XS_ROW_DOC; kind++) {
		attend_case t = {.a = {.heads = heads, .size = size, .n_query = n_query, .n_doc = n_doc},
				 .pattern = attend_pattern(window),
				 .kind = (xs_attend_kind)kind,
				 .scale = scale,
				 .whole = whole};

		attend_compare(k, &t);
	}
}

static void attend_test(const xs_kern *k)
{
	static const int sizes[] = {8, 16, 32, 64};

	for (int size = 1; size <= SIZE; size++)
		for (int w = 0; w < WINDOWS; w++)
			attend_kinds(k, 1 + size % 3, size, (int)check_below(13),
				     (int)check_below(30), attend_windows[w], 1, false);
	check_group("attend %s: head sizes 1 … %d, every window", k->name, SIZE);
	for (int n_doc = 0; n_doc <= DOC; n_doc++)
		for (int w = 0; w < WINDOWS; w++)
			attend_kinds(k, 1, sizes[(n_doc + w) % 4], n_doc % (QUERY + 1), n_doc,
				     attend_windows[w], 1, false);
	check_group("attend %s: document 0 … %d, query 0 … %d, every window", k->name, DOC, QUERY);
	for (int n_query = 0; n_query <= QUERY; n_query++)
		for (int n_doc = 0; n_doc <= 3; n_doc++)
			attend_kinds(k, 2, 32, n_query, n_doc, 1, 1, false);
	check_group("attend %s: query 0 … %d, document 0 … 3", k->name, QUERY);
	/* Scores of some ten thousand, exact: one key has nearly all weight, later ones take over. */
	for (int i = 0; i < 60; i++)
		attend_kinds(k, 2, i % 2 ? 16 : 64, i % 7, 3 * i, attend_windows[i % WINDOWS], 1, true);
	check_group("attend %s: exact scores of up to 1e4", k->name);
	for (int i = 0; i < 60; i++)
		attend_kinds(k, 1, 20 + i, i % 7, 2 * i, attend_windows[i % WINDOWS],
			     i % 3 == 0 ? 0 : i % 3 == 1 ? 1e-20f : 30, false);
	check_group("attend %s: scores alike, tiny, of hundreds", k->name);
}

/* Document rows of the default model's shape, q, k and v in one matrix as the encoder has them. */
enum { BENCH_HEADS = 12, BENCH_SIZE = 32, BENCH_HIDDEN = 384, BENCH_QUERY = 10, BENCH_DOC = 200 };

typedef struct attend_bench_case {
	const xs_kern *kern;
	xs_attend a;
	xs_pattern pattern;
} attend_bench_case;

static void attend_once(void *user)
{
	attend_bench_case *b = user;

	b->kern->attend(&b->a, XS_ROW_DOC, 0, BENCH_DOC);
}

static void attend_bench(const xs_kern *k)
{
	static float rows[(1 + BENCH_QUERY + BENCH_DOC) * 3 * BENCH_HIDDEN];
	static float out[BENCH_DOC * BENCH_HIDDEN];
	enum { STRIDE = 3 * BENCH_HIDDEN };
	const float *query = rows + STRIDE, *doc = query + BENCH_QUERY * STRIDE;

	check_fill(rows, sizeof rows / sizeof *rows, 1);
	for (int w = WINDOWS - 1; w >= 0; w--) {
		attend_bench_case b = {
			.kern = k,
			.a = {.heads = BENCH_HEADS, .size = BENCH_SIZE, .pattern = &b.pattern,
			      .q = doc, .q_stride = STRIDE,
			      .cls_k = rows + BENCH_HIDDEN, .cls_v = rows + 2 * BENCH_HIDDEN,
			      .query_k = query + BENCH_HIDDEN, .query_v = query + 2 * BENCH_HIDDEN,
			      .query_stride = STRIDE, .n_query = BENCH_QUERY,
			      .doc_k = doc + BENCH_HIDDEN, .doc_v = doc + 2 * BENCH_HIDDEN,
			      .doc_stride = STRIDE, .n_doc = BENCH_DOC,
			      .out = out, .out_stride = BENCH_HIDDEN},
			.pattern = {.window = attend_windows[w], .doc_cls = true, .doc_query = true},
		};
		char name[64];

		snprintf(name, sizeof name, "attend 200 rows, window %d", attend_windows[w]);
		check_time(name, k->name, attend_once, &b);
	}
}

int main(int argc, char **argv)
{
	return check_main(argc, argv, attend_test, attend_bench);
}
