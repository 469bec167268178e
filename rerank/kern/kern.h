/* SPDX-License-Identifier: MIT */
/* kern.h - contracts of the kernels, and the choice among their variants.
 *
 * Exactness classes, which tests/kern compares variants by: EXACT (bit for bit), ULP (within a few
 * units in the last place per item), SUM (a sum in another order).  For a given variant every
 * result depends on its inputs alone, so scores are repeatable on one kind of CPU. */
#ifndef XS_RERANK_KERN_KERN_H
#define XS_RERANK_KERN_KERN_H

#include <stddef.h>
#include <stdint.h>

#include "rerank/rerank.h"

/* Attention of document rows [first, last) of one layer, all heads.  SUM.
 *
 * Rows are `hidden` = heads × size floats; row r of a matrix starts at r × stride floats.
 * out[r] = softmax over the keys that the pattern lets document row r see:
 *	CLS (pattern->doc_cls), the n_query query rows (doc_query), document rows j with
 *	|r-j| <= window (all when window is -1).
 * Scores are q·k / sqrt(size).  Memory beside the operands is O(n_query + window), or for
 * window -1 O(1) a row (online softmax, Milakov and Gimelshein 2018): never n_doc × n_doc. */
typedef struct xs_attend {
	int heads, size;
	const xs_pattern *pattern;
	const float *q;				/* queries of the rows to attend, [n][stride] */
	size_t stride;				/* of q, and of the k and v rows of the same text */
	const float *cls_k, *cls_v;		/* one row */
	const float *query_k, *query_v;		/* n_query rows */
	size_t query_stride;
	int n_query;
	const float *doc_k, *doc_v;		/* n_doc rows of `stride` */
	int n_doc;
	float *out;				/* [n][out_stride] */
	size_t out_stride;
	float *scratch;				/* xs_attend_scratch() floats */
} xs_attend;

/* Which rows attend: to what a row may look at follows from its kind and the pattern. */
typedef enum xs_attend_kind { XS_ROW_CLS, XS_ROW_QUERY, XS_ROW_DOC } xs_attend_kind;

size_t xs_attend_scratch(int n_query, int window);

typedef void xs_kern_attend(const xs_attend *a, xs_attend_kind kind, int first, int last);
/* x[n] = gelu(x + bias), the exact form x/2 (1 + erf(x/√2)).  rows × cols.  ULP. */
typedef void xs_kern_gelu(float *x, const float *bias, int rows, int cols);
/* x = LayerNorm(x + bias + residual) × gamma + beta over each row of cols; bias, residual may be
 * NULL.  SUM. */
typedef void xs_kern_norm(float *x, const float *bias, const float *residual, const float *gamma,
			  const float *beta, float eps, int rows, int cols);

/* The variants in use, chosen once by cpuid, or by XS_CPU=ref|avx2|avx512 in the environment
 * (which also bounds oneDNN). */
typedef struct xs_kern {
	const char *name; /* "ref", "avx2", "avx512" */
	xs_kern_attend *attend;
	xs_kern_gelu *gelu;
	xs_kern_norm *norm;
} xs_kern;
const xs_kern *xs_kern_get(void);

/* A variant by name; NULL if it is not built or this CPU cannot run it.  For tests and bench. */
const xs_kern *xs_kern_find(const char *name);

#endif
