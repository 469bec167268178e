/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_attend.c - attention of every variant against the definition in double: all scores of a
 * row at once, a key let in by the pattern's words and not by runs.  Attention over bf16 gets the same
 * numbers, rounded, in its own form. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "tests/kern/check.h"
#include "tests/kern/limit.h"

enum { QUERY = 40, DOC = 200, KEYS = 1 + QUERY + DOC, SIZE = 80 };

typedef struct attend_case {
	xs_attend a;	  /* floats */
	xs_attend packed; /* what the kernel gets: the same, or bf16 */
	xs_kern_attend *attend;
	bool bf16;
	xs_pattern pattern;
	xs_attend_kind kind;
	int first, last, n; /* tokens to attend; tokens of the kind */
	float scale;	    /* of queries and keys */
	bool whole;	    /* queries and keys are whole numbers: scores are exact */
} attend_case;

/* Key i of a row's: 0 CLS, then the query's, then the document's. */
static bool attend_sees(const attend_case *t, int row, int i)
{
	const xs_pattern *p = &t->pattern;
	int doc = i - 1 - t->a.n_query;

	switch (t->kind) {
	case XS_ROW_CLS: return i == 0 || (doc < 0 ? p->cls_query : p->cls_doc);
	case XS_ROW_QUERY: return i == 0 ? p->query_cls : doc < 0 || p->query_doc;
	case XS_ROW_DOC:
		if (doc >= 0)
			return p->window == -1 ||
			       (row - doc <= p->window && doc - row <= p->window);
		return i == 0 ? p->doc_cls : p->doc_query;
	}
	return false;
}

/* Feature 0 of a key or value; the next is *ld further. */
static float *attend_key(const attend_case *t, int i, bool value, size_t *ld)
{
	const xs_attend *a = &t->a;
	int doc = i - 1 - a->n_query;
	const void *key;

	if (i == 0) {
		*ld = a->cls_ld;
		return (float *)(uintptr_t)(value ? a->cls_v : a->cls_k);
	}
	*ld = doc < 0 ? a->query_ld : a->doc_ld;
	if (doc < 0)
		key = value ? a->query_v : a->query_k;
	else
		key = value ? a->doc_v : a->doc_k;
	return (float *)(uintptr_t)key + (doc < 0 ? i - 1 : doc);
}

static float attend_out(const attend_case *t, int row, size_t feature)
{
	return t->a.out[feature * t->a.out_ld + (size_t)(row - t->first)];
}

/* Whether one head of one row is right.  The slack is relative to the sum of absolute terms, and
 * grows with the terms of a score, whose rounding exp turns into a relative error.  bf16: weights have 8
 * bits, and are off by 1/256 at most. */
static bool attend_head_right(const attend_case *t, int row, int head)
{
	const xs_attend *a = &t->a;
	size_t from = (size_t)head * (size_t)a->size, size = (size_t)a->size, ld;
	const float *q = (const float *)a->q + from * a->q_ld + row;
	double weight[KEYS], max = -INFINITY, sum = 0, terms = 0;
	int keys = 1 + a->n_query + a->n_doc;

	for (int i = 0; i < keys; i++) {
		double score = 0, absolute = 0;

		weight[i] = -INFINITY;
		if (!attend_sees(t, row, i))
			continue;
		const float *k = attend_key(t, i, false, &ld) + from * ld;
		for (size_t f = 0; f < size; f++) {
			double term = (double)q[f * a->q_ld] * (double)k[f * ld];

			score += term;
			absolute += fabs(term);
		}
		weight[i] = score / sqrt(a->size);
		max = fmax(max, weight[i]);
		terms = fmax(terms, absolute / sqrt(a->size));
	}
	for (int i = 0; i < keys; i++)
		sum += weight[i] = exp(weight[i] - max);
	for (size_t f = 0; f < size; f++) {
		double expected = 0, absolute = 0;

		for (int i = 0; i < keys; i++) {
			if (weight[i] == 0)
				continue;
			double v = (double)attend_key(t, i, true, &ld)[(from + f) * ld];
			expected += weight[i] / sum * v;
			absolute += weight[i] / sum * fabs(v);
		}
		double slack = (t->bf16 ? 1.0 / 256 : 1e-6) +
			       (t->whole ? 0 : 2.0 * (double)FLT_EPSILON * terms);
		if (!(fabs((double)attend_out(t, row, from + f) - expected) <=
		      slack * absolute + 1e-37))
			return false;
	}
	return true;
}

