/* SPDX-License-Identifier: MIT */
/* verify.h - compares a model's answers with those that a reference computed.
 *
 * A golden.json has "pairs" (objects of "query" and "doc" or "text", each a list of token ids or a
 * string; "query_ids" and "text_ids" are then the expected ids, or the first of them), or "same pairs as": NAME (the
 * golden.json of the folder beside); "logits": one list a pattern; and optionally "patterns"
 * (window, null for none, and six switches each), "positions" (stretched, where they differ from
 * the model's) and "hidden" (states of one pair).  Texts that are too long are cut at the end. */
#ifndef XS_RERANK_VERIFY_H
#define XS_RERANK_VERIFY_H

#include <jansson.h>

#include "base/arena.h"
#include "rerank/embed.h"

/* One pattern's comparison. */
typedef struct xs_verify_row {
	const char *pattern; /* its name in the file */
	size_t pairs;
	double worst; /* largest |difference| of a logit */
	size_t worst_pair;
} xs_verify_row;

typedef struct xs_verify_report {
	xs_verify_row *rows;
	size_t n;
	double worst;	     /* of all rows */
	size_t hidden;	     /* hidden states compared; 0: the file has none */
	double hidden_worst; /* largest |difference| of one */
	size_t texts;	     /* texts and queries whose token ids were compared */
	size_t texts_wrong;  /* of them, with other ids than expected */
} xs_verify_report;

/* Fills the report, whose strings and rows live in `a`.  `pool` as for xs_reranker_new.
 * XS_EFORMAT, XS_EIO: the file cannot be read or is no golden.json of this model. */
int xs_model_verify(xs_verify_report *out, xs_arena *a, const xs_model *m, const char *path,
		    xs_pool *pool);

/* A comparison of vectors. */
typedef struct xs_embed_report {
	size_t n;     /* answers */
	double worst; /* the least cosine of a vector and its answer; not-a-number where one is not */
	size_t worst_answer; /* which it is */
	size_t ids_wrong;    /* texts with other ids than expected */
} xs_embed_report;

/* The same of an embedder: "answers" is a list of objects of "text" (a string), "vector", and optionally
 * "ids" (with CLS and SEP, cut to the embedder's length) and "kind" ("query", "passage").  XS_EFORMAT as
 * above. */
int xs_embedder_verify(xs_embed_report *out, xs_arena *a, xs_embedder *e, const char *path);

/* For both.  Reads an object; the caller frees it.  Ids of a list; no list is an empty one.  `path` is
 * for sentences.  XS_EFORMAT. */
int xs_golden_load(json_t **out, const char *path);
int xs_golden_ids(const int32_t **ids, size_t *n, xs_arena *a, const json_t *list,
		  const char *path);

#endif
