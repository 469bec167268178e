/* SPDX-License-Identifier: MIT */
/* request.c - a request's texts made into windows, and the windows' logits into scores.
 *
 * The maximum of a text's windows is taken in the order of the text: nothing depends on what else is
 * in the request. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/pool_run.h"
#include "rerank/input.h"
#include "rerank/reranker.h"
#include "rerank/schedule.h"
#include "rerank/sized.h"

struct xs_request {
	xs_reranker *r;
	xs_query_states *states;
	int tokens, used;
	int room; /* document tokens of one window */
};

/* The query is encoded by a worker, whose scratch memory it uses. */
typedef struct query_job {
	xs_request *q;
	const int32_t *ids;
} query_job;

static void request_query(void *arg, size_t job, unsigned worker)
{
	query_job *j = arg;
	xs_reranker *r = j->q->r;

	(void)job;
	j->q->states = xs_query_states_new(r->engine.encoder, r->engine.workspace[worker], j->ids,
					   j->q->used);
}

/* How many of n query tokens are kept, and the room that is left to a text. */
static int request_cut_query(xs_request *q, size_t n, bool text)
{
	const xs_reranker *r = q->r;
	int most = r->options.query_tokens;

	/* A text is what somebody typed, and cut as the model was trained; whoever gives ids has
	 * counted them. */
	if (!most && text)
		most = XS_QUERY_TOKENS;
	if (!most || most > r->engine.encoder->positions / 2)
		most = r->engine.encoder->positions / 2;
	/* Documents begin at a fixed position: what does not fit before it is cut. */
	if (r->m->document_position >= 0 && most > r->m->document_position - 1 - r->m->separators)
		most = r->m->document_position - 1 - r->m->separators;
	q->tokens = n < INT32_MAX ? (int)n : INT32_MAX;
	q->used = q->tokens < most ? q->tokens : most;
	q->room = xs_encoder_room(r->engine.encoder, q->used);
	return q->room > 0 ? XS_OK
			   : xs_fail(XS_EINPUT,
				     "%d positions leave no room for a text beside a query of %d "
				     "tokens",
				     r->engine.encoder->positions, q->used);
}

int xs_request_new_sized(xs_request **out, xs_reranker *r, const xs_input *query, size_t size)
{
	xs_arena *a = xs_arena_new();
	xs_request *q = xs_calloc(1, sizeof *q);
	query_job job = {.q = q};
	size_t n;
	int rc = xs_input_ids(&job.ids, &n, a, r->m, query, size);

	*out = NULL;
	q->r = r;
	if (rc == XS_OK)
		/* Ids are the program's own choice, a text is whatever somebody typed.  `ids` is within
		 * the first fields, which every form of xs_input has. */
		rc = request_cut_query(q, n, !query->ids);
	if (rc == XS_OK) {
		/* By a worker and not by this thread: only workers have a workspace. */
		xs_pool_run(r->engine.pool, 1, request_query, &job);
		*out = q;
	} else {
		free(q);
	}
	xs_arena_free(a);
	return rc;
}

void xs_request_free(xs_request *q)
{
	if (!q)
		return;
	xs_query_states_free(q->states);
	free(q);
}

void xs_request_query(int *tokens, int *used, const xs_request *q)
{
	*tokens = q->tokens;
	*used = q->used;
}

/* One text of a call. */
typedef struct request_text {
	const void *input; /* an xs_input of the program's size */
	const int32_t *ids;
	size_t n; /* tokens to score */
	size_t first_window;
	xs_score score;
} request_text;

/* Texts of a call that are scored together: bounded, so that memory does not grow with their
 * number.  Enough that the threads' waiting for each other at the end counts for little. */
enum { REQUEST_TEXTS = 256 };

typedef struct request_call {
	xs_request *q;
	size_t input_size;
	const xs_deadline *deadline;
	xs_arena **arena; /* one a worker, of the ids that it makes */
	request_text texts[REQUEST_TEXTS];
	size_t n;
	xs_sequence *windows;
	size_t n_windows;
} request_call;

