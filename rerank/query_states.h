/* SPDX-License-Identifier: MIT */
/* query_states.h - a query's token ids, and its keys and values where all texts may share them.
 *
 * Where the pattern makes a query's states depend on the query alone (query_cls and query_doc off
 * in every layer), they are made once and used beside every text.  Read-only after it is made: any
 * thread. */
#ifndef XS_RERANK_QUERY_STATES_H
#define XS_RERANK_QUERY_STATES_H

#include "rerank/workspace.h"

typedef struct xs_query_states {
	int32_t *ids;
	int n; /* with SEP, or two of them, and a CLS of its own (xs_model.separators, .leads) */
	size_t ld;
	uint32_t *kv; /* [layers but the last, or all: xs_encoder.whole][2][rows of keys][ld]; NULL
		       * where not shared */
	float *x;     /* [hidden][ld], states before the last layer; follows kv.  If it is whole: */
	float *mean;  /* [hidden], of the states after it; follows kv */
} xs_query_states;

/* `ids` without special tokens; they were checked against the vocabulary.  Where the pattern does
 * not allow sharing, only the ids are kept.  The caller frees it, before the encoder. */
xs_query_states *xs_query_states_new(xs_encoder *e, xs_workspace *w, const int32_t *ids, int n);
void xs_query_states_free(xs_query_states *q); /* NULL is fine */

#endif
