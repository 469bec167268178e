/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval.c - the command `eval`: retrieval, reranking and blend against judgements. */
#include "cmd/eval.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "plugin/blend.h"
#include "plugin/json.h"

enum {
	EVAL_DEPTH = CMD_SCORING_ROWS,
	EVAL_CORPUS,
	EVAL_QUERIES,
	EVAL_QRELS,
	EVAL_RUN,
	EVAL_MAX_QUERIES,
	EVAL_WEIGHT,
	EVAL_PER_QUERY,
	EVAL_JSON
};

const xs_cmd_option cmd_eval_options[] = {
	CMD_SCORING_OPTIONS,
	{"depth", 'k', "N", NULL, "how many documents of each query are scored"},
	{"corpus", 0, "FILE", NULL, "the documents, as JSON lines"},
	{"queries", 0, "FILE", NULL, "the queries, as JSON lines"},
	{"qrels", 0, "FILE", NULL, "the judgements, in the form of TREC or BEIR"},
	{"run", 0, "FILE", NULL, "a TREC run to rerank; without: build an index and retrieve"},
	{"max-queries", 0, "N", NULL, "the first N judged queries alone"},
	{"weight", 0, "X", NULL, "the model's share in the blend, 0 to 1"},
	{"per-query", 0, NULL, NULL, "print the measures of every query too"},
	{"json", 'j', NULL, NULL, "print JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

typedef struct eval_options {
	const char *corpus, *queries, *qrels, *run;
	long max_queries;
	bool per_query, json;
} eval_options;

/* All that an evaluation reads and finds. */
typedef struct eval_work {
	xs_beir corpus, queries;
	xs_qrels qrels;
	xs_run run;
	eval_query *list;
	size_t n;
	const char *model;
	double ms;
} eval_work;

static const char *const eval_names[EVAL_SYSTEMS] = {"retrieval", "rerank", "blend"};
/* Pairs that are compared: the first minus the second. */
static const int eval_pairs[][2] = {{EVAL_RERANK, EVAL_RETRIEVAL},
				    {EVAL_BLEND, EVAL_RETRIEVAL},
				    {EVAL_BLEND, EVAL_RERANK}};
enum { EVAL_PAIRS = 3, EVAL_MEASURES = 3 };

static double eval_measure(const xs_metrics *m, int which)
{
	return which == 0 ? m->ndcg : which == 1 ? m->mrr : m->recall;
}

/* Lists the judged queries in the order of the queries' file. */
static int eval_list(xs_cmd *c, eval_work *w, const eval_options *o)
{
	size_t missing = 0;

	w->list = xs_arena_array(c->arena, w->queries.n + 1, sizeof *w->list);
	for (size_t i = 0; i < w->queries.n; i++) {
		const xs_qrels_query *judged = xs_qrels_find(&w->qrels, w->queries.rows[i].id);

		if (judged && (o->max_queries == 0 || w->n < (size_t)o->max_queries))
			w->list[w->n++] = (eval_query){.row = &w->queries.rows[i], .judged = judged};
	}
	for (size_t i = 0; i < w->qrels.n; i++)
		missing += xs_beir_find(&w->queries, w->qrels.queries[i].query) == NULL;
	if (w->n == 0)
		return xs_fail(XS_EINPUT, "no query of %s is judged in %s", o->queries, o->qrels);
	if (missing)
		cmd_say(c, "%zu judged quer%s not in %s and left out", missing,
			missing == 1 ? "y is" : "ies are", o->queries);
	return XS_OK;
}

static int eval_read(xs_cmd *c, eval_work *w, const eval_options *o)
{
	int rc = xs_qrels_read(&w->qrels, c->arena, o->qrels);

	if (rc == XS_OK)
		rc = xs_beir_read(&w->queries, c->arena, o->queries);
	if (rc == XS_OK)
		rc = xs_beir_read(&w->corpus, c->arena, o->corpus);
	if (rc == XS_OK && o->run)
		rc = xs_run_read(&w->run, c->arena, o->run);
	return rc == XS_OK ? eval_list(c, w, o) : rc;
}

/* The three rankings of a run's documents, of which the first `scored` have a score; those behind
 * follow, each below the one before. */
static void eval_rank(eval_query *q, xs_arena *a, const xs_run_query *run, const xs_score *scores,
		      size_t scored, double weight)
{
	xs_candidate *all = xs_arena_array(a, run->n + 1, sizeof *all);
	xs_candidate **order = xs_arena_array(a, run->n + 1, sizeof *order);
	double low = 0;

	q->n = run->n;
	for (int s = 0; s < EVAL_SYSTEMS; s++)
		q->docs[s] = xs_arena_array(a, q->n + 1, sizeof **q->docs);
	for (size_t i = 0; i < q->n; i++) {
		all[i] = (xs_candidate){.url = run->docs[i].doc,
					.bm25 = run->docs[i].score,
					.rank_before = (uint32_t)i,
					.scored = i < scored,
					.logit = i < scored ? scores[i].logit : 0};
		order[i] = &all[i];
		low = i < scored && all[i].logit < low ? all[i].logit : low;
		q->docs[EVAL_RETRIEVAL][i] = run->docs[i];
		q->docs[EVAL_RERANK][i] = (xs_ranked){
			all[i].url, i < scored ? all[i].logit : low - 1 - (double)(i - scored)};
	}
	xs_blend(order, q->n, weight, false);
	for (size_t i = 0; i < q->n; i++)
		q->docs[EVAL_BLEND][i] = (xs_ranked){order[i]->url, order[i]->score};
}

static int eval_run_query(xs_cmd *c, eval_query *q, cmd_scoring *s, const xs_run *run,
			  const xs_beir *corpus)
{
	const xs_run_query *found = xs_run_find(run, q->row->id);
	size_t depth = (size_t)c->conf->rerank.depth;
	xs_score *scores;
	int rc;

	if (!found)
		return XS_OK;
	if (depth > found->n)
		depth = found->n;
	scores = xs_arena_array(c->arena, depth + 1, sizeof *scores);
	rc = cmd_scoring_query(scores, s, q->row->text, found->docs, depth, corpus);
	if (rc == XS_OK)
		eval_rank(q, c->arena, found, scores, depth, c->conf->blend.weight);
	return rc;
}

static void eval_progress(xs_cmd *c, size_t i, size_t n)
{
	char text[64];

	snprintf(text, sizeof text, "%zu of %zu queries", i, n);
	if (c->progress)
		print_progress(i, n, text);
}

/* Ranks with a run. */
static int eval_with_run(xs_cmd *c, eval_work *w)
{
	cmd_scoring scoring;
	int rc = cmd_scoring_open(&scoring, c);

	if (rc != XS_OK)
		return rc;
	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		eval_progress(c, i, w->n);
		rc = eval_run_query(c, &w->list[i], &scoring, &w->run, &w->corpus);
	}
	w->model = xs_arena_dup(c->arena, scoring.use->info.name);
	cmd_scoring_close(&scoring);
	return rc;
}

/* Ranks with an index of the corpus. */
static int eval_with_index(xs_cmd *c, eval_work *w)
{
	eval_site *site;
	int rc = eval_site_open(&site, c, &w->corpus);

	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		eval_progress(c, i, w->n);
		rc = eval_site_ask(&w->list[i], c->arena, site);
		if (rc == XS_OK && atomic_load(&c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped after %zu queries", i + 1);
	}
	if (site)
		w->model = xs_arena_dup(c->arena, eval_site_model(site));
	eval_site_close(site);
	return rc;
}

static void eval_measure_all(eval_work *w, size_t depth)
{
	for (size_t i = 0; i < w->n; i++)
		for (int s = 0; s < EVAL_SYSTEMS; s++) {
			eval_query *q = &w->list[i];

			xs_metrics_sort(q->docs[s], q->n);
			q->metrics[s] = xs_metrics_of(q->docs[s], q->n, q->judged->docs, q->judged->n, depth);
		}
}

static double eval_mean(const eval_work *w, int system, int measure)
{
	double sum = 0;

	for (size_t i = 0; i < w->n; i++)
		sum += eval_measure(&w->list[i].metrics[system], measure);
	return sum / (double)w->n;
}

static double eval_significance(const eval_work *w, const int pair[2], int measure)
{
	double *a = xs_malloc(2 * w->n * sizeof *a), *b = a + w->n, p;

	for (size_t i = 0; i < w->n; i++) {
		a[i] = eval_measure(&w->list[i].metrics[pair[0]], measure);
		b[i] = eval_measure(&w->list[i].metrics[pair[1]], measure);
	}
	p = xs_metrics_significance(a, b, w->n);
	free(a);
	return p;
}

/* "nDCG@10", "MRR@10", "recall@K". */
static const char *eval_title(xs_cmd *c, int measure)
{
	static const char *const titles[] = {"nDCG@10", "MRR@10"};

	return measure < 2 ? titles[measure]
			   : xs_arena_printf(c->arena, "recall@%d", c->conf->rerank.depth);
}

static void eval_print(xs_cmd *c, const eval_work *w, const eval_options *o)
{
	for (size_t i = 0; o->per_query && i < w->n; i++)
		for (int s = 0; s < EVAL_SYSTEMS; s++) {
			const xs_metrics *m = &w->list[i].metrics[s];

			print_text(stdout, w->list[i].row->id);
			printf("\t%s\t%.4f\t%.4f\t%.4f\n", eval_names[s], m->ndcg, m->mrr, m->recall);
		}
	printf("%-22s", "");
	for (int m = 0; m < EVAL_MEASURES; m++)
		printf(" %11s", eval_title(c, m));
	for (int s = 0; s < EVAL_SYSTEMS; s++) {
		printf("\n%-22s", eval_names[s]);
		for (int m = 0; m < EVAL_MEASURES; m++)
			printf(" %11.4f", eval_mean(w, s, m));
	}
	for (int i = 0; i < EVAL_PAIRS; i++) {
		const int *pair = eval_pairs[i];

		printf("\n%-9s - %-10s", eval_names[pair[0]], eval_names[pair[1]]);
		for (int m = 0; m < EVAL_MEASURES; m++)
			printf(" %+11.4f", eval_mean(w, pair[0], m) - eval_mean(w, pair[1], m));
		printf("\n%22s", "p");
		for (int m = 0; m < EVAL_MEASURES; m++)
			printf(" %11.4f", eval_significance(w, pair, m));
	}
	printf("\n%zu queries, %zu documents, model %s, weight %g, %s\n", w->n, w->corpus.n, w->model,
	       c->conf->blend.weight, print_duration(w->ms));
}

static json_t *eval_json_metrics(xs_cmd *c, const double values[EVAL_MEASURES])
{
	json_t *out = json_object();

	for (int m = 0; m < EVAL_MEASURES; m++)
		json_object_set_new(out, eval_title(c, m), json_real(values[m]));
	return out;
}

static json_t *eval_json_queries(xs_cmd *c, const eval_work *w)
{
	json_t *out = json_array();

	for (size_t i = 0; i < w->n; i++) {
		json_t *query = json_object();

		json_object_set_new(query, "query", xs_json_text(w->list[i].row->id));
		for (int s = 0; s < EVAL_SYSTEMS; s++) {
			const xs_metrics *m = &w->list[i].metrics[s];
			const double values[] = {m->ndcg, m->mrr, m->recall};

			json_object_set_new(query, eval_names[s], eval_json_metrics(c, values));
		}
		json_array_append_new(out, query);
	}
	return out;
}

static json_t *eval_json_significance(xs_cmd *c, const eval_work *w)
{
	json_t *out = json_object();

	for (int i = 0; i < EVAL_PAIRS; i++) {
		const int *pair = eval_pairs[i];
		json_t *measures = json_object();

		for (int m = 0; m < EVAL_MEASURES; m++)
			json_object_set_new(measures, eval_title(c, m),
					    json_pack("{s:f, s:f}", "difference",
						      eval_mean(w, pair[0], m) - eval_mean(w, pair[1], m),
						      "p", eval_significance(w, pair, m)));
		json_object_set_new(out,
				    xs_arena_printf(c->arena, "%s-%s", eval_names[pair[0]],
						    eval_names[pair[1]]),
				    measures);
	}
	return out;
}

static void eval_print_json(xs_cmd *c, const eval_work *w, const eval_options *o)
{
	json_t *out = json_object(), *metrics = json_object();

	for (int s = 0; s < EVAL_SYSTEMS; s++) {
		const double values[] = {eval_mean(w, s, 0), eval_mean(w, s, 1), eval_mean(w, s, 2)};

		json_object_set_new(metrics, eval_names[s], eval_json_metrics(c, values));
	}
	json_object_set_new(out, "metrics", metrics);
	json_object_set_new(out, "significance", eval_json_significance(c, w));
	json_object_set_new(out, "queries", json_integer((json_int_t)w->n));
	json_object_set_new(out, "documents", json_integer((json_int_t)w->corpus.n));
	json_object_set_new(out, "depth", json_integer(c->conf->rerank.depth));
	json_object_set_new(out, "weight", json_real(c->conf->blend.weight));
	json_object_set_new(out, "model", xs_json_text(w->model));
	json_object_set_new(out, "seconds", xs_json_ms(w->ms / 1000));
	if (o->per_query)
		json_object_set_new(out, "per_query", eval_json_queries(c, w));
	print_json(out);
}

static int eval_option(xs_cmd *c, eval_options *o, int row, const char *arg)
{
	switch (row) {
	case EVAL_CORPUS: o->corpus = arg; return XS_OK;
	case EVAL_QUERIES: o->queries = arg; return XS_OK;
	case EVAL_QRELS: o->qrels = arg; return XS_OK;
	case EVAL_RUN: o->run = arg; return XS_OK;
	case EVAL_MAX_QUERIES: return cmd_parse_int(&o->max_queries, arg, 1, 1000000000, "--max-queries");
	case EVAL_WEIGHT: cmd_override_add(c, "blend.weight", arg); return XS_OK;
	case EVAL_PER_QUERY: o->per_query = true; return XS_OK;
	case EVAL_JSON: o->json = true; return XS_OK;
	default: cmd_scoring_option(c, &cmd_eval_options[row], arg); return XS_OK;
	}
}

int cmd_eval(xs_cmd *c, int argc, char **argv)
{
	eval_options o = {0};
	eval_work w = {.model = ""};
	int64_t begin = xs_clock_ns();
	const char *arg;
	int row, rc;

	while ((row = cmd_option_next(c, argc, argv, cmd_eval_options, &arg)) >= 0)
		if (eval_option(c, &o, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == CMD_OPTIONS_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\"", argv[optind]);
	if (!o.corpus || !o.queries || !o.qrels)
		return cmd_usage(c, "--corpus, --queries and --qrels are needed");
	rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = eval_read(c, &w, &o);
	if (rc == XS_OK)
		rc = o.run ? eval_with_run(c, &w) : eval_with_index(c, &w);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	eval_measure_all(&w, (size_t)c->conf->rerank.depth);
	w.ms = xs_clock_ms(begin);
	print_progress_clear();
	if (o.json)
		eval_print_json(c, &w, &o);
	else
		eval_print(c, &w, &o);
	return CMD_OK;
}