static void request_tokenize(void *arg, size_t job, unsigned worker)
{
	request_call *c = arg;
	request_text *t = &c->texts[job];
	const xs_rerank_options *o = &c->q->r->options;
	xs_score *s = &t->score;
	size_t all, room = (size_t)c->q->room;

	*s = (xs_score){.rc = XS_ECANCEL};
	if (xs_deadline_over(c->deadline))
		return;
	s->rc = xs_input_ids(&t->ids, &all, c->arena[worker], c->q->r->m, t->input, c->input_size);
	if (s->rc < 0)
		return;
	t->n = o->max_tokens && all > (size_t)o->max_tokens ? (size_t)o->max_tokens : all;
	if (o->overlong == XS_OVERLONG_FIRST && t->n > room)
		t->n = room;
	s->tokens = all < INT32_MAX ? (int)all : INT32_MAX;
	s->tokens_scored = t->n < INT32_MAX ? (int)t->n : INT32_MAX;
	s->truncated = t->n < all;
}

/* Neighbours share a quarter, so that what an edge cuts apart is whole in one of them. */
static size_t request_stride(size_t room)
{
	return room - room / 4;
}

/* Window `k` of n tokens: where it begins; *len of them. */
static size_t request_window(size_t *len, size_t room, size_t n, size_t k)
{
	size_t first = k * request_stride(room);

	*len = n < room ? n : room;
	return first + *len > n ? n - *len : first;
}

static size_t request_window_count(const request_text *t, size_t room)
{
	size_t stride = request_stride(room);

	if (t->score.rc < 0)
		return 0;
	return t->n <= room ? 1 : 1 + (t->n - room + stride - 1) / stride;
}

static void request_make_windows(request_call *c)
{
	size_t i, k, len, count, begin, room = (size_t)c->q->room;
	xs_sequence *w;

	c->n_windows = 0;
	for (i = 0; i < c->n; i++) {
		c->texts[i].first_window = c->n_windows;
		c->n_windows += request_window_count(&c->texts[i], room);
	}
	w = c->windows = xs_calloc(c->n_windows ? c->n_windows : 1, sizeof *w);
	for (i = 0; i < c->n; i++) {
		count = request_window_count(&c->texts[i], room);
		for (k = 0; k < count; k++, w++) {
			begin = request_window(&len, room, c->texts[i].n, k);
			w->n = (int)len;
			w->ids = len ? c->texts[i].ids + begin : NULL;
		}
	}
}

/* A text's logit from its windows'; cancelled if one of them was not scored. */
static void request_gather(const request_call *c, request_text *t)
{
	const xs_sequence *w = c->windows + t->first_window;
	size_t k, len, n = request_window_count(t, (size_t)c->q->room);
	xs_score *s = &t->score;
	double sum = 0;

	for (k = 0; k < n; k++) {
		/* A maximum over some windows would be another score, by chance as high as an
		 * honest one. */
		if (!w[k].done) {
			*s = (xs_score){.tokens = s->tokens, .rc = XS_ECANCEL};
			return;
		}
		/* Of equal windows the first: the answer must not depend on anything else. */
		if (k == 0 || w[k].logit > s->logit) {
			s->logit = w[k].logit;
			s->best_window = (int)k;
			s->best_first = (int)request_window(&len, (size_t)c->q->room, t->n, k);
			s->best_tokens = (int)len;
		}
		sum += (double)w[k].logit;
	}
	if (n > 1 && c->q->r->options.overlong == XS_OVERLONG_MEAN)
		s->logit = (float)(sum / (double)n);
	if (n)
		/* In double, since exp() of a float would overflow at 89 already. */
		s->score = (float)(1 / (1 + exp(-(double)s->logit)));
}

