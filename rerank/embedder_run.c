/* SPDX-License-Identifier: MIT */
/* embedder_run.c - texts made into sequences, and the states of these into vectors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool_run.h"
#include "rerank/embedder.h"
#include "rerank/input.h"
#include "rerank/schedule.h"
#include "rerank/sized.h"

/* Texts of a call that are embedded together: bounded, so that memory does not grow with their
 * number.  Enough that the threads' waiting for each other at the end counts for little. */
enum { EMBEDDER_TEXTS = 256 };

/* sentence-transformers divides by no less (torch.nn.functional.normalize). */
static const double embedder_least = 1e-12;

typedef struct embedder_call {
	xs_embedder *e;
	xs_embed_kind kind;
	size_t input_size;
	const xs_deadline *deadline;
	xs_arena **arena;   /* one a worker, of the ids that it makes */
	const char *inputs; /* of the texts at hand: xs_input of the program's size */
	size_t n;
	xs_embedding notes[EMBEDDER_TEXTS];
	xs_sequence sequences[EMBEDDER_TEXTS]; /* of text i; then of those that can be embedded */
} embedder_call;

/* Ids of the prompt and then those that were given. */
static void embedder_prepend(const int32_t **ids, size_t *n, xs_arena *a, const xs_embedder *e,
			     xs_embed_kind kind)
{
	size_t before = e->prompt_n[kind];
	int32_t *all = xs_arena_array(a, before + *n, sizeof *all);

	memcpy(all, e->prompt_ids[kind], before * sizeof *all);
	if (*n)
		memcpy(all + before, *ids, *n * sizeof *all);
	*ids = all;
	*n += before;
}

static int embedder_ids(const int32_t **ids, size_t *n, xs_arena *a, const embedder_call *c,
			const void *input)
{
	const xs_embedder *e = c->e;
	const char *prompt = e->prompt[c->kind];
	xs_input in;
	int rc = xs_sized_in(&in, sizeof in, input, c->input_size, "xs_input");

	if (rc < 0)
		return rc;
	/* Text is joined before it is cut into tokens: a byte-level BPE has the space between the two
	 * in the text's first token. */
	if (*prompt && !in.ids && in.text) {
		size_t before = strlen(prompt);
		char *joined = xs_arena_alloc(a, before + in.len + 1);

		memcpy(joined, prompt, before);
		memcpy(joined + before, in.text, in.len);
		in.text = joined;
		in.len += before;
	}
	rc = xs_input_ids(ids, n, a, e->m, &in, sizeof in);
	if (rc == XS_OK && *prompt && !in.text)
		embedder_prepend(ids, n, a, e, c->kind);
	return rc;
}

static void embedder_read(void *arg, size_t job, unsigned worker)
{
	embedder_call *c = arg;
	xs_embedding *note = &c->notes[job];
	xs_sequence *s = &c->sequences[job];
	size_t all, most = (size_t)c->e->info.max_tokens - 2;

	*note = (xs_embedding){.rc = XS_ECANCEL};
	if (xs_deadline_over(c->deadline))
		return;
	note->rc =
		embedder_ids(&s->ids, &all, c->arena[worker], c, c->inputs + job * c->input_size);
	if (note->rc < 0)
		return;
	s->n = (int)(all < most ? all : most);
	note->tokens = all < INT32_MAX - 2 ? (int)all + 2 : INT32_MAX;
	note->tokens_used = s->n + 2;
}

/* To length 1, summed in double and in one order. */
static void embedder_normalise(float *vector, int dimensions)
{
	double sum = 0;
	int i;

	for (i = 0; i < dimensions; i++)
		sum += (double)vector[i] * (double)vector[i];
	sum = sqrt(sum);
	for (i = 0; i < dimensions; i++)
		vector[i] =
			(float)((double)vector[i] / (sum > embedder_least ? sum : embedder_least));
}

void xs_embedding_shorten(float *vector, int dimensions)
{
	embedder_normalise(vector, dimensions);
}

/* The texts at hand, from words to vectors. */
static void embedder_texts(embedder_call *c, float *vectors)
{
	xs_engine *g = &c->e->engine;
	size_t width = (size_t)c->e->info.dimensions, i, n = 0, workers = xs_pool_threads(g->pool);

	memset(vectors, 0, c->n * width * sizeof *vectors);
	xs_pool_run(g->pool, c->n, embedder_read, c);
	for (i = 0; i < c->n; i++)
		if (c->notes[i].rc == XS_OK) {
			c->sequences[n] = c->sequences[i];
			c->sequences[n++].vector = vectors + i * width;
		}
	xs_schedule_run(g->encoder, g->pool, g->workspace, NULL, c->sequences, n, c->deadline);
	for (i = 0, n = 0; i < c->n; i++) {
		if (c->notes[i].rc != XS_OK)
			continue;
		if (!c->sequences[n++].done) {
			c->notes[i] =
				(xs_embedding){.tokens = c->notes[i].tokens, .rc = XS_ECANCEL};
			memset(vectors + i * width, 0, width * sizeof *vectors);
		} else if (c->e->info.normalised) {
			embedder_normalise(vectors + i * width, (int)width);
		}
	}
	for (i = 0; i < workers; i++)
		xs_arena_reset(c->arena[i]);
}

/* Reads a text again that a worker could not read: sentences belong to threads, and the caller's
 * thread has none yet. */
static int embedder_say(const embedder_call *c, const char *input)
{
	xs_arena *a = xs_arena_new();
	const int32_t *ids;
	size_t n;
	int rc = embedder_ids(&ids, &n, a, c, input);

	xs_arena_free(a);
	return rc;
}

int xs_embedder_run_sized(float *vectors, xs_embedding *notes, size_t note_size, xs_embedder *e,
			  xs_embed_kind kind, const xs_input *texts, size_t text_size, size_t n,
			  const xs_deadline *deadline)
{
	embedder_call *c;
	const char *inputs = (const char *)texts, *failed = NULL;
	size_t first, i;
	bool in_time = true;
	int rc = XS_OK;

	if (kind < XS_EMBED_TEXT || kind > XS_EMBED_PASSAGE)
		return xs_fail(
			XS_EINPUT,
			"kind %d: expected XS_EMBED_TEXT, XS_EMBED_QUERY or XS_EMBED_PASSAGE",
			(int)kind);
	c = xs_calloc(1, sizeof *c);
	c->e = e;
	c->kind = kind;
	c->input_size = text_size;
	c->deadline = deadline;
	c->arena = xs_input_arenas(e->engine.pool);
	for (first = 0; first < n; first += c->n) {
		c->n = n - first < EMBEDDER_TEXTS ? n - first : EMBEDDER_TEXTS;
		c->inputs = inputs + first * text_size;
		embedder_texts(c, vectors + first * (size_t)e->info.dimensions);
		for (i = 0; i < c->n; i++) {
			if (notes)
				xs_sized_out((char *)notes + (first + i) * note_size, note_size,
					     &c->notes[i], sizeof c->notes[i]);
			in_time = in_time && c->notes[i].rc != XS_ECANCEL;
			if (c->notes[i].rc < 0 && c->notes[i].rc != XS_ECANCEL && !failed)
				failed = c->inputs + i * text_size;
		}
	}
	if (!in_time)
		rc = xs_input_cancelled(deadline, "embedded");
	else if (failed)
		rc = embedder_say(c, failed);
	xs_input_arenas_free(c->arena, e->engine.pool);
	free(c);
	return rc;
}
