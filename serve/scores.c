/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scores.c - texts of one question scored by the site's reranker. */
#include "serve/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "plugin/blank.h"
#include "plugin/scorer.h"
#include "serve/metrics.h"
#include "serve/site.h"

/* A missing text is an empty one. */
static const char *scores_text(const xs_scores *s, size_t i)
{
	return s->texts[i] ? s->texts[i] : "";
}

int xs_scores_room(xs_scores *s, xs_call *c, size_t n)
{
	size_t most = (size_t)xs_site_conf(c->site)->serve.max_texts;

	s->too_many = n > most;
	if (s->too_many)
		return xs_fail(XS_EINPUT, "there are %zu texts; serve.max_texts allows %zu", n,
			       most);
	/* One more than there are, as an array of none would be no array. */
	s->texts = xs_arena_array(c->arena, n + 1, sizeof *s->texts);
	s->scores = xs_arena_array(c->arena, n + 1, sizeof *s->scores);
	s->order = xs_arena_array(c->arena, n + 1, sizeof *s->order);
	return XS_OK;
}

/* The first text that is longer than allowed; s->n: none is. */
static size_t scores_long(const xs_scores *s, size_t most)
{
	size_t i = 0;

	while (i < s->n && strlen(scores_text(s, i)) <= most)
		i++;
	return i;
}

static int scores_check(xs_scores *s, const xs_call *c)
{
	const xs_conf *conf = xs_site_conf(c->site);
	size_t most = (size_t)conf->serve.max_text, at = scores_long(s, most);

	if (!conf->rerank.enabled)
		return xs_fail(XS_EUNSUPPORTED,
			       "this server does not rerank: rerank.enabled is false");
	/* An empty query scores all texts alike, and its sender would take that for an order. */
	if (!s->query[strspn(s->query, " \t\r\n")])
		return xs_fail(XS_EINPUT, "query: it is empty");
	s->too_long = strlen(s->query) > most || at < s->n;
	if (strlen(s->query) > most)
		return xs_fail(XS_EINPUT, "query: it has %zu bytes; serve.max_text allows %zu",
			       strlen(s->query), most);
	if (at < s->n)
		return xs_fail(XS_EINPUT, "text %zu has %zu bytes; serve.max_text allows %zu", at,
			       strlen(scores_text(s, at)), most);
	return XS_OK;
}

int xs_scores_positions(const xs_scoring *use)
{
	return use->options->positions ? use->options->positions : use->info.positions;
}

/* How many tokens of a text are read; 0: all. */
static size_t scores_limit(const xs_scores *s, const xs_scoring *use)
{
	/* Beside query and text an input has [CLS] and two [SEP]. */
	int room = xs_scores_positions(use) - 3 - s->query_used;
	size_t limit = (size_t)s->max_tokens,
	       windows = (size_t)s->max_windows * (size_t)(room > 1 ? room : 1);

	return !windows || (limit && limit < windows) ? limit : windows;
}

/* A text as it is, or the ids of the part of it that is read.  A text has no more tokens than bytes. */
static xs_input scores_input(const char *text, size_t limit, bool keep_end, int *all, xs_call *c,
			     const xs_model *m)
{
	size_t len = strlen(text), n;
	int64_t count;
	int32_t *ids;

	*all = 0;
	/* Most texts end here: they need not be made tokens twice. */
	if (!limit || len <= limit)
		return xs_input_text(text);
	count = xs_model_tokenize(NULL, 0, m, text, len);
	if (count <= (int64_t)limit)
		return xs_input_text(text);
	*all = (int)count;
	/* Without room for all of them, the tokenizer gives the first ones; for the end it must
	 * give all. */
	n = keep_end ? (size_t)count : limit;
	ids = xs_arena_array(c->arena, n, sizeof *ids);
	xs_model_tokenize(ids, n, m, text, len);
	return (xs_input){.ids = keep_end ? ids + (n - limit) : ids, .n_ids = limit};
}

typedef struct scores_place {
	float score;
	size_t at;
} scores_place;

static int scores_compare(const void *x, const void *y)
{
	const scores_place *a = x, *b = y;

	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	/* Equal scores stay in the order in which they came, so that a reply is the same each
	 * time. */
	return a->at < b->at ? -1 : a->at > b->at;
}

