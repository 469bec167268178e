/* SPDX-License-Identifier: MIT */
/* rerank.c - a request's texts made into windows, and the windows into scores by the pool.
 *
 * A text's windows are scored one by one, each by itself, and their maximum is taken in the order
 * of the text: nothing depends on what else is in the request. */
#include "rerank/rerank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "rerank/encoder.h"

struct xs_reranker {
	const xs_model *m;
	xs_rerank_options options;
	xs_encoder *encoder;
	xs_pool *pool, *own;      /* `own` is ours to free */
	xs_workspace **workspace; /* one a worker */
};

struct xs_request {
	xs_reranker *r;
	xs_query_states *states;
	int tokens, used;
	int room; /* document tokens of one window */
};

static int reranker_check(const xs_model *m, const xs_rerank_options *o)
{
	if (o->precision != XS_F32)
		return xs_fail(XS_EINPUT, "precision %d is not one that this build has",
			       (int)o->precision);
	if (o->positions && (o->positions < 8 || o->positions > 1 << 20))
		return xs_fail(XS_EINPUT, "positions %d: expected 8 to %d, or 0 for the model's %d",
			       o->positions, 1 << 20, m->positions);
	if (o->query_tokens < 0 || o->max_tokens < 0)
		return xs_fail(XS_EINPUT, "query_tokens %d and max_tokens %d: expected 0 or more",
			       o->query_tokens, o->max_tokens);
	if (o->pattern && o->pattern->window < -1)
		return xs_fail(XS_EINPUT, "window %d: expected -1 (all), 0 or more",
			       o->pattern->window);
	return XS_OK;
}

int xs_reranker_new(xs_reranker **out, const xs_model *m, const xs_rerank_options *options,
		    xs_pool *pool)
{
	xs_rerank_options o = options ? *options : (xs_rerank_options){0};
	xs_pattern *patterns;
	xs_reranker *r;
	unsigned w;
	int i, rc = reranker_check(m, &o);

	*out = NULL;
	if (rc < 0)
		return rc;
	r = xs_calloc(1, sizeof(*r));
	patterns = xs_calloc((size_t)m->layers, sizeof(*patterns));
	for (i = 0; i < m->layers; i++)
		patterns[i] = o.pattern ? *o.pattern : m->patterns[i];
	r->m = m;
	r->options = o;
	r->options.pattern = NULL; /* the caller's */
	rc = xs_encoder_new(&r->encoder, m, patterns, o.positions);
	free(patterns);
	if (rc < 0) {
		free(r);
		return rc;
	}
	r->pool = pool ? pool : (r->own = xs_pool_new(0));
	r->workspace = xs_calloc(xs_pool_threads(r->pool), sizeof(*r->workspace));
	for (w = 0; w < xs_pool_threads(r->pool); w++)
		r->workspace[w] = xs_workspace_new(r->encoder);
	*out = r;
	return XS_OK;
}

void xs_reranker_free(xs_reranker *r)
{
	unsigned w;

	if (!r)
		return;
	for (w = 0; w < xs_pool_threads(r->pool); w++)
		xs_workspace_free(r->workspace[w]);
	free(r->workspace);
	xs_pool_free(r->own);
	xs_encoder_free(r->encoder);
	free(r);
}

xs_input xs_input_text(const char *text)
{
	return (xs_input){.text = text, .len = strlen(text)};
}

/* The ids of an input, checked; in `a` unless they are the caller's own. */
static int rerank_ids(const int32_t **ids, size_t *n, xs_arena *a, const xs_model *m,
		      const xs_input *in)
{
	int32_t *made;
	int64_t count;
	size_t i;

	if (in->ids) {
		for (i = 0; i < in->n_ids; i++)
			if (in->ids[i] < 0 || in->ids[i] >= m->vocabulary)
				return xs_fail(XS_EINPUT,
					       "token id %d at place %zu: expected 0 to %d",
					       in->ids[i], i, m->vocabulary - 1);
		*ids = in->ids;
		*n = in->n_ids;
		return XS_OK;
	}
	count = xs_model_tokenize(m, in->text, in->len, NULL, 0);
	if (count < 0)
		return (int)count;
	made = xs_arena_array(a, (size_t)count + 1, sizeof(*made));
	xs_model_tokenize(m, in->text, in->len, made, (size_t)count);
	*ids = made;
	*n = (size_t)count;
	return XS_OK;
}

/* The query is encoded by a worker, whose scratch memory it uses. */
typedef struct query_job {
	xs_request *q;
	const int32_t *ids;
} query_job;

