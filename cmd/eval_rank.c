/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_rank.c - the orders of `eval`: what retrieval finds, and what each signal makes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/eval.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "plugin/blend.h"
#include "plugin/order.h"
#include "plugin/query.h"

static void rank_progress(xs_cmd *c, size_t i, size_t n)
{
	char text[64];

	snprintf(text, sizeof text, "%zu of %zu queries", i, n);
	if (c->progress)
		print_progress(i, n, text);
}

static xs_blend_weights rank_weights(const xs_cmd *c)
{
	return (xs_blend_weights){c->conf->blend.weights.bm25, c->conf->blend.weights.meaning,
				  c->conf->blend.weights.rerank};
}

/* ---- of a run */

/* A run's documents as candidates, of which the first ones have their signals. */
typedef struct rank_list {
	xs_arena *a;
	xs_candidate *all;
	xs_candidate **order;
	size_t n;
} rank_list;

static void rank_list_fill(rank_list *list, xs_arena *a, const xs_run_query *run,
			   const xs_score *scores, const float *cosines, size_t scored)
{
	*list = (rank_list){a, xs_arena_array(a, run->n + 1, sizeof *list->all),
			    xs_arena_array(a, run->n + 1, sizeof *list->order), run->n};
	for (size_t i = 0; i < run->n; i++) {
		list->all[i] = (xs_candidate){.url = run->docs[i].doc,
					      .bm25 = run->docs[i].score,
					      .rank_before = (uint32_t)i};
		list->order[i] = &list->all[i];
		if (i >= scored)
			continue;
		list->all[i].scored = true;
		list->all[i].logit = scores[i].logit;
		list->all[i].near = cosines != NULL;
		list->all[i].cosine = cosines ? cosines[i] : 0;
	}
}

/* Takes the present order. */
static void rank_take(eval_ranking *out, const rank_list *list)
{
	*out = (eval_ranking){.docs = xs_arena_array(list->a, list->n + 1, sizeof *out->docs),
			      .n = list->n};
	for (size_t i = 0; i < list->n; i++)
		out->docs[i] = (xs_ranked){list->order[i]->url, list->order[i]->score};
}

/* By one signal, whose values stay the scores. */
static void rank_by(eval_ranking *out, const rank_list *list, bool cosine)
{
	for (size_t i = 0; i < list->n; i++)
		list->all[i].score = (double)(cosine ? list->all[i].cosine : list->all[i].logit);
	xs_order_scored(list->order, list->n);
	rank_take(out, list);
}

/* Exact hits are not kept on top: a run has no titles to compare the query with. */
static void rank_blend(eval_ranking *out, const rank_list *list, xs_blend_weights weights)
{
	xs_blend(list->order, list->n, &weights, false);
	rank_take(out, list);
}

/* The orders of a run's documents: those without a score follow, each below the one before. */
static void rank_run_orders(eval_query *q, xs_arena *a, const xs_run_query *run,
			    const rank_list *list, xs_blend_weights weights, bool vectors)
{
	const xs_blend_weights without = {weights.bm25, weights.meaning, 0};
	xs_ranked *docs = xs_arena_array(a, run->n + 1, sizeof *docs);

	memcpy(docs, run->docs, run->n * sizeof *docs);
	q->of[EVAL_RETRIEVAL] = (eval_ranking){.docs = docs, .n = run->n};
	rank_by(&q->of[EVAL_RERANK], list, false);
	rank_blend(&q->of[EVAL_BLEND], list, weights);
	if (!vectors)
		return;
	rank_by(&q->of[EVAL_COSINE], list, true);
	rank_blend(&q->of[EVAL_BOTH], list, without);
}

/* A query that the run does not have keeps n 0, and every measure is 0. */
static int rank_run_query(xs_cmd *c, eval_work *w, eval_query *q, scoring_model *s,
			  eval_cosines *near)
{
	const xs_run_query *found = xs_run_find(&w->run, q->id);
	size_t depth = (size_t)xs_conf_depth(c->conf->rerank.depth);
	float *cosines = NULL;
	rank_list list;
	xs_score *scores;
	int rc;

	if (!found)
		return XS_OK;
	if (depth > found->n)
		depth = found->n;
	scores = xs_arena_array(c->arena, depth + 1, sizeof *scores);
	rc = scoring_query(scores, s, q->text, found->docs, depth, &w->corpus);
	if (rc == XS_OK && near) {
		cosines = xs_arena_array(c->arena, depth + 1, sizeof *cosines);
		rc = eval_cosines_get(cosines, near, q->text, found->docs, depth);
	}
	if (rc != XS_OK)
		return rc;
	rank_list_fill(&list, c->arena, found, scores, cosines, depth);
	rank_run_orders(q, c->arena, found, &list, rank_weights(c), near != NULL);
	return XS_OK;
}

/* The run stands for retrieval: no pipeline runs, and the blend is called by itself. */
int eval_rank_run(xs_cmd *c, eval_work *w)
{
	eval_cosines *near = NULL;
	scoring_model scoring;
	int rc = scoring_open(&scoring, c);

	if (rc != XS_OK)
		return rc;
	if (w->vectors)
		rc = eval_cosines_open(&near, c, w, (size_t)xs_conf_depth(c->conf->rerank.depth));
	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		rank_progress(c, i, w->n);
		rc = rank_run_query(c, w, &w->list[i], &scoring, near);
	}
	/* A copy, as the name is the model's and ends with it. */
	w->model = xs_arena_dup(c->arena, scoring.use->info.name);
	w->has[EVAL_RERANK] = w->has[EVAL_BLEND] = true;
	w->has[EVAL_COSINE] = w->has[EVAL_BOTH] = w->vectors;
	eval_cosines_close(near);
	scoring_close(&scoring);
	return rc;
}