/* x as the case has its numbers. */
static float attend_number(const attend_case *t, float x)
{
	uint32_t bits = check_bits(x);

	return t->bf16 ? check_float((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u) : x;
}

/* Numbers for n tokens of `ld`, NaN between them and in tokens that nobody sees (from key `base`
 * on; -1: queries, all seen).  At either end an unmapped page. */
static float *attend_matrix(const attend_case *t, int n, size_t ld, int base, bool value)
{
	size_t hidden = (size_t)t->a.heads * (size_t)t->a.size,
	       size = check_size(hidden, ld, (size_t)n);
	float *m = check_below(2) ? check_floats(size) : check_floats_front(size);

	for (int i = 0; i < n; i++) {
		bool seen = base < 0;

		for (int row = t->first; row < t->last && !seen; row++)
			seen = attend_sees(t, row, base + i);
		for (size_t f = 0; seen && f < hidden; f++)
			if (value)
				m[f * ld + (size_t)i] = attend_number(t, check_normal());
			else if (t->whole)
				m[f * ld + (size_t)i] = (float)((int)check_below(81) - 40);
			else
				m[f * ld + (size_t)i] = attend_number(t, check_normal() * t->scale);
	}
	return m;
}

/* n tokens of a matrix of floats in the form that attention over bf16 takes, not-a-number around them;
 * the end of it is that of the memory. */
static void *attend_pack(const attend_case *t, const float *m, int n, size_t ld, xs_form form)
{
	size_t hidden = (size_t)t->a.heads * (size_t)t->a.size, rows = hidden, items = 1;

	if (form == XS_FORM_PAIRS) {
		rows = hidden / 2;
		items = 2;
	}
	size_t size = check_size(rows, ld, (size_t)n) * items;
	uint16_t *p = (uint16_t *)(void *)check_words((size + 1) / 2) + size % 2;

	for (size_t i = 0; i < size; i++)
		p[i] = 0x7fc0;
	for (size_t f = 0; f < hidden; f++)
		for (size_t i = 0; i < (size_t)n; i++)
			p[(f / items * ld + i) * items + f % items] =
				(uint16_t)(check_bits(m[f * ld + i]) >> 16);
	return p;
}

static void attend_pack_all(attend_case *t)
{
	const xs_attend *a = &t->a;

	t->packed = *a;
	if (!t->bf16)
		return;
	t->packed.q = attend_pack(t, a->q, t->n, a->q_ld, XS_FORM_PAIRS);
	t->packed.cls_k = attend_pack(t, a->cls_k, 1, a->cls_ld, XS_FORM_PAIRS);
	t->packed.cls_v = attend_pack(t, a->cls_v, 1, a->cls_ld, XS_FORM_ITEMS);
	t->packed.query_k = attend_pack(t, a->query_k, a->n_query, a->query_ld, XS_FORM_PAIRS);
	t->packed.query_v = attend_pack(t, a->query_v, a->n_query, a->query_ld, XS_FORM_ITEMS);
	t->packed.doc_k = attend_pack(t, a->doc_k, a->n_doc, a->doc_ld, XS_FORM_PAIRS);
	t->packed.doc_v = attend_pack(t, a->doc_v, a->n_doc, a->doc_ld, XS_FORM_ITEMS);
}

static size_t attend_ld(int n)
{
	return (size_t)n + 1 + check_below(20);
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
	a->q_ld = attend_ld(t->n);
	a->cls_ld = attend_ld(1);
	a->query_ld = attend_ld(a->n_query);
	a->doc_ld = attend_ld(a->n_doc);
	a->out_ld = attend_ld(t->last - t->first);
	a->q = attend_matrix(t, t->n, a->q_ld, -1, false);
	a->cls_k = attend_matrix(t, 1, a->cls_ld, 0, false);
	a->cls_v = attend_matrix(t, 1, a->cls_ld, 0, true);
	a->query_k = attend_matrix(t, a->n_query, a->query_ld, 1, false);
	a->query_v = attend_matrix(t, a->n_query, a->query_ld, 1, true);
	a->doc_k = attend_matrix(t, a->n_doc, a->doc_ld, 1 + a->n_query, false);
	a->doc_v = attend_matrix(t, a->n_doc, a->doc_ld, 1 + a->n_query, true);
	a->out = check_floats(check_size(hidden, a->out_ld, (size_t)(t->last - t->first)));
	attend_pack_all(t);
}

/* Whether the same tokens in random portions, the last first, are the same bits. */
static bool attend_portions_same(const attend_case *t)
{
	xs_attend a = t->packed;
	size_t hidden = (size_t)a.heads * (size_t)a.size;
	size_t n = check_size(hidden, a.out_ld, (size_t)(t->last - t->first));
	float *out = check_floats(n);
	int last = t->last;

	while (last > t->first) {
		int first = last - 1 - (int)check_below((uint32_t)(last - t->first));

		a.out = out + (first - t->first);
		t->attend(&a, t->kind, first, last);
		last = first;
	}
	return check_same(out, t->a.out, n);
}

/* Whether not-a-number in one key makes tokens that see it not-a-number, and no others differ. */
static bool attend_spoils(attend_case *t)
{
	xs_attend a = t->a;
	size_t hidden = (size_t)a.heads * (size_t)a.size, ld;
	size_t n = check_size(hidden, a.out_ld, (size_t)(t->last - t->first));
	int spoiled = (int)check_below((uint32_t)(1 + a.n_query + a.n_doc));
	float *key = attend_key(t, spoiled, false, &ld);
	bool right = true;

	for (size_t f = 0; f < hidden; f++)
		key[f * ld] = NAN;
	attend_pack_all(t);
	t->packed.out = a.out = check_floats(n);
	t->attend(&t->packed, t->kind, t->first, t->last);
	for (int row = t->first; row < t->last; row++)
		for (size_t f = 0; f < hidden; f++) {
			float out = a.out[f * a.out_ld + (size_t)(row - t->first)];
			float was = attend_out(t, row, f);

			right = right && (attend_sees(t, row, spoiled) ? isnan(out)
								       : check_same(&out, &was, 1));
		}
	return right;
}

static void attend_compare(const xs_kern *k, attend_case *t)
{
	bool right = true;

	t->attend = t->bf16 ? k->bf16->attend : k->attend;
	attend_fill(t);
	t->attend(&t->packed, t->kind, t->first, t->last);
	for (int r = t->first; r < t->last && right; r++)
		for (int h = 0; h < t->a.heads && right; h++)
			right = attend_head_right(t, r, h);
	size_t hidden = (size_t)t->a.heads * (size_t)t->a.size;
	bool kept = check_gaps(t->a.out, hidden, t->a.out_ld, (size_t)(t->last - t->first));
	const char *fault = !right		       ? "wrong"
			    : !kept		       ? "wrote elsewhere"
			    : !attend_portions_same(t) ? "depends on the portion"
			    : !attend_spoils(t)	       ? "not-a-number spreads or is lost"
						       : NULL;
	check_case(!fault,
		   "%s%s: %s: kind %d, heads %d, size %d, query %d, document %d, window %d, "
		   "tokens %d … %d",
		   k->name, t->bf16 ? " bf16" : "", fault ? fault : "", (int)t->kind, t->a.heads,
		   t->a.size, t->a.n_query, t->a.n_doc, t->pattern.window, t->first, t->last - 1);
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
		attend_case t = {
			.a = {.heads = heads, .size = size, .n_query = n_query, .n_doc = n_doc},
			.pattern = attend_pattern(window),
			.kind = (xs_attend_kind)kind,
			.scale = scale,
			.whole = whole};

		if (check_wanted())
			attend_compare(k, &t);
		if (!k->bf16 || size % 2)
			continue;
		t.bf16 = true;
		if (check_wanted())
			attend_compare(k, &t);
	}
}

