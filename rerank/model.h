/* SPDX-License-Identifier: MIT */
/* model.h - a model folder, checked and mapped: shapes, patterns, weights, vocabulary.
 *
 * Inside librerank only.  Knows nothing of how the weights are used.  Read-only after opening. */
#ifndef XS_RERANK_MODEL_H
#define XS_RERANK_MODEL_H

#include "base/file.h"
#include "rerank/rerank.h"
#include "rerank/wordpiece.h"

/* One matrix or vector as the file stores it, row-major, `rows` × `cols` (a vector: 1 × cols). */
typedef enum xs_dtype { XS_DT_F32, XS_DT_F16, XS_DT_BF16, XS_DT_I8 } xs_dtype;
typedef struct xs_tensor {
	xs_dtype dtype;
	int64_t rows, cols;
	const void *data;   /* in the map, at any alignment */
	const float *scale; /* I8: one a row; else NULL */
} xs_tensor;

/* Bytes of an item, and its name in safetensors files: "F32", "F16", "BF16", "I8". */
size_t xs_dtype_size(xs_dtype t);
const char *xs_dtype_name(xs_dtype t);

/* Reads row `row` as F32: to[cols]. */
void xs_tensor_row(float *to, const xs_tensor *t, int64_t row);

/* A linear layer y = W x + b: weight [out × in], bias [1 × out]. */
typedef struct xs_linear {
	xs_tensor weight, bias;
} xs_linear;

typedef struct xs_norm {
	xs_tensor weight, bias; /* LayerNorm's gamma and beta */
} xs_norm;

typedef struct xs_layer {
	xs_linear query, key, value, output; /* hidden × hidden */
	xs_norm attention_norm;
	xs_linear up;   /* inner × hidden, then GELU */
	xs_linear down; /* hidden × inner */
	xs_norm norm;
} xs_layer;

struct xs_model {
	char *name;
	char *architecture;
	xs_map weights, vocabulary_file; /* not mapped for the built-in model */
	int layers, hidden, heads, inner, positions, vocabulary, types;
	int cls, sep, document_position;
	float norm_eps;
	xs_pattern *patterns;            /* one a layer */
	xs_tensor words, position, type; /* embeddings: vocabulary, positions, types × hidden */
	xs_norm embedding_norm;
	xs_layer *layer;
	xs_linear pooler;        /* hidden × hidden, tanh */
	xs_linear classifier;    /* 1 × hidden */
	xs_wordpiece *wordpiece; /* NULL without a vocabulary */
	uint64_t vocabulary_hash, config_hash;
	const void *weight_bytes; /* model.safetensors, whole */
	size_t weight_len;
	size_t bytes;
	xs_dtype stored; /* of the first layer's query matrix */
	xs_arena *arena; /* what the model owns besides the maps */
};

#endif
