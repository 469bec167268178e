/* SPDX-License-Identifier: MIT */
/* input.c - token ids of an input: checked where they are given, made where there are words. */
#include "rerank/input.h"

#include <stdlib.h>

#include "base/memory.h"

#include "rerank/sized.h"

/* Embeddings are looked up without a further check, so each id is tested here. */
static int input_check(const xs_model *m, const xs_input *in)
{
	size_t i;

	for (i = 0; i < in->n_ids; i++)
		if (in->ids[i] < 0 || in->ids[i] >= m->vocabulary)
			return xs_fail(XS_EINPUT, "token id %d at place %zu: expected 0 to %d",
				       in->ids[i], i, m->vocabulary - 1);
	return XS_OK;
}

static int input_tokenize(const int32_t **ids, size_t *n, xs_arena *a, const xs_model *m,
			  const xs_input *in)
{
	const char *text = in->text ? in->text : "";
	int32_t *made;
	int64_t count;
	size_t room;

	if (!in->text && in->len)
		return xs_fail(XS_EINPUT, "a text of %zu bytes is at NULL", in->len);
	/* English has 4 to 5 bytes a token; a text of which that is not true is split twice. */
	room = in->len / 3 + 16;
	made = xs_arena_array(a, room, sizeof *made);
	count = xs_model_tokenize(made, room, m, text, in->len);
	if (count < 0)
		return (int)count;
	if ((size_t)count > room) {
		made = xs_arena_array(a, (size_t)count, sizeof *made);
		xs_model_tokenize(made, (size_t)count, m, text, in->len);
	}
	*ids = made;
	*n = (size_t)count;
	return XS_OK;
}

int xs_input_ids(const int32_t **ids, size_t *n, xs_arena *a, const xs_model *m, const void *input,
		 size_t size)
{
	xs_input in;
	int rc = xs_sized_in(&in, sizeof in, input, size, "xs_input");

	if (rc < 0)
		return rc;
	if (!in.ids)
		return input_tokenize(ids, n, a, m, &in);
	*ids = in.ids;
	*n = in.n_ids;
	return input_check(m, &in);
}

xs_arena **xs_input_arenas(const xs_pool *pool)
{
	size_t i, workers = xs_pool_threads(pool);
	xs_arena **arenas = xs_calloc(workers, sizeof *arenas);

	for (i = 0; i < workers; i++)
		arenas[i] = xs_arena_new();
	return arenas;
}

void xs_input_arenas_free(xs_arena **arenas, const xs_pool *pool)
{
	for (size_t i = 0; i < xs_pool_threads(pool); i++)
		xs_arena_free(arenas[i]);
	free(arenas);
}

int xs_input_cancelled(const xs_deadline *deadline, const char *done)
{
	return xs_fail(XS_ECANCEL, "%s before all texts were %s",
		       deadline->cancel && *deadline->cancel ? "it was cancelled"
							     : "the deadline came",
		       done);
}