/* ---- of an index */

/* What was answered without meaning, though it was asked for. */
typedef struct rank_without {
	size_t n;
	const char *why; /* of the last one */
} rank_without;

/* Compared and not subtracted, as ranks are unsigned. */
static int rank_before(const void *left, const void *right)
{
	const xs_candidate *a = *(xs_candidate *const *)left, *b = *(xs_candidate *const *)right;

	return (a->rank_before > b->rank_before) - (a->rank_before < b->rank_before);
}

/* The orders with the model, of the candidates that it scored.  Without it all orders would be alike
 * and look like a result, so a query that was not reranked is an error. */
static int rank_with_model(xs_cmd *c, eval_work *w, eval_query *q, const eval_site *site,
			   xs_query *found)
{
	xs_blend_weights weights = rank_weights(c);

	if (found->rerank.status == XS_RERANK_SKIPPED && found->n_candidates)
		return xs_fail(XS_EINPUT, "query %s: %s", q->id, found->rerank.reason);
	for (size_t i = 0; i < found->n_candidates; i++)
		found->candidates[i]->score = (double)found->candidates[i]->logit;
	xs_order_scored(found->candidates, found->n_candidates);
	eval_site_rank(&q->of[EVAL_RERANK], c->arena, site, found, false);
	xs_blend(found->candidates, found->n_candidates, &weights, c->conf->blend.keep_exact);
	eval_site_rank(&q->of[EVAL_BLEND], c->arena, site, found, false);
	if (found->rerank.model && !*w->model)
		w->model = xs_arena_dup(c->arena, found->rerank.model);
	return XS_OK;
}

/* One query by one retrieval, which is the model's too if it is the one that was asked for. */
static int rank_ask(xs_cmd *c, eval_work *w, eval_query *q, eval_site *site, retrieval by,
		    rank_without *without)
{
	eval_ranking *own = &q->of[EVAL_WORDS];
	xs_query *found;
	int rc = eval_site_ask(&found, site, by, by == w->retrieval, q->text);

	if (by != RETRIEVAL_WORDS)
		own = &q->of[by == RETRIEVAL_MEANING ? EVAL_MEANING : EVAL_BOTH];
	if (rc == XS_OK && retrieval_lacks(found, by)) {
		without->n++;
		without->why = xs_arena_dup(c->arena, retrieval_lacks(found, by));
	}
	if (rc == XS_OK && found->n_candidates)
		qsort(found->candidates, found->n_candidates, sizeof(xs_candidate *), rank_before);
	if (rc == XS_OK)
		eval_site_rank(own, c->arena, site, found, false);
	if (rc == XS_OK && by == w->retrieval) {
		q->of[EVAL_RETRIEVAL] = *own;
		rc = rank_with_model(c, w, q, site, found);
	}
	xs_query_free(found);
	return rc;
}

static bool rank_wants(const eval_work *w, retrieval by)
{
	return by == RETRIEVAL_WORDS || by == w->retrieval ||
	       (by == RETRIEVAL_MEANING && w->retrieval == RETRIEVAL_BOTH);
}

static int rank_index_query(xs_cmd *c, eval_work *w, eval_query *q, eval_site *site,
			    rank_without *without)
{
	int rc = XS_OK;

	for (int by = 0; by < RETRIEVALS && rc == XS_OK; by++)
		if (rank_wants(w, (retrieval)by))
			rc = rank_ask(c, w, q, site, (retrieval)by, without);
	return rc;
}

/* Once for all queries, as the reason is seldom a query's own. */
static int rank_tell_without(const xs_cmd *c, const eval_work *w, const rank_without *without)
{
	size_t asked = w->n * (w->retrieval == RETRIEVAL_BOTH ? 2 : 1);

	if (!without->n)
		return XS_OK;
	if (without->n >= asked)
		return xs_fail(XS_EINPUT, "no query was answered by meaning: %s", without->why);
	cmd_say(c, "%zu of %zu answers are by words alone: %s", without->n, asked, without->why);
	return XS_OK;
}

/* What is measured is the retrieval of this program, and then its model and blend. */
int eval_rank_index(xs_cmd *c, eval_work *w)
{
	const eval_site_options o = {.folder = w->index, .vectors = w->vectors, .depth = w->depth};
	rank_without without = {0};
	eval_site *site;
	int rc = eval_site_open(&site, c, &w->corpus, &o);

	if (rc == XS_OK && !eval_site_has_vectors(site)) {
		w->vectors = false;
		w->retrieval = RETRIEVAL_WORDS;
	}
	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		rank_progress(c, i, w->n);
		rc = rank_index_query(c, w, &w->list[i], site, &without);
		/* A stage that is stopped may leave the order as it was; the query must not be
		 * measured so. */
		if (rc == XS_OK && atomic_load(&c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped after %zu queries", i + 1);
	}
	w->has[EVAL_WORDS] = w->has[EVAL_RERANK] = w->has[EVAL_BLEND] = true;
	w->has[EVAL_MEANING] = rank_wants(w, RETRIEVAL_MEANING);
	w->has[EVAL_BOTH] = rank_wants(w, RETRIEVAL_BOTH);
	eval_site_close(site);
	return rc == XS_OK ? rank_tell_without(c, w, &without) : rc;
}