static void attend_test(const xs_kern *k)
{
	static const int sizes[] = {8, 16, 32, 64}, great[] = {96, 128, 250, XS_HEAD_SIZE};

	if (check_known((check_kernel *)k->attend) && !k->bf16)
		return;
	for (int size = 1; size <= SIZE; size++)
		for (int w = 0; w < WINDOWS; w++)
			attend_kinds(k, 1 + size % 3, size, (int)check_below(13),
				     (int)check_below(30), attend_windows[w], 1, false);
	for (int i = 0; i < 4 * WINDOWS; i++)
		attend_kinds(k, 1, great[i % 4], 5, 40, attend_windows[i / 4], 1, false);
	check_group("attend %s: head sizes 1 … %d, every window", k->name, XS_HEAD_SIZE);
	for (int n_doc = 0; n_doc <= DOC; n_doc++)
		for (int w = n_doc < 70 ? 0 : n_doc % 3; w < WINDOWS; w += n_doc < 70 ? 1 : 3)
			attend_kinds(k, 1, sizes[(n_doc + w) % 4], n_doc % (QUERY + 1), n_doc,
				     attend_windows[w], 1, false);
	check_group("attend %s: document 0 … %d, query 0 … %d", k->name, DOC, QUERY);
	for (int n_query = 0; n_query <= QUERY; n_query++)
		for (int n_doc = 0; n_doc <= 3; n_doc++)
			attend_kinds(k, 2, 32, n_query, n_doc, 1, 1, false);
	check_group("attend %s: query 0 … %d, document 0 … 3", k->name, QUERY);
	/* Scores of some ten thousand, exact: one key has nearly all weight, later ones take over. */
	for (int i = 0; i < 60; i++)
		attend_kinds(k, 2, i % 2 ? 16 : 64, i % 7, 3 * i, attend_windows[i % WINDOWS], 1,
			     true);
	check_group("attend %s: exact scores of up to 1e4", k->name);
	for (int i = 0; i < 60; i++)
		attend_kinds(k, 1, 20 + i, i % 7, 2 * i, attend_windows[i % WINDOWS],
			     i % 3 == 0	  ? 0
			     : i % 3 == 1 ? 1e-20f
					  : 30,
			     false);
	check_group("attend %s: scores alike, tiny, of hundreds", k->name);
}

