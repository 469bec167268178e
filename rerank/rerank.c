/* SPDX-License-Identifier: MIT */
/* rerank.c - a request's texts made into windows, and the windows' logits into scores.
 *
 * The maximum of a text's windows is taken in the order of the text: nothing depends on what else is
 * in the request. */
#include "rerank/rerank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "rerank/forward.h"
#include "rerank/schedule.h"

struct xs_reranker {
	const xs_model *m;
	xs_rerank_options options;
	xs_encoder *encoder;
	xs_pool *pool, *own;	  /* `own` is ours to free */
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
	if (o->precision < XS_PRECISION_F32 || o->precision > XS_PRECISION_INT8)
		return xs_fail(
			XS_EINPUT,
			"precision %d: expected XS_PRECISION_F32, XS_PRECISION_BF16 or XS_PRECISION_INT8",
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
	r = xs_calloc(1, sizeof *r);
	patterns = xs_calloc((size_t)m->layers, sizeof *patterns);
	for (i = 0; i < m->layers; i++)
		patterns[i] = o.pattern ? *o.pattern : m->patterns[i];
	r->m = m;
	r->options = o;
	r->options.pattern = NULL; /* the caller's */
	r->encoder = xs_encoder_new(m, patterns, o.positions, o.precision);
	free(patterns);
	r->pool = pool ? pool : (r->own = xs_pool_new(0));
	r->workspace = xs_calloc(xs_pool_threads(r->pool), sizeof *r->workspace);
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

size_t xs_reranker_bytes(const xs_reranker *r)
{
	size_t bytes = xs_encoder_bytes(r->encoder);
	unsigned w;

	for (w = 0; w < xs_pool_threads(r->pool); w++)
		bytes += xs_workspace_bytes(r->workspace[w]);
	return bytes;
}

void xs_reranker_spent(int64_t spent[XS_WORKS], const xs_reranker *r)
{
	unsigned w;

	memset(spent, 0, XS_WORKS * sizeof *spent);
	for (w = 0; w < xs_pool_threads(r->pool); w++)
		xs_workspace_spent(spent, r->workspace[w]);
}

xs_input xs_input_text(const char *text)
{
	return (xs_input){.text = text, .len = strlen(text)};
}

/* The ids of an input, checked; in `a` unless they are the caller's own. */
static int rerank_ids(const int32_t **ids, size_t *n, xs_arena *a, const xs_model *m,
		      const xs_input *in)
{
	const char *text = in->text ? in->text : "";
	int32_t *made;
	int64_t count;
	size_t i, room;

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
	if (!in->text && in->len)
		return xs_fail(XS_EINPUT, "a text of %zu bytes is at NULL", in->len);
	/* Most words are one token; a text of which that is not true is split twice. */
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
	if (!most || most > r->encoder->positions / 2)
		most = r->encoder->positions / 2;
	if (r->m->document_position >= 0 && most > r->m->document_position - 1 - r->m->separators)
		most = r->m->document_position - 1 - r->m->separators;
	q->tokens = n < INT32_MAX ? (int)n : INT32_MAX;
	q->used = q->tokens < most ? q->tokens : most;
	q->room = xs_encoder_room(r->encoder, q->used);
	return q->room > 0 ? XS_OK
			   : xs_fail(XS_EINPUT,
				     "%d positions leave no room for a text beside a query of %d "
				     "tokens",
				     r->encoder->positions, q->used);
}

int xs_request_new(xs_request **out, xs_reranker *r, const xs_input *query)
{
	xs_arena *a = xs_arena_new();
	xs_request *q = xs_calloc(1, sizeof *q);
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

void xs_request_query(int *tokens, int *used, const xs_request *q)
{
	*tokens = q->tokens;
	*used = q->used;
}

/* One text of a call. */
typedef struct rerank_text {
	const xs_input *in;
	const int32_t *ids;
	size_t n; /* tokens to score */
	size_t first_window;
	xs_score *score;
} rerank_text;

/* Texts of a call that are scored together: bounded, so that memory does not grow with their
 * number. */
enum { RERANK_TEXTS = 256 };

typedef struct rerank_call {
	xs_request *q;
	const xs_deadline *deadline;
	xs_arena **arena; /* one a worker, of the ids that it makes */
	rerank_text texts[RERANK_TEXTS];
	size_t n;
	xs_sequence *windows;
	size_t n_windows;
} rerank_call;

static void rerank_tokenize(void *arg, size_t job, unsigned worker)
{
	rerank_call *c = arg;
	rerank_text *t = &c->texts[job];
	const xs_rerank_options *o = &c->q->r->options;
	xs_score *s = t->score;
	size_t all, room = (size_t)c->q->room;

	*s = (xs_score){.rc = XS_ECANCEL};
	if (xs_deadline_over(c->deadline))
		return;
	s->rc = rerank_ids(&t->ids, &all, c->arena[worker], c->q->r->m, t->in);
	if (s->rc < 0)
		return;
	t->n = o->max_tokens && all > (size_t)o->max_tokens ? (size_t)o->max_tokens : all;
	if (o->overlong == XS_OVERLONG_FIRST && t->n > room)
		t->n = room;
	s->tokens = all < INT32_MAX ? (int)all : INT32_MAX;
	s->tokens_scored = t->n < INT32_MAX ? (int)t->n : INT32_MAX;
	s->truncated = t->n < all;
}

static size_t rerank_stride(size_t room)
{
	return room - room / 4;
}

/* Window `k` of n tokens: where it begins; *len of them. */
static size_t rerank_window(size_t *len, size_t room, size_t n, size_t k)
{
	size_t first = k * rerank_stride(room);

	*len = n < room ? n : room;
	return first + *len > n ? n - *len : first;
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
	size_t i, k, len, count, begin, room = (size_t)c->q->room;
	xs_sequence *w;

	c->n_windows = 0;
	for (i = 0; i < c->n; i++) {
		c->texts[i].first_window = c->n_windows;
		c->n_windows += rerank_window_count(&c->texts[i], room);
	}
	w = c->windows = xs_calloc(c->n_windows ? c->n_windows : 1, sizeof *w);
	for (i = 0; i < c->n; i++) {
		count = rerank_window_count(&c->texts[i], room);
		for (k = 0; k < count; k++, w++) {
			begin = rerank_window(&len, room, c->texts[i].n, k);
			w->n = (int)len;
			w->ids = len ? c->texts[i].ids + begin : NULL;
		}
	}
}

/* A text's logit from its windows'; cancelled if one of them was not scored. */
static void rerank_gather(const rerank_call *c, const rerank_text *t)
{
	const xs_sequence *w = c->windows + t->first_window;
	size_t k, len, n = rerank_window_count(t, (size_t)c->q->room);
	xs_score *s = t->score;
	double sum = 0;

	for (k = 0; k < n; k++) {
		if (!w[k].done) {
			*s = (xs_score){.tokens = s->tokens, .rc = XS_ECANCEL};
			return;
		}
		if (k == 0 || w[k].logit > s->logit) {
			s->logit = w[k].logit;
			s->best_window = (int)k;
			s->best_first = (int)rerank_window(&len, (size_t)c->q->room, t->n, k);
			s->best_tokens = (int)len;
		}
		sum += (double)w[k].logit;
	}
	if (n > 1 && c->q->r->options.overlong == XS_OVERLONG_MEAN)
		s->logit = (float)(sum / (double)n);
	if (n)
		s->score = (float)(1 / (1 + exp(-(double)s->logit)));
}

/* The texts at hand, from words to scores. */
static void rerank_score(rerank_call *c)
{
	xs_reranker *r = c->q->r;
	size_t i, workers = xs_pool_threads(r->pool);

	xs_pool_run(r->pool, c->n, rerank_tokenize, c);
	rerank_make_windows(c);
	xs_schedule_run(r->encoder, r->pool, r->workspace, c->q->states, c->windows, c->n_windows,
			c->deadline);
	for (i = 0; i < c->n; i++)
		rerank_gather(c, &c->texts[i]);
	free(c->windows);
	for (i = 0; i < workers; i++)
		xs_arena_reset(c->arena[i]);
}

/* Reads a text again that a worker could not read: sentences belong to threads, and the caller's
 * thread has none yet. */
static int rerank_say(const xs_model *m, const xs_input *text)
{
	xs_arena *a = xs_arena_new();
	const int32_t *ids;
	size_t n;
	int rc = rerank_ids(&ids, &n, a, m, text);

	xs_arena_free(a);
	return rc;
}

/* XS_ECANCEL, else the first text's code that is not XS_OK. */
static int rerank_outcome(const xs_model *m, const xs_input *texts, const xs_score *scores,
			  size_t n, const xs_deadline *deadline)
{
	int rc = XS_OK;
	size_t i, first = 0;

	for (i = 0; i < n; i++) {
		if (scores[i].rc == XS_ECANCEL)
			return xs_fail(XS_ECANCEL, "%s before all texts were scored",
				       deadline->cancel && *deadline->cancel ? "it was cancelled"
									     : "the deadline came");
		if (scores[i].rc < 0 && rc == XS_OK) {
			rc = scores[i].rc;
			first = i;
		}
	}
	return rc < 0 ? rerank_say(m, &texts[first]) : XS_OK;
}

int xs_request_score(xs_score *scores, xs_request *q, const xs_input *texts, size_t n,
		     const xs_deadline *deadline)
{
	rerank_call *c = xs_calloc(1, sizeof *c);
	size_t first, i, workers = xs_pool_threads(q->r->pool);

	c->q = q;
	c->deadline = deadline;
	c->arena = xs_calloc(workers, sizeof *c->arena);
	for (i = 0; i < workers; i++)
		c->arena[i] = xs_arena_new();
	for (first = 0; first < n; first += c->n) {
		c->n = n - first < RERANK_TEXTS ? n - first : RERANK_TEXTS;
		for (i = 0; i < c->n; i++)
			c->texts[i] =
				(rerank_text){.in = &texts[first + i], .score = &scores[first + i]};
		rerank_score(c);
	}
	for (i = 0; i < workers; i++)
		xs_arena_free(c->arena[i]);
	free(c->arena);
	free(c);
	return rerank_outcome(q->r->m, texts, scores, n, deadline);
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
	xs_forward_states(j->out, r->encoder, r->workspace[worker], j->q->states, j->ids, j->n);
}

int xs_request_states(float *out, int *tokens, xs_request *q, const xs_input *text)
{
	xs_arena *a = xs_arena_new();
	states_job job = {.q = q, .out = out};
	int room = *tokens;
	size_t n;
	int rc = rerank_ids(&job.ids, &n, a, q->r->m, text);

	if (rc == XS_OK && n > (size_t)q->room)
		rc = xs_fail(XS_EINPUT, "the text has %zu tokens; one window takes %d", n, q->room);
	if (rc == XS_OK) {
		*tokens = 1 + q->used + q->r->m->separators + (int)n + 1;
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
