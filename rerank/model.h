/* SPDX-License-Identifier: MIT */
/* model.h - a model folder, checked and mapped: shapes, patterns, weights, vocabulary.
 *
 * Inside librerank only.  Knows nothing of how the weights are used.  Read-only after opening. */
#ifndef XS_RERANK_MODEL_H
#define XS_RERANK_MODEL_H

#include "base/file.h"
#include "rerank/rerank.h"
#include "rerank/sentence.h"
#include "rerank/tokenizer.h"

/* Forms of numbers; OTHER holds no weights. */
typedef enum xs_dtype {
	XS_DT_F64,
	XS_DT_F32,
	XS_DT_F16,
	XS_DT_BF16,
	XS_DT_I8,
	XS_DT_OTHER
} xs_dtype;

/* One matrix or vector as the file stores it, `rows` × `cols` (a vector: 1 × cols). */
typedef struct xs_tensor {
	xs_dtype dtype;
	int64_t rows, cols;
	int64_t row_step, col_step; /* items from one row (column) to the next */
	const void *data;	    /* in the map, at any alignment */
	const float *scale;	    /* I8: one a row; else NULL */
	const float *columns;	    /* I8: a further factor, one a column; NULL: none */
} xs_tensor;

/* Bytes of an item (OTHER: 0), its name in safetensors files ("F32"), and the form of that name. */
size_t xs_dtype_size(xs_dtype t);
const char *xs_dtype_name(xs_dtype t);
xs_dtype xs_dtype_named(const char *name);

/* Reads row `row` as F32: to[cols]. */
void xs_tensor_row(float *to, const xs_tensor *t, int64_t row);

/* Whether its items lie row after row with nothing between. */
bool xs_tensor_is_dense(const xs_tensor *t);

/* All tensors of a model's files (tensors.h). */
typedef struct xs_tensors xs_tensors;

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
	xs_linear up;	/* inner × hidden, then GELU */
	xs_linear down; /* hidden × inner */
	xs_norm norm;
} xs_layer;

/* Encoders that differ in names, embeddings, input and head; the layers are the same.
 *
 *	BERT	 word + position + segment; [CLS] q [SEP] d [SEP]; pooler (if there is one), tanh
 *	ELECTRA	 the same, of another size, made the hidden size by a projection; dense, GELU
 *	RoBERTa	 positions begin after the padding's id, no segments; <s> q </s></s> d </s>; dense, tanh */
typedef enum xs_family { XS_BERT, XS_ELECTRA, XS_ROBERTA } xs_family;

/* What follows the inner layer's products, or the head's: GELU is the exact form, GELU_TANH its
 * approximation by tanh (gelu_new). */
typedef enum xs_activation {
	XS_ACT_GELU,
	XS_ACT_GELU_TANH,
	XS_ACT_RELU,
	XS_ACT_TANH,
	XS_ACT_NONE
} xs_activation;

struct xs_model {
	char *name;
	char *architecture;
	xs_family family;
	xs_activation activation,
		pooled; /* of the inner layers; of the pooler, NONE: there is none */
	xs_tensors *tensors;
	xs_map vocabulary_file; /* not mapped for the built-in model */
	int layers, hidden, heads, inner, positions, vocabulary, types;
	int embedding; /* size of the embeddings: hidden, or what a projection makes hidden of */
	int position_offset; /* rows of the position table before that of position 0 */
	int separators;	     /* SEP between query and document; they count as the query's */
	int leads; /* CLS of the query's own, 0 or 1, at position 0; it counts as the query's */
	float similarity_scale; /* of the cosine that is added (rerank/similarity.h); 0: none is */
	int outputs; /* of the classifier; two: the logit is the second less the first; 0: none */
	int labels;  /* that config.json says there are; -1: it does not */
	int cls, sep, document_position;
	float norm_eps;
	xs_pattern *patterns;		 /* one a layer */
	xs_tensor words, position, type; /* embeddings: vocabulary, positions, types × embedding */
	xs_norm embedding_norm;
	xs_linear projection; /* hidden × embedding, if they differ */
	xs_layer *layer;
	xs_linear pooler;	/* hidden × hidden, or of another family's head */
	xs_linear classifier;	/* outputs × hidden */
	xs_tokenizer tokenizer; /* zeroed without a vocabulary */
	uint64_t vocabulary_hash, config_hash;
	size_t bytes, vocabulary_bytes; /* of all files; of those of the vocabulary */
	xs_dtype stored;		/* of the first layer's query matrix */
	xs_sentence sentence;		/* how it embeds, of a model that was opened for it */
	xs_arena *arena;		/* what the model owns besides the maps */
};

/* Opens a folder for what it is: as xs_model_open() if its class has a classifier and it has no
 * modules.json, else as xs_embedder_model_open(). */
int xs_model_open_any(xs_model **out, const char *folder);

/* Finds every tensor that config.json asks for in m->tensors; a classifier must be there if `head`, else
 * it is taken if it is one that scores.  XS_EFORMAT: one is missing or has
 * another shape, or the file has what config.json does not know of; XS_EUNSUPPORTED: a head of
 * another kind. */
int xs_model_weights(xs_model *m, bool head);

/* Reads the folder's vocabulary, if it has one: tokenizer.json, else vocab.txt, else vocab.json with
 * merges.txt.  What tokenizer_config.json says of case, accents and Chinese characters goes before
 * the others. */
int xs_model_vocabulary(xs_model *m, const char *folder);

/* "gelu", "gelu_new", "relu", "tanh", "none"; static. */
const char *xs_activation_name(xs_activation f);

/* A family by its model_type ("bert"); -1: none.  Its name. */
int xs_family_named(const char *name);
const char *xs_family_name(xs_family f);

#endif
