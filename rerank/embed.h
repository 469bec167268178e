/* SPDX-License-Identifier: MIT */
/* embed.h - vectors of texts by an encoder, on the CPU: the second public header of librerank.
 *
 *	xs_model *model;
 *	xs_embedder *embedder;
 *
 *	xs_embedder_model_open(&model, NULL);             the embedder that is built in
 *	xs_embedder_new(&embedder, model, NULL, NULL);    as its folder says, all CPUs
 *	xs_embedder_run(vectors, NULL, embedder, XS_EMBED_QUERY, &question, 1, NULL);
 *
 * The weights, kernels and pools are those of the reranker (rerank.h), and so are errors, memory,
 * threads and the growth of structs.  A vector depends on the text, the model, the options and the kind
 * of CPU alone: the other texts, their order and the number of threads do not change a bit of it.
 *
 * Reimers and Gurevych, "Sentence-BERT", EMNLP 2019 (arXiv 1908.10084); the files of a folder are those
 * of the library sentence-transformers. */
#ifndef XS_RERANK_EMBED_H
#define XS_RERANK_EMBED_H

#include "rerank/rerank.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Which states of the last layer become the vector (1_Pooling/config.json). */
typedef enum xs_pooling {
	XS_POOLING_MODEL, /* as the folder says; mean where it says nothing */
	XS_POOLING_MEAN,  /* the mean over all tokens, CLS and SEP too */
	XS_POOLING_CLS,	  /* the first token's */
	XS_POOLING_LAST	  /* the last token's, SEP */
} xs_pooling;

/* A word of the folder's question, "yes" or "no". */
typedef enum xs_normalise { XS_NORMALISE_MODEL, XS_NORMALISE_ON, XS_NORMALISE_OFF } xs_normalise;

/* What a text is: which prompt goes before it (config_sentence_transformers.json). */
typedef enum xs_embed_kind { XS_EMBED_TEXT, XS_EMBED_QUERY, XS_EMBED_PASSAGE } xs_embed_kind;

/* Opens a folder of sentence-transformers, or any of the Hugging Face hub that has an encoder of the
 * families of rerank.h: its head, if it has one, is not used.  NULL: the embedder that is built in.
 * Such a model can be embedded with; xs_reranker_new() takes it only if it has a classifier.
 * Codes as xs_model_open(); XS_EUNSUPPORTED also: a pooling or a module that is not known. */
int xs_embedder_model_open(xs_model **out, const char *folder);

/* Its name in xs_model_info, where that of a folder is the folder's. */
#define XS_EMBEDDER_BUILTIN "all-MiniLM-L6-v2"

/* As xs_model_stamp(), with NULL for the embedder that is built in. */
uint64_t xs_embedder_model_stamp(const char *folder);

typedef struct xs_embed_options {
	xs_precision precision;
	xs_pooling pooling;
	xs_normalise normalise; /* to length 1 */
	int max_tokens;		/* of a text with prompt, CLS and SEP; the rest is left out.  0: as
				 * the folder's max_seq_length says, else all positions */
	const char *query_prompt, *passage_prompt; /* put before texts; NULL: as the folder says */
} xs_embed_options;

/* A model made ready to embed in one way.  Any number of threads may use one. */
typedef struct xs_embedder xs_embedder;

/* `options` NULL: all zero; they and their strings are copied.  Model and `pool` are borrowed until the
 * embedder is freed.  `pool` NULL: the embedder makes one for all CPUs.
 * XS_EINPUT: an option that the model cannot follow; XS_EUNSUPPORTED: one that this librerank is too
 * old for. */
int xs_embedder_new_sized(xs_embedder **out, const xs_model *m, const xs_embed_options *options,
			  size_t size, xs_pool *pool);
static inline int xs_embedder_new(xs_embedder **out, const xs_model *m,
				  const xs_embed_options *options, xs_pool *pool)
{
	return xs_embedder_new_sized(out, m, options, sizeof *options, pool);
}
void xs_embedder_free(xs_embedder *e); /* NULL is fine; no call may be under way */

/* What it does, with what the folder said in the place of zeros. */
typedef struct xs_embedder_info {
	int dimensions; /* of a vector */
	xs_pooling pooling;
	bool normalised;
	int max_tokens;
	const char *query_prompt, *passage_prompt; /* "" for none; borrowed from the embedder */
} xs_embedder_info;
void xs_embedder_info_get_sized(xs_embedder_info *out, size_t size, const xs_embedder *e);
static inline void xs_embedder_info_get(xs_embedder_info *out, const xs_embedder *e)
{
	xs_embedder_info_get_sized(out, sizeof *out, e);
}

/* A hash of all that a vector depends on but the text and the kind of CPU: the model's files, and the
 * options as they are in force.  Reads the weights through, as xs_model_hash(). */
uint64_t xs_embedder_identity(const xs_embedder *e);

/* What became of one text. */
typedef struct xs_embedding {
	int tokens;	 /* with prompt, CLS and SEP */
	int tokens_used; /* of them, in the vector */
	int rc; /* XS_OK, or why this one has no vector (all zero): XS_EINPUT (an id outside the
		 * vocabulary), XS_EUNSUPPORTED (a text, and the model has no vocabulary),
		 * XS_ECANCEL (the deadline came first) */
} xs_embedding;

/* Fills vectors[n × dimensions], row by row, and `notes`[n] (NULL: not wanted).  A text of no tokens has
 * the vector of CLS and SEP.  Token ids stand for the text behind the prompt.  XS_ECANCEL: the deadline
 * (NULL: none) left texts out; XS_EINPUT, XS_EUNSUPPORTED: the first text that cannot be read has this
 * rc; the others have their vectors. */
int xs_embedder_run_sized(float *vectors, xs_embedding *notes, size_t note_size, xs_embedder *e,
			  xs_embed_kind kind, const xs_input *texts, size_t text_size, size_t n,
			  const xs_deadline *deadline);
static inline int xs_embedder_run(float *vectors, xs_embedding *notes, xs_embedder *e,
				  xs_embed_kind kind, const xs_input *texts, size_t n,
				  const xs_deadline *deadline)
{
	return xs_embedder_run_sized(vectors, notes, sizeof *notes, e, kind, texts, sizeof *texts,
				     n, deadline);
}

/* Makes the first `dimensions` items of a vector one of length 1, for a model whose vectors may be cut
 * (Matryoshka; Kusupati et al., arXiv 2205.13147). */
void xs_embedding_shorten(float *vector, int dimensions);

/* As xs_reranker_bytes() and xs_reranker_spent(). */
size_t xs_embedder_bytes(const xs_embedder *e);
void xs_embedder_spent(int64_t spent[XS_WORKS], const xs_embedder *e);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
