/* SPDX-License-Identifier: MIT */
/* encoder.h - hidden states and logits of token sequences.
 *
 * The narrow interface between scoring (rerank.c) and the arithmetic (encoder.c, weights.c,
 * kern/).  Knows token ids only: no text, no windows of long texts, and no threads: a batch of
 * sequences is worked through in steps, each step in parts, and whoever runs the parts of a step
 * at the same time gets the same bits.  One encoder is shared by any number of threads, each with
 * its own xs_workspace. */
#ifndef XS_RERANK_ENCODER_H
#define XS_RERANK_ENCODER_H

#include "rerank/model.h"

/* Weights made ready for one precision, pattern and number of positions. */
typedef struct xs_encoder xs_encoder;

/* `patterns`: one a layer, copied.  `positions`: 0 as trained, more: stretched by linear
 * interpolation (new i lies at i (n-1)/(N-1) of the trained table; paper, section 3.3).
 * The model is borrowed. */
int xs_encoder_new(xs_encoder **out, const xs_model *m, const xs_pattern *patterns, int positions,
		   xs_precision precision);
void xs_encoder_free(xs_encoder *e);

/* Positions of the encoder; the most document tokens (without SEP) that one pair may have beside a
 * query of `n_query` tokens (without SEP): negative when the query alone is too long. */
int xs_encoder_positions(const xs_encoder *e);
int xs_encoder_room(const xs_encoder *e, int n_query);

/* Bytes of its weights, without those used in the model's file, and of the states of batches. */
size_t xs_encoder_bytes(xs_encoder *e);

/* Scratch memory of one thread; its size depends on the model alone. */
typedef struct xs_workspace xs_workspace;
xs_workspace *xs_workspace_new(const xs_encoder *e);
void xs_workspace_free(xs_workspace *w);
size_t xs_workspace_bytes(const xs_workspace *w);

/* Adds the time that each kind of work took in this workspace so far, in nanoseconds. */
void xs_workspace_spent(int64_t spent[XS_WORKS], const xs_workspace *w);

/* A query's keys and values in every layer, made once, where the pattern makes them depend on
 * the query alone (query_cls and query_doc off in every layer); read-only afterwards. */
typedef struct xs_query_states xs_query_states;

/* `ids` without special tokens; the ids were checked against the vocabulary.  Where the pattern
 * does not allow sharing, only the ids are kept. */
xs_query_states *xs_query_states_new(xs_encoder *e, xs_workspace *w, const int32_t *ids, int n);
void xs_query_states_free(xs_query_states *q);

/* A document beside the query: ids without special tokens, n <= xs_encoder_room(). */
typedef struct xs_sequence {
	const int32_t *ids;
	int n;
	float logit; /* of the pair; set when the last step ends */
	bool done;   /* rerank/schedule.h: the logit is there */
} xs_sequence;

/* How many columns (rows of hidden states) a document of n tokens takes. */
int xs_encoder_columns(const xs_encoder *e, const xs_query_states *q, int n);

/* Sequences of one query that go through the layers together. */
typedef struct xs_batch xs_batch;

/* `parts`: into how many parts of columns a step is divided.  The sequences and the deadline
 * (NULL: none) are borrowed; when it is over, parts return without work and the logits are
 * unspecified. */
xs_batch *xs_batch_new(xs_encoder *e, const xs_query_states *q, xs_sequence *const *sequences,
		       int n, int parts, const xs_deadline *deadline);
int xs_batch_steps(const xs_batch *b);

/* One part of a step.  All parts of a step are run before the next; in any order, or at once. */
void xs_batch_run(xs_batch *b, int step, int part, xs_workspace *w);

/* Whether all was computed. */
bool xs_batch_complete(const xs_batch *b);
void xs_batch_free(xs_batch *b); /* NULL is fine */

/* Hidden states of one pair, after the embeddings and after each layer, for tests and analysis:
 * out[layers+1][rows][hidden], rows CLS, query, SEP (RoBERTa: two), document, SEP. */
void xs_encoder_states(float *out, xs_encoder *e, xs_workspace *w, const xs_query_states *q,
		       const int32_t *ids, int n);

#endif
