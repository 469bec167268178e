/* SPDX-License-Identifier: MIT */
/* encoder.h - hidden states and logits of token sequences.
 *
 * The narrow interface between scoring (rerank.c) and the arithmetic (encoder.c, gemm.c, kern/).
 * Knows token ids only: no text, no windows of long texts, no threads.  One encoder is shared
 * by any number of threads, each with its own xs_workspace. */
#ifndef XS_RERANK_ENCODER_H
#define XS_RERANK_ENCODER_H

#include "rerank/model.h"

/* Weights made ready for one precision, pattern and number of positions. */
typedef struct xs_encoder xs_encoder;

/* `patterns`: one a layer, copied.  `positions`: 0 as trained, more: stretched by linear
 * interpolation (new i lies at i (n-1)/(N-1) of the trained table; paper, section 3.3).
 * The model is borrowed. */
int xs_encoder_new(xs_encoder **out, const xs_model *m, const xs_pattern *patterns, int positions);
void xs_encoder_free(xs_encoder *e);

/* Positions of the encoder; the most document tokens (without SEP) that one pair may have beside a
 * query of `n_query` tokens (without SEP): negative when the query alone is too long. */
int xs_encoder_positions(const xs_encoder *e);
int xs_encoder_room(const xs_encoder *e, int n_query);

/* Whether the query's states depend on the query alone (query_cls and query_doc off in every
 * layer), so that xs_query_states can be shared. */
bool xs_encoder_shares_query(const xs_encoder *e);

/* Scratch memory of one thread; grows to the longest sequence seen. */
typedef struct xs_workspace xs_workspace;
xs_workspace *xs_workspace_new(const xs_encoder *e);
void xs_workspace_free(xs_workspace *w);
size_t xs_workspace_bytes(const xs_workspace *w);

/* The query's keys and values in every layer, made once; read-only afterwards. */
typedef struct xs_query_states xs_query_states;

/* `ids` without special tokens; the ids were checked against the vocabulary.  Where the pattern
 * does not allow sharing, only the ids are kept. */
xs_query_states *xs_query_states_new(const xs_encoder *e, xs_workspace *w, const int32_t *ids,
				     int n);
void xs_query_states_free(xs_query_states *q);

/* The logit of (query, document); ids without special tokens, n <= xs_encoder_room().
 * `states` NULL, or room for (layers+1) × (n_query + n + 3) × hidden floats: rows CLS, query,
 * SEP, document, SEP, after the embeddings and after each layer (all rows of the last layer are
 * then computed as well). */
float xs_encoder_score(const xs_encoder *e, xs_workspace *w, const xs_query_states *q,
		       const int32_t *ids, int n, float *states);

#endif
