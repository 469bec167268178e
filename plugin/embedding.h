/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embedding.h - the embedder that the settings describe, opened when first needed.
 *
 * Knows settings and librerank, nothing of candidates.  Shared by any number of threads. */
#ifndef XS_PLUGIN_EMBEDDING_H
#define XS_PLUGIN_EMBEDDING_H

#include "base/clock.h"
#include "conf/conf.h"
#include "index/index.h"
#include "rerank/embed.h"

typedef struct xs_embedding_model xs_embedding_model;

/* Reads the keys of `embed.`, and opens nothing.  `conf` is borrowed until it is freed, `pool` too (NULL:
 * it makes one of rerank.threads when it opens). */
xs_embedding_model *xs_embedding_model_new(const xs_conf *conf, xs_pool *pool);
void xs_embedding_model_free(xs_embedding_model *e); /* NULL is fine */

/* What the keys of `embed.` say, for vectors of length 1; borrows from `conf`. */
xs_embed_options xs_embedding_model_settings(const xs_conf *conf);

/* Opened at the first call, a failure is given again by later ones.  Borrowed. */
int xs_embedding_model_get(xs_embedder **out, xs_embedding_model *e);
int xs_embedding_model_identity(uint64_t *out, xs_embedding_model *e);

/* The open model, for its tokenizer; NULL before a call of get() that gave XS_OK.  Borrowed. */
const xs_model *xs_embedding_model_model(const xs_embedding_model *e);

/* Name of the model, without opening it; whether it reads a language ("" is any: embed.languages). */
const char *xs_embedding_model_name(const xs_embedding_model *e);
bool xs_embedding_model_reads(const xs_embedding_model *e, const char *language);

/* How many words `text` has between spaces that its vocabulary reads, after xs_embedding_model_get().  What it
 * has to cut in letters is a name to it (C++, 3.10), a slip, or of a script that it does not read; numbers are
 * no words. */
size_t xs_embedding_model_words(const xs_embedding_model *e, const char *text);

/* Fills in what index/ needs to embed passages: xs_index_options.embed and what goes with it.  Opens the
 * model. */
int xs_embedding_model_options(xs_index_options *out, xs_embedding_model *e);

/* The one of an open retrieve stage (xs_pipeline_state()), borrowed from it; NULL: search.meaning is off. */
xs_embedding_model *xs_embedding_model_of_stage(void *state);

#endif
