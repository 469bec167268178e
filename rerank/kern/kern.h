/* SPDX-License-Identifier: MIT */
/* kern.h - contracts of the kernels, and the choice among their variants.
 *
 * Knows floats and patterns; nothing of layers, weights and threads: any thread may call a kernel.
 *
 * Exactness classes, which tests/kern compares variants by: EXACT (bit for bit), ULP (within a few
 * units in the last place per item), SUM (a sum in another order: the error is about 1e-6 of the
 * sum of absolute terms).  For a given variant every result depends on its inputs alone, so scores
 * are repeatable on one kind of CPU. */
#ifndef XS_RERANK_KERN_KERN_H
#define XS_RERANK_KERN_KERN_H

#include <stddef.h>
#include <stdint.h>

#include "rerank/rerank.h"

/* Which rows attend; what they see follows from their kind and the pattern. */
typedef enum xs_attend_kind { XS_ROW_CLS, XS_ROW_QUERY, XS_ROW_DOC } xs_attend_kind;

/* The operands of attention in one layer, all heads.
 *
 * A row is heads × size floats, head h at h × size.  Row r of a matrix starts r × its stride floats
 * from its pointer; a stride is in floats and at least heads × size, so that q, k and v may be
 * parts of one matrix.  No alignment is asked for.  Nothing is read or written outside the rows. */
typedef struct xs_attend {
	int heads, size;
	const xs_pattern *pattern; /* of this layer */
	const float *q;		   /* row r: token r of the kind that attends (CLS: row 0) */
	size_t q_stride;
	const float *cls_k, *cls_v; /* one row each */
	const float *query_k, *query_v;
	size_t query_stride; /* of query_k and query_v */
	int n_query;	     /* query tokens and their SEP; 0: none, pointers not read */
	const float *doc_k, *doc_v;
	size_t doc_stride; /* of doc_k and doc_v */
	int n_doc;	   /* document tokens and their SEP; 0: none, pointers not read */
	float *out;	   /* rows as q's; overlaps none of the operands */
	size_t out_stride;
} xs_attend;

/* Writes out rows first … last-1 of the kind: per head, the softmax of q·k / sqrt(size) over the
 * keys that the row sees, times their values.  SUM.
 *
 *	XS_ROW_CLS	itself; query rows if cls_query; all document rows if cls_doc
 *	XS_ROW_QUERY	CLS if query_cls; all query rows; all document rows if query_doc
 *	XS_ROW_DOC	CLS if doc_cls; query rows if doc_query; document rows j with |r-j| <= window,
 *			all of them for window -1
 *
 * A row's result does not depend on first and last.  Keys are taken in blocks with a running
 * maximum and sum (online softmax, Milakov and Gimelshein 2018, arXiv 1805.02867), so there is no
 * memory but a block of scores on the stack, whatever the lengths.  Not-a-number in a key that a
 * row sees makes its result not-a-number. */
typedef void xs_kern_attend(const xs_attend *a, xs_attend_kind kind, int first, int last);

/* x[r][c] = gelu(x[r][c] + bias[c]), the exact form x/2 (1 + erf(x/√2)), accurate relative to
 * the result also where it is tiny; results below FLT_MIN may become 0.  x: rows × cols, dense.
 * ULP: within 8. */
typedef void xs_kern_gelu(float *x, const float *bias, int rows, int cols);

/* x = LayerNorm(x + bias + residual) × gamma + beta over each row of cols: the variance is the
 * mean of squared deviations.  bias (one row) and residual (rows × cols) may be NULL.  x and
 * residual are dense and do not overlap.  SUM. */
typedef void xs_kern_norm(float *x, const float *bias, const float *residual, const float *gamma,
			  const float *beta, float eps, int rows, int cols);

/* One variant: every kernel for one instruction set. */
typedef struct xs_kern {
	const char *name; /* as in list.h: "ref", "avx2", "avx512" */
	xs_kern_attend *attend;
	xs_kern_gelu *gelu;
	xs_kern_norm *norm;
} xs_kern;

/* The variant in use: the fastest that is built and that this CPU and system can run, or the one
 * named by XS_CPU=ref|avx2|avx512 in the environment (which also bounds oneDNN).  A name that is
 * unknown or cannot run here is logged as a warning, and the fastest is taken.  Chosen at the
 * first call, by any thread. */
const xs_kern *xs_kern_get(void);

/* A variant by name; NULL if it is not built or cannot run here.  For tests and bench. */
const xs_kern *xs_kern_find(const char *name);

#endif