/* Document tokens of the default model's shape. */
enum { BENCH_HEADS = 12, BENCH_SIZE = 32, BENCH_HIDDEN = 384, BENCH_QUERY = 10, BENCH_DOC = 200 };
enum { BENCH_COLUMNS = 1 + BENCH_QUERY + BENCH_DOC, BENCH_LD = 240, BENCH_OUT_LD = 208 };

static void attend_once(void *user)
{
	const attend_case *t = user;

	t->attend(&t->packed, XS_ROW_DOC, 0, BENCH_DOC);
}

/* A multiply-add a feature for the score of a key, and one for its value. */
static double attend_products(const attend_case *t)
{
	double pairs = 0;

	for (int row = 0; row < BENCH_DOC; row++)
		for (int i = 0; i < BENCH_COLUMNS; i++)
			pairs += attend_sees(t, row, i);
	return 2 * pairs * BENCH_HIDDEN;
}

static void attend_bench_form(const xs_kern *k, bool bf16)
{
	static float q[BENCH_HIDDEN * BENCH_LD], key[BENCH_HIDDEN * BENCH_LD];
	static float value[BENCH_HIDDEN * BENCH_LD], out[BENCH_HIDDEN * BENCH_OUT_LD];
	enum { DOC_AT = 1 + BENCH_QUERY };

	check_fill(q, sizeof q / sizeof *q, 1);
	check_fill(key, sizeof key / sizeof *key, 1);
	check_fill(value, sizeof value / sizeof *value, 1);
	for (int w = WINDOWS - 1; w >= 0; w--) {
		attend_case t = {.kind = XS_ROW_DOC,
				 .attend = bf16 ? k->bf16->attend : k->attend,
				 .bf16 = bf16,
				 .n = BENCH_DOC,
				 .pattern = {.window = attend_windows[w],
					     .doc_cls = true,
					     .doc_query = true},
				 .a = {.heads = BENCH_HEADS,
				       .size = BENCH_SIZE,
				       .q = q + DOC_AT,
				       .q_ld = BENCH_LD,
				       .cls_k = key,
				       .cls_v = value,
				       .cls_ld = BENCH_LD,
				       .query_k = key + 1,
				       .query_v = value + 1,
				       .query_ld = BENCH_LD,
				       .n_query = BENCH_QUERY,
				       .doc_k = key + DOC_AT,
				       .doc_v = value + DOC_AT,
				       .doc_ld = BENCH_LD,
				       .n_doc = BENCH_DOC,
				       .out = out,
				       .out_ld = BENCH_OUT_LD}};
		char name[64];

		t.a.pattern = &t.pattern;
		attend_pack_all(&t);
		snprintf(name, sizeof name, "attend 200 tokens, window %d", attend_windows[w]);
		check_time(name, bf16 ? "bf16" : k->name, attend_products(&t),
			   limit_products(k, bf16 ? XS_PRECISION_BF16 : XS_PRECISION_F32),
			   attend_once, &t);
		check_release();
	}
}

static void attend_bench(const xs_kern *k)
{
	attend_bench_form(k, false);
	if (k->bf16)
		attend_bench_form(k, true);
}

int main(int argc, char **argv)
{
	return check_main(argc, argv, NULL, attend_test, attend_bench);
}