static void scores_sort(xs_scores *s, xs_call *c)
{
	scores_place *places = xs_arena_array(c->arena, s->n + 1, sizeof *places);

	for (size_t i = 0; i < s->n; i++)
		/* By logit: probabilities near 1 are equal in a float when their logits still
		 * differ. */
		places[i] = (scores_place){s->scores[i].logit, i};
	qsort(places, s->n, sizeof *places, scores_compare);
	for (size_t i = 0; i < s->n; i++)
		s->order[i] = places[i].at;
}

static int scores_count(xs_scores *s, const int *all)
{
	for (size_t i = 0; i < s->n; i++) {
		xs_score *score = &s->scores[i];

		/* The engine was given a part and knows nothing of the rest. */
		if (all[i]) {
			score->tokens = all[i];
			score->truncated = true;
		}
		if (xs_blank_is(score)) {
			s->blank++;
			continue;
		}
		s->cut += score->truncated;
		s->tokens += (uint64_t)(score->tokens_scored + s->query_used);
		/* Weights that are damaged give such scores, and JSON has no word for them. */
		if (!isfinite(score->logit))
			return xs_fail(XS_EFORMAT, "the model gave a score that is not a number");
	}
	return XS_OK;
}

static int scores_with(xs_scores *s, xs_call *c, const xs_scoring *use)
{
	xs_input query = xs_input_text(s->query), *inputs;
	int *all = xs_arena_array(c->arena, s->n + 1, sizeof *all), rc;
	xs_request *request;
	size_t limit;

	/* The query first: how many of its tokens are read decides how much room a text has. */
	rc = xs_request_new(&request, use->reranker, &query);
	if (rc != XS_OK)
		return rc;
	xs_request_query(&s->query_tokens, &s->query_used, request);
	limit = scores_limit(s, use);
	inputs = xs_arena_array(c->arena, s->n + 1, sizeof *inputs);
	for (size_t i = 0; i < s->n; i++)
		inputs[i] =
			scores_input(scores_text(s, i), limit, s->keep_end, &all[i], c, use->model);
	rc = xs_blank_score(s->scores, request, inputs, s->n, &c->deadline);
	xs_request_free(request);
	if (rc == XS_OK)
		rc = scores_count(s, all);
	if (rc == XS_OK)
		scores_sort(s, c);
	return rc;
}

int xs_scores_run(xs_scores *s, xs_call *c)
{
	const xs_scoring *use;
	double ms;
	int rc = scores_check(s, c);

	if (rc == XS_OK)
		rc = xs_scorer_get(&use, xs_site_scorer(c->site), &ms);
	if (rc == XS_OK && !use->info.tokenizer)
		rc = xs_fail(XS_EUNSUPPORTED, "model %s has no vocabulary, so it cannot read texts",
			     use->name);
	if (rc == XS_OK)
		rc = scores_with(s, c, use);
	if (rc == XS_OK)
		xs_metrics_scored(c->metrics, s->n, s->tokens);
	return rc;
}

const char *xs_scores_model(const xs_call *c)
{
	return xs_scorer_name(xs_site_scorer(c->site));
}

bool xs_scores_is_model(const xs_call *c, const char *name)
{
	const xs_conf_list *names = &xs_site_conf(c->site)->serve.model_names;

	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->items[i], name))
			return true;
	return !strcmp(name, xs_scores_model(c));
}

bool xs_scores_is_blank(const xs_scores *s, size_t place)
{
	return xs_blank_is(&s->scores[place]);
}

const char *xs_scores_warning(const xs_scores *s, xs_call *c)
{
	const char *parts[3], *out = NULL;
	size_t n = 0;

	if (s->query_used < s->query_tokens)
		parts[n++] =
			xs_arena_printf(c->arena, "the query has %d tokens, of which %d were read",
					s->query_tokens, s->query_used);
	if (s->cut)
		parts[n++] = xs_arena_printf(c->arena, "%zu of %zu texts were read in part", s->cut,
					     s->n);
	if (s->blank)
		parts[n++] =
			xs_arena_printf(c->arena, "%zu of %zu texts are empty", s->blank, s->n);
	for (size_t i = 0; i < n; i++)
		out = out ? xs_arena_printf(c->arena, "%s; %s", out, parts[i]) : parts[i];
	return out;
}

const char *xs_scores_id(xs_call *c)
{
	unsigned char b[16] = {0};

	if (getrandom(b, sizeof b, GRND_NONBLOCK) < 0)
		b[0] = 0; /* an id of zeros is an id as well */
	/* Version 4 and variant 1 (RFC 9562): clients parse it as a UUID. */
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return xs_arena_printf(
		c->arena, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		b[13], b[14], b[15]);
}