/* The texts at hand, from words to scores. */
static void request_run(request_call *c)
{
	xs_reranker *r = c->q->r;
	size_t i, workers = xs_pool_threads(r->engine.pool);

	xs_pool_run(r->engine.pool, c->n, request_tokenize, c);
	request_make_windows(c);
	xs_schedule_run(r->engine.encoder, r->engine.pool, r->engine.workspace, c->q->states,
			c->windows, c->n_windows, c->deadline);
	for (i = 0; i < c->n; i++)
		request_gather(c, &c->texts[i]);
	free(c->windows);
	for (i = 0; i < workers; i++)
		xs_arena_reset(c->arena[i]);
}

/* Reads an input again that a worker could not read: sentences belong to threads, and the caller's
 * thread has none yet. */
static int request_say(const request_call *c, const void *input)
{
	xs_arena *a = xs_arena_new();
	const int32_t *ids;
	size_t n;
	int rc = xs_input_ids(&ids, &n, a, c->q->r->m, input, c->input_size);

	xs_arena_free(a);
	return rc;
}

/* Scores some of the call's texts after another.  *failed: the first input that cannot be read.
 * Whether all were scored in time. */
static bool request_texts(request_call *c, const char *inputs, size_t n, char *scores,
			  size_t score_size, const void **failed)
{
	bool in_time = true;
	size_t first, i;

	for (first = 0; first < n; first += c->n) {
		c->n = n - first < REQUEST_TEXTS ? n - first : REQUEST_TEXTS;
		for (i = 0; i < c->n; i++)
			c->texts[i] = (request_text){.input = inputs + (first + i) * c->input_size};
		request_run(c);
		for (i = 0; i < c->n; i++) {
			const xs_score *s = &c->texts[i].score;

			xs_sized_out(scores + (first + i) * score_size, score_size, s, sizeof *s);
			in_time = in_time && s->rc != XS_ECANCEL;
			if (s->rc < 0 && s->rc != XS_ECANCEL && !*failed)
				*failed = c->texts[i].input;
		}
	}
	return in_time;
}

int xs_request_score_sized(xs_score *scores, size_t score_size, xs_request *q,
			   const xs_input *texts, size_t text_size, size_t n,
			   const xs_deadline *deadline)
{
	request_call *c = xs_calloc(1, sizeof *c);
	const void *failed = NULL;
	int rc = XS_OK;

	c->q = q;
	c->input_size = text_size;
	c->deadline = deadline;
	c->arena = xs_input_arenas(q->r->engine.pool);
	if (!request_texts(c, (const char *)texts, n, (char *)scores, score_size, &failed))
		rc = xs_input_cancelled(deadline, "scored");
	else if (failed)
		rc = request_say(c, failed);
	xs_input_arenas_free(c->arena, q->r->engine.pool);
	free(c);
	return rc;
}

typedef struct states_job {
	xs_request *q;
	const int32_t *ids;
	int n;
	float *out;
} states_job;

static void request_states(void *arg, size_t job, unsigned worker)
{
	states_job *j = arg;
	xs_reranker *r = j->q->r;

	(void)job;
	xs_forward_states(j->out, r->engine.encoder, r->engine.workspace[worker], j->q->states,
			  j->ids, j->n);
}

int xs_request_states_sized(float *out, int *tokens, xs_request *q, const xs_input *text,
			    size_t size)
{
	xs_arena *a = xs_arena_new();
	states_job job = {.q = q, .out = out};
	int room = *tokens;
	size_t n;
	int rc = xs_input_ids(&job.ids, &n, a, q->r->m, text, size);

	if (rc == XS_OK && n > (size_t)q->room)
		rc = xs_fail(XS_EINPUT, "the text has %zu tokens; one window takes %d", n, q->room);
	if (rc == XS_OK) {
		*tokens = 1 + q->r->m->leads + q->used + q->r->m->separators + (int)n + 1;
		job.n = (int)n;
		if (*tokens > room)
			rc = xs_fail(XS_EINPUT, "the pair has %d rows; there is room for %d",
				     *tokens, room);
		else
			xs_pool_run(q->r->engine.pool, 1, request_states, &job);
	}
	xs_arena_free(a);
	return rc;
}
