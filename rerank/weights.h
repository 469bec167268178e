/* SPDX-License-Identifier: MIT */
/* weights.h - a model's weights as the f32 encoder multiplies by them.
 *
 * Matrices are widened to f32 and turned to [in][out]; made once, shared by all threads.  The
 * word embeddings stay in the model's file and are widened row by row. */
#ifndef XS_RERANK_WEIGHTS_H
#define XS_RERANK_WEIGHTS_H

#include "rerank/model.h"

typedef struct xs_layer_weights {
	float *qkv, *qkv_bias;       /* [hidden][3 hidden], [3 hidden]: query, key, value */
	float *output, *output_bias; /* [hidden][hidden], [hidden] */
	float *attention_norm[2];    /* gamma, beta */
	float *up, *up_bias;         /* [hidden][inner], [inner] */
	float *down, *down_bias;     /* [inner][hidden], [hidden] */
	float *norm[2];
} xs_layer_weights;

typedef struct xs_weights {
	xs_layer_weights *layer;
	float *position; /* [positions][hidden] */
	float *type;     /* [2][hidden] */
	float *embedding_norm[2];
	float *pooler, *pooler_bias; /* [hidden][hidden], [hidden] */
	float *classifier;           /* [hidden] */
	float classifier_bias;
	xs_arena *arena;
} xs_weights;

/* `positions`: rows of the position table; another number than the model's stretches it: new row i
 * lies at i (n-1)/(N-1) of the trained one (paper, section 3.3).  The caller frees it. */
xs_weights *xs_weights_new(const xs_model *m, int positions);
void xs_weights_free(xs_weights *w); /* NULL is fine */

#endif
