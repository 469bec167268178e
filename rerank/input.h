/* SPDX-License-Identifier: MIT */
/* input.h - token ids of what a program gives to be scored, words or ids. */
#ifndef XS_RERANK_INPUT_H
#define XS_RERANK_INPUT_H

#include "rerank/model.h"

/* Sets *ids and *n: the ids of the xs_input at `input`, `size` bytes by the program that made it.
 * They live in `a`, or are the program's own.  XS_EINPUT: an id outside the vocabulary, or no text
 * where there is a length; XS_EUNSUPPORTED: a text, and the model has no vocabulary. */
int xs_input_ids(const int32_t **ids, size_t *n, xs_arena *a, const xs_model *m, const void *input,
		 size_t size);

/* An arena for each worker of the pool, for the ids that it makes. */
xs_arena **xs_input_arenas(const xs_pool *pool);
void xs_input_arenas_free(xs_arena **arenas, const xs_pool *pool);

/* XS_ECANCEL with the sentence why not all texts were `done` ("scored"). */
int xs_input_cancelled(const xs_deadline *deadline, const char *done);

#endif
