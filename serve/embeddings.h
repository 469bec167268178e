/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embeddings.h - vectors of a request's texts by the site's embedder: what all dialects of the embedding API
 * have in common.
 *
 * Knows calls and the embedder, nothing of any dialect's fields. */
#ifndef XS_SERVE_EMBEDDINGS_H
#define XS_SERVE_EMBEDDINGS_H

#include "rerank/embed.h"
#include "serve/call.h"

typedef struct xs_embeddings {
	xs_embed_kind kind;
	long dimensions; /* so many of a vector, the first ones; 0: all */
	bool normalise; /* vectors get length 1, after the cut; else they are as the model gives them */
	bool keep_end;	 /* of a text that is cut, the end is read and not the beginning */
	bool refuse_cut; /* a text that would be cut is an error */
	bool no_ids;	 /* texts have to be texts */

	/* Set by xs_embeddings_read(); texts are borrowed from the body. */
	xs_input *inputs;
	size_t n;
	const char **names; /* of the texts, as the request has them: "input[3]" */

	/* Why XS_EINPUT came, for the status: more texts than serve.max_texts; a text of more bytes than
	 * serve.max_text; a text that would be cut. */
	bool too_many, too_long, too_deep;

	/* Set by xs_embeddings_run(). */
	float *vectors; /* the text i has vectors[i × stride … i × stride + width - 1] */
	size_t stride, width;
	int most;	 /* tokens of a text that the model reads */
	uint64_t tokens; /* that were read */
	size_t cut;	 /* texts that were read in part */
} xs_embeddings;

/* Adds the texts of a field: a text, a list of texts, a list of token ids, or a list of such lists.  `name`
 * is the field's, for sentences.  XS_EINPUT: it is none of these, empty, or there are too many. */
int xs_embeddings_read(xs_embeddings *s, xs_call *c, const json_t *value, const char *name);

/* Which prompt the texts get, by the word for their kind in any of the services: "query", "search_query",
 * "passage", "document", "search_document"; "classification" and "clustering" are texts without one.
 * NULL: it stays.  XS_EINPUT: another word; `field` is what the request calls it. */
int xs_embeddings_kind(xs_embed_kind *out, const char *word, const char *field);

/* Makes the vectors.  XS_EINPUT: a text is empty or too long, or has token ids that the model has not, or
 * there are fewer dimensions; XS_ECANCEL: the time was over; codes of xs_embedding_model_get(). */
int xs_embeddings_run(xs_embeddings *s, xs_call *c);

/* The name of the model.  Borrowed from the site. */
const char *xs_embeddings_model(const xs_call *c);

/* Whether a request may name it so: the model's name, or one of serve.embedding_names. */
bool xs_embeddings_is_model(const xs_call *c, const char *name);

/* A vector, or a part of one, as a list of numbers.  The caller gives the reference back. */
json_t *xs_embeddings_json(const float *v, size_t n);

/* A sentence for those who ask about what was cut, in the call's arena; NULL: nothing was. */
const char *xs_embeddings_warning(const xs_embeddings *s, xs_call *c);

#endif
