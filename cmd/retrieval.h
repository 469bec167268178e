/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retrieval.h - by what documents are found where retrievals are compared: words, meaning, both. */
#ifndef XS_CMD_RETRIEVAL_H
#define XS_CMD_RETRIEVAL_H

#include "cmd/cmd.h"
#include "plugin/pipeline.h"

typedef enum retrieval { RETRIEVAL_WORDS, RETRIEVAL_MEANING, RETRIEVAL_BOTH } retrieval;
enum { RETRIEVALS = RETRIEVAL_BOTH + 1 };
/* Words of options, in the order of the enum. */
#define RETRIEVAL_NAMES "words|meaning|both"
extern const char *const retrieval_names[RETRIEVALS];

/* One of the words.  XS_EINPUT: it is none, a sentence names `option`. */
int retrieval_parse(retrieval *out, const char *word, const char *option);

/* What the program does where no word says it: both, if index.vectors and search.meaning are on and the
 * embedder reads index.language; else words. */
retrieval retrieval_configured(const xs_cmd *c);

/* The configured embedder's name, in c->arena. */
const char *retrieval_embedder(xs_cmd *c);

/* Opens a pipeline that retrieves up to `depth` documents so, and reranks: without `parse` and `blend`.  As
 * xs_pipeline_open(). */
int retrieval_open(xs_pipeline **out, xs_cmd *c, retrieval by, size_t depth);

/* The words of a query, in `a`, with nothing that the query syntax would take for an operator. */
char *retrieval_words(xs_arena *a, const char *text);

typedef struct retrieval_request {
	retrieval by; /* as the pipeline was opened */
	const char *text;
	size_t depth; /* documents */
	bool rerank;  /* the model scores the first rerank.depth candidates */
} retrieval_request;

/* Asks.  What was found is (*out)->candidates; by meaning, only what is near.  A text without words finds
 * nothing.  The caller frees *out with xs_query_free(), whatever is returned.  As xs_pipeline_run(). */
int retrieval_ask(xs_query **out, xs_cmd *c, xs_pipeline *p, struct xs_index *index,
		  const retrieval_request *r);

/* Why meaning had no part in an answer though it was asked for; NULL: it had, or was not. */
const char *retrieval_lacks(const xs_query *q, retrieval by);

#endif