static void rerank_query(void *arg, size_t job, unsigned worker)
{
	query_job *j = arg;
	xs_reranker *r = j->q->r;

	(void)job;
	j->q->states = xs_query_states_new(r->encoder, r->workspace[worker], j->ids, j->q->used);
}

/* How many of n query tokens are kept, and the room that is left to a text. */
static int rerank_cut_query(xs_request *q, size_t n, bool text)
{
	const xs_reranker *r = q->r;
	int most = r->options.query_tokens;

	if (!most && text)
		most = XS_QUERY_TOKENS;
	if (!most || most > xs_encoder_positions(r->encoder) / 2)
		most = xs_encoder_positions(r->encoder) / 2;
	if (r->m->document_position >= 0 && most > r->m->document_position - 2)
		most = r->m->document_position - 2;
	q->tokens = n < INT32_MAX ? (int)n : INT32_MAX;
	q->used = q->tokens < most ? q->tokens : most;
	q->room = xs_encoder_room(r->encoder, q->used);
	return q->room > 0 ? XS_OK
			   : xs_fail(XS_EINPUT,
				     "%d positions leave no room for a text beside a query of %d "
				     "tokens",
				     xs_encoder_positions(r->encoder), q->used);
}

int xs_request_new(xs_request **out, xs_reranker *r, const xs_input *query)
{
	xs_arena *a = xs_arena_new();
	xs_request *q = xs_calloc(1, sizeof(*q));
	query_job job = {.q = q};
	size_t n;
	int rc = rerank_ids(&job.ids, &n, a, r->m, query);

	*out = NULL;
	q->r = r;
	if (rc == XS_OK)
		rc = rerank_cut_query(q, n, !query->ids);
	if (rc == XS_OK) {
		xs_pool_run(r->pool, 1, rerank_query, &job);
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

void xs_request_query(const xs_request *q, int *tokens, int *used)
{
	*tokens = q->tokens;
	*used = q->used;
}

/* One text of a call, and one window of it. */
typedef struct rerank_text {
	const xs_input *in;
	xs_arena *arena; /* of its ids, if they are made here */
	const int32_t *ids;
	size_t n; /* tokens to score */
	size_t first_window;
	xs_score *score;
} rerank_text;

typedef struct rerank_window {
	size_t text, begin;
	int len;
	float logit;
	bool done;
} rerank_window;

typedef struct rerank_call {
	xs_request *q;
	const xs_deadline *deadline;
	rerank_text *texts;
	rerank_window *windows;
	size_t n, n_windows;
} rerank_call;

static void rerank_tokenize(void *arg, size_t job, unsigned worker)
{
	rerank_call *c = arg;
	rerank_text *t = &c->texts[job];
	const xs_rerank_options *o = &c->q->r->options;
	xs_score *s = t->score;
	size_t all, room = (size_t)c->q->room;

	(void)worker;
	*s = (xs_score){.rc = XS_ECANCEL};
	if (xs_deadline_over(c->deadline))
		return;
	if (!t->in->ids)
		t->arena = xs_arena_new();
	s->rc = rerank_ids(&t->ids, &all, t->arena, c->q->r->m, t->in);
	if (s->rc < 0)
		return;
	t->n = o->max_tokens && all > (size_t)o->max_tokens ? (size_t)o->max_tokens : all;
	if (o->overlong == XS_CUT && t->n > room)
		t->n = room;
	s->tokens = all < INT32_MAX ? (int)all : INT32_MAX;
	s->tokens_scored = t->n < INT32_MAX ? (int)t->n : INT32_MAX;
	s->truncated = t->n < all;
}

/* Neighbouring windows share a quarter of their tokens; the last ends with the text. */
static size_t rerank_stride(size_t room)
{
	return room - room / 4;
}

static size_t rerank_window_count(const rerank_text *t, size_t room)
{
	size_t stride = rerank_stride(room);

	if (t->score->rc < 0)
		return 0;
	return t->n <= room ? 1 : 1 + (t->n - room + stride - 1) / stride;
}

static void rerank_make_windows(rerank_call *c)
{
	size_t i, k, n, room = (size_t)c->q->room;
	rerank_window *w;

	for (i = 0; i < c->n; i++) {
		c->texts[i].first_window = c->n_windows;
		c->n_windows += rerank_window_count(&c->texts[i], room);
	}
	w = c->windows = xs_calloc(c->n_windows ? c->n_windows : 1, sizeof(*w));
	for (i = 0; i < c->n; i++) {
		n = c->texts[i].n;
		for (k = rerank_window_count(&c->texts[i], room); k; k--, w++) {
			w->text = i;
			w->len = (int)(n < room ? n : room);
			w->begin = (size_t)(w - c->windows - (ptrdiff_t)c->texts[i].first_window) *
				   rerank_stride(room);
			if (w->begin + (size_t)w->len > n)
				w->begin = n - (size_t)w->len;
		}
	}
}

static void rerank_score_window(void *arg, size_t job, unsigned worker)
{
	rerank_call *c = arg;
	rerank_window *w = &c->windows[job];
	xs_reranker *r = c->q->r;

	if (xs_deadline_over(c->deadline))
		return;
	w->logit = xs_encoder_score(r->encoder, r->workspace[worker], c->q->states,
				    c->texts[w->text].ids + w->begin, w->len, NULL);
	w->done = true;
}

/* The maximum of a text's windows; cancelled if one of them was not scored. */
static void rerank_gather(const rerank_call *c, size_t i)
{
	const rerank_window *w = c->windows + c->texts[i].first_window;
	size_t k, n = rerank_window_count(&c->texts[i], (size_t)c->q->room);
	xs_score *s = c->texts[i].score;

	for (k = 0; k < n; k++) {
		if (!w[k].done) {
			*s = (xs_score){.tokens = s->tokens, .rc = XS_ECANCEL};
			return;
		}
		if (k == 0 || w[k].logit > s->logit) {
			s->logit = w[k].logit;
			s->best_window = (int)k;
		}
	}
	if (n)
		s->score = (float)(1 / (1 + exp(-(double)s->logit)));
}

/* XS_ECANCEL before XS_EINPUT before XS_OK.  Sentences were set by workers, so this thread says
 * it again. */
static int rerank_outcome(const rerank_call *c)
{
	const rerank_text *t;
	int rc = XS_OK;
	size_t i;

	for (i = 0; i < c->n; i++) {
		t = &c->texts[i];
		if (t->score->rc == XS_ECANCEL)
			rc = XS_ECANCEL;
		else if (t->score->rc < 0 && rc == XS_OK)
			rc = t->score->rc;
	}
	for (i = 0; i < c->n && rc < 0 && rc != XS_ECANCEL; i++) {
		const int32_t *ids;
		size_t n;

		t = &c->texts[i];
		if (t->score->rc == rc)
			return rerank_ids(&ids, &n, NULL, c->q->r->m, t->in);
	}
	return rc == XS_ECANCEL ? xs_fail(rc, "stopped before all texts were scored")
				: rc;
}

int xs_request_score(xs_request *q, const xs_input *texts, size_t n, xs_score *scores,
		     const xs_deadline *deadline)
{
	rerank_call c = {.q = q, .deadline = deadline, .n = n};
	size_t i;
	int rc;

	c.texts = xs_calloc(n ? n : 1, sizeof(*c.texts));
	for (i = 0; i < n; i++) {
		c.texts[i].in = &texts[i];
		c.texts[i].score = &scores[i];
	}
	xs_pool_run(q->r->pool, n, rerank_tokenize, &c);
	rerank_make_windows(&c);
	xs_pool_run(q->r->pool, c.n_windows, rerank_score_window, &c);
	for (i = 0; i < n; i++)
		rerank_gather(&c, i);
	rc = rerank_outcome(&c);
	for (i = 0; i < n; i++)
		xs_arena_free(c.texts[i].arena);
	free(c.texts);
	free(c.windows);
	return rc;
}

typedef struct states_job {
	xs_request *q;
	const int32_t *ids;
	int n;
	float *out;
} states_job;

static void rerank_states(void *arg, size_t job, unsigned worker)
{
	states_job *j = arg;
	xs_reranker *r = j->q->r;

	(void)job;
	xs_encoder_score(r->encoder, r->workspace[worker], j->q->states, j->ids, j->n, j->out);
}

int xs_request_states(xs_request *q, const xs_input *text, float *out, int *tokens)
{
	xs_arena *a = xs_arena_new();
	states_job job = {.q = q, .out = out};
	int room = *tokens;
	size_t n;
	int rc = rerank_ids(&job.ids, &n, a, q->r->m, text);

	if (rc == XS_OK && n > (size_t)q->room)
		rc = xs_fail(XS_EINPUT, "the text has %zu tokens; one window takes %d", n, q->room);
	if (rc == XS_OK) {
		*tokens = 1 + q->used + 1 + (int)n + 1;
		job.n = (int)n;
		if (*tokens > room)
			rc = xs_fail(XS_EINPUT, "the pair has %d rows; there is room for %d",
				     *tokens, room);
		else
			xs_pool_run(q->r->pool, 1, rerank_states, &job);
	}
	xs_arena_free(a);
	return rc;
}
