/* SPDX-License-Identifier: MIT */
/* weights.h - a model's weights as the kernels multiply by them, in one precision.
 *
 * Made once, shared by all threads.  Matrices that the model's file already holds in the kernels'
 * form (int8 of an int8 file, unless they pack it, f32 of an f32 file) are used where they are, in the
 * mapped file; so are the word embeddings, which are widened row by row. */
#ifndef XS_RERANK_WEIGHTS_H
#define XS_RERANK_WEIGHTS_H

#include "rerank/kern/kern.h"
#include "rerank/model.h"

typedef struct xs_layer_weights {
	xs_matrix query, key, value, output, up, down;
	const float *attention_norm[2], *norm[2]; /* gamma, beta */
} xs_layer_weights;

/* Keys and values of the last layer in f32, as rerank/cls.h takes them. */
typedef struct xs_cls_weights {
	int heads, size, hidden;
	const float *key;   /* [heads][hidden][size], × 1/sqrt(size) */
	const float *value; /* [hidden][hidden] and XS_LEAST_OUTPUTS rows more */
	const float *bias;  /* of values: [hidden] and XS_LEAST_OUTPUTS more */
	const float *zero;  /* zeros for as many outputs as there are */
} xs_cls_weights;

/* What becomes of the last layer's states: the logit of CLS's, or a vector: their mean, the first
 * token's, the last one's. */
typedef enum xs_ending {
	XS_ENDING_LOGIT,
	XS_ENDING_MEAN,
	XS_ENDING_FIRST,
	XS_ENDING_LAST
} xs_ending;

typedef struct xs_weights {
	xs_layer_weights *layer;
	xs_cls_weights cls;
	const float *position; /* [positions][embedding] */
	const float *type;     /* [2][embedding] */
	const float *embedding_norm[2];
	xs_matrix projection, pooler; /* where the model has them; f32 always */
	const float *classifier;      /* [hidden] */
	float classifier_bias;
	xs_arena *arena;
	size_t bytes; /* what was made, without what is used in the model's file */
} xs_weights;

/* `positions`: rows of the position table; another number than the model's stretches it: new row i
 * lies at i (n-1)/(N-1) of the trained one (paper, section 3.3).  `whole`: all tokens go through the last
 * layer, and CLS's matrices are left out; so is the head, where the ending has none.  The caller frees
 * it, before the model. */
xs_weights *xs_weights_new(const xs_model *m, int positions, xs_precision precision,
			   xs_ending ending, bool whole);
void xs_weights_free(xs_weights *w); /* NULL is fine */

#endif
