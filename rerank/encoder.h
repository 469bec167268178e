/* SPDX-License-Identifier: MIT */
/* encoder.h - a model's weights in one precision, and what a layer makes of a tile of columns.
 *
 * Knows hidden states, and nothing of whose they are: sequences are forward.h's, shared queries
 * query_states.h's.  One encoder is shared by any number of threads, each with its own
 * xs_workspace.
 *
 * Hidden states are feature-major (kern/kern.h): a column is a token. */
#ifndef XS_RERANK_ENCODER_H
#define XS_RERANK_ENCODER_H

#include "rerank/kern/kern.h"
#include "rerank/model.h"
#include "rerank/states.h"
#include "rerank/weights.h"

struct xs_workspace; /* rerank/workspace.h */

typedef struct xs_encoder {
	const xs_model *m; /* borrowed */
	const xs_kern *kern;
	const xs_kern_product *product;
	xs_kern_attend *attend;
	xs_kern_linear_bf16 *to_bf16; /* makes queries, keys and values; NULL: they are floats */
	xs_weights *w;
	xs_pattern *patterns; /* one a layer */
	int positions;
	xs_ending ending;
	bool shares; /* the query's states are the query's alone: query_cls and query_doc are off */
	bool joined; /* it makes vectors, and all tokens see all: CLS is one of the text's */
	bool whole;  /* all tokens go through the last layer; else the one that is wanted alone */
	xs_states_pool states;
} xs_encoder;

/* `patterns`: one a layer, copied.  `positions`: 0 as trained, more: stretched by linear
 * interpolation (new i lies at i (n-1)/(N-1) of the trained table; paper, section 3.3).
 * XS_ENDING_LOGIT: of a model with a classifier; the others are for texts without a query.
 * The model is borrowed.  The caller frees it. */
xs_encoder *xs_encoder_new(const xs_model *m, const xs_pattern *patterns, int positions,
			   xs_precision precision, xs_ending ending);
void xs_encoder_free(xs_encoder *e); /* NULL is fine */

/* The most document tokens (without SEP) that one pair may have beside a query of `n_query` tokens
 * (without SEP): negative when the query alone is too long. */
int xs_encoder_room(const xs_encoder *e, int n_query);

/* Bytes of its weights, without those used in the model's file, and of the states of batches. */
size_t xs_encoder_bytes(xs_encoder *e);

/* The embedding of one token, not normalised yet: x[embedding] = word + position + segment. */
void xs_encoder_embed(float *x, const xs_encoder *e, int32_t id, int position, int type);

/* What follows embedding: x[embedding][columns] at the workspace's context (where a projection
 * follows) or in place is normalised, and projected to `to`. */
void xs_encoder_embedded(float *to, size_t ld, const xs_encoder *e, struct xs_workspace *w,
			 int columns);

/* Columns of x as the product by `m` takes them: in the workspace, or where they are. */
xs_operand xs_encoder_operand(const xs_encoder *e, struct xs_workspace *w, const xs_matrix *m,
			      float *x, size_t ld, int features, int columns);

/* Queries, keys or values: a product, kept as attention takes it. */
void xs_encoder_project(void *y, size_t ldy, const xs_encoder *e, const xs_matrix *m,
			const xs_operand *x, int columns, xs_form form);

/* What follows attention in a layer: the workspace's context is added to x, then the inner layer. */
void xs_encoder_finish(float *x, size_t ld, const xs_encoder *e, struct xs_workspace *w, int layer,
		       int columns);

/* The head over `columns` of CLS in the workspace: logits[columns]. */
void xs_encoder_head(float *logits, const xs_encoder *e, struct xs_workspace *w, int columns);

#endif
