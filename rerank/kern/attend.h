/* SPDX-License-Identifier: MIT */
/* attend.h - the keys that a row sees, in blocks; for the variants of attention alone. */
#ifndef XS_RERANK_KERN_ATTEND_H
#define XS_RERANK_KERN_ATTEND_H

#include "rerank/kern/kern.h"

/* Keys in a block: the scores of one stay in the first-level cache, and a sparse row (CLS, a
 * query, a window of 9) is one block.  A multiple of every vector's length. */
enum { ATTEND_BLOCK = 64 };

/* The keys of one row: runs of rows of one matrix, in the order CLS, query, document. */
typedef struct attend_keys {
	struct attend_run {
		const float *k, *v;
		size_t stride;
		int n;
	} run[3];
	int runs;
} attend_keys;

static inline void attend_run_add(attend_keys *s, const float *k, const float *v, size_t stride,
				  int first, int n)
{
	size_t skip = (size_t)first * stride;

	if (n > 0)
		s->run[s->runs++] = (struct attend_run){k + skip, v + skip, stride, n};
}

static inline attend_keys attend_keys_of(const xs_attend *a, xs_attend_kind kind, int row)
{
	const xs_pattern *p = a->pattern;
	attend_keys s = {.runs = 0};
	bool cls = kind == XS_ROW_CLS || (kind == XS_ROW_QUERY ? p->query_cls : p->doc_cls);
	bool query = kind == XS_ROW_QUERY || (kind == XS_ROW_CLS ? p->cls_query : p->doc_query);
	bool doc = kind == XS_ROW_DOC || (kind == XS_ROW_CLS ? p->cls_doc : p->query_doc);
	int lo = 0, hi = a->n_doc;

	if (kind == XS_ROW_DOC && p->window >= 0) {
		lo = row > p->window ? row - p->window : 0;
		hi = p->window < a->n_doc - row ? row + p->window + 1 : a->n_doc;
	}
	if (cls)
		attend_run_add(&s, a->cls_k, a->cls_v, 0, 0, 1);
	if (query)
		attend_run_add(&s, a->query_k, a->query_v, a->query_stride, 0, a->n_query);
	if (doc)
		attend_run_add(&s, a->doc_k, a->doc_v, a->doc_stride, lo, hi - lo);
	return s;
}

/* A place among the keys of a row; starts as {0}. */
typedef struct attend_place {
	int run, at;
} attend_place;

/* Points k and v to the next keys and values of the head that starts at float `head`, and returns
 * how many; 0 at the end.  k beyond them repeats the last up to a multiple of `step`, for
 * kernels that score so many at once. */
static inline int attend_block(const float **k, const float **v, attend_place *place,
			       const attend_keys *s, size_t head, int step)
{
	int n = 0;

	while (n < ATTEND_BLOCK && place->run < s->runs) {
		const struct attend_run *run = &s->run[place->run];

		for (; n < ATTEND_BLOCK && place->at < run->n; n++, place->at++) {
			k[n] = run->k + (size_t)place->at * run->stride + head;
			v[n] = run->v + (size_t)place->at * run->stride + head;
		}
		if (place->at == run->n)
			*place = (attend_place){place->run + 1, 0};
	}
	for (int i = n; i % step; i++)
		k[i] = k[n - 1];
	return n;
}

#endif
