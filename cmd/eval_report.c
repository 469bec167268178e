/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_report.c - what `eval` tells of its rankings: a table, JSON, runs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "cmd/eval.h"
#include "cmd/print.h"
#include "plugin/json.h"

const char *const eval_names[EVAL_SYSTEMS] = {"retrieval", "words",  "meaning", "cosine",
					      "both",	   "rerank", "blend"};
/* Pairs that are compared where both are there: the first minus the second. */
static const int eval_pairs[][2] = {
	{EVAL_MEANING, EVAL_WORDS},    {EVAL_BOTH, EVAL_WORDS},	      {EVAL_RERANK, EVAL_WORDS},
	{EVAL_BLEND, EVAL_WORDS},      {EVAL_COSINE, EVAL_RETRIEVAL}, {EVAL_BOTH, EVAL_RETRIEVAL},
	{EVAL_RERANK, EVAL_RETRIEVAL}, {EVAL_BLEND, EVAL_RETRIEVAL},  {EVAL_RERANK, EVAL_COSINE},
	{EVAL_BLEND, EVAL_BOTH},       {EVAL_BLEND, EVAL_RERANK},
};
enum { EVAL_PAIRS = sizeof eval_pairs / sizeof *eval_pairs };

/* Where the program retrieves, `retrieval` is another name of one of the first three.  JSON and runs
 * have it under both, people are shown it once. */
static bool eval_is_alias(const eval_work *w, int system)
{
	return system == EVAL_RETRIEVAL && w->has[EVAL_WORDS];
}

/* No order is compared with itself under its other name. */
static bool eval_has_pair(const eval_work *w, const int pair[2])
{
	bool same = eval_is_alias(w, pair[1]) && pair[0] < EVAL_RERANK;

	return w->has[pair[0]] && w->has[pair[1]] && !same;
}

/* Sorted as trec_eval does, which is not always the order that was shown: equal scores go by name. */
void eval_measure(xs_cmd *c, eval_work *w)
{
	for (size_t i = 0; i < w->n; i++)
		for (int s = 0; s < EVAL_SYSTEMS; s++) {
			const xs_qrels_query *judged = w->list[i].judged;
			eval_ranking *r = &w->list[i].of[s];

			xs_measure_sort(r->docs, r->n);
			r->values = xs_arena_array(c->arena, w->n_metrics, sizeof *r->values);
			for (size_t m = 0; m < w->n_metrics; m++)
				r->values[m] = xs_measure_of(&w->metrics[m], r->docs, r->n,
							     judged->docs, judged->n);
		}
}

/* Each query counts alike, however many documents are judged for it. */
static double eval_mean(const eval_work *w, int system, size_t metric)
{
	double sum = 0;

	for (size_t i = 0; i < w->n; i++)
		sum += w->list[i].of[system].values[metric];
	return sum / (double)w->n;
}

/* Query by query: the same queries in both systems, so the test is a paired one.  A copy: values
 * lie query by query, the test takes system by system. */
static double eval_significance(const eval_work *w, const int pair[2], size_t metric)
{
	double *a = xs_malloc(2 * w->n * sizeof *a), *b = a + w->n, p;

	for (size_t i = 0; i < w->n; i++) {
		a[i] = w->list[i].of[pair[0]].values[metric];
		b[i] = w->list[i].of[pair[1]].values[metric];
	}
	p = xs_measure_significance(a, b, w->n);
	free(a);
	return p;
}

/* The width of a measure's column.  11 columns hold a number with its sign, and names such as
 * Success@10. */
static int eval_width(const eval_work *w, size_t metric)
{
	size_t len = strlen(w->metrics[metric].name);

	return len > 11 ? (int)len : 11;
}

/* Tabs: these lines are for a program, the table below for people. */
static void eval_print_queries(const eval_work *w)
{
	for (size_t i = 0; i < w->n; i++)
		for (int s = 0; s < EVAL_SYSTEMS; s++) {
			if (!w->has[s])
				continue;
			print_text(stdout, w->list[i].id);
			printf("\t%s", eval_names[s]);
			for (size_t m = 0; m < w->n_metrics; m++)
				printf("\t%.4f", w->list[i].of[s].values[m]);
			putchar('\n');
		}
}

/* One difference with its p below it: two means alone say nothing about chance. */
static void eval_print_pair(const eval_work *w, const int pair[2])
{
	printf("\n%-9s - %-10s", eval_names[pair[0]], eval_names[pair[1]]);
	for (size_t m = 0; m < w->n_metrics; m++)
		printf(" %+*.4f", eval_width(w, m),
		       eval_mean(w, pair[0], m) - eval_mean(w, pair[1], m));
	printf("\n%22s", "p");
	for (size_t m = 0; m < w->n_metrics; m++)
		printf(" %*.4f", eval_width(w, m), eval_significance(w, pair, m));
}

static void eval_print_foot(xs_cmd *c, const eval_work *w)
{
	printf("\n%zu queries", w->n);
	if (w->alone) {
		putchar('\n');
		return;
	}
	printf(", %zu documents, model %s", w->corpus.n, w->model);
	if (w->vectors)
		printf(", embedder %s", w->embedder);
	printf(", weights %g,%g,%g, %s\n", c->conf->blend.weights.bm25,
	       c->conf->blend.weights.meaning, c->conf->blend.weights.rerank,
	       print_duration(w->ms));
}

void eval_print(xs_cmd *c, const eval_work *w, bool per_query)
{
	if (per_query)
		eval_print_queries(w);
	/* 22 columns, for two names with " - " between them. */
	printf("%-22s", "");
	for (size_t m = 0; m < w->n_metrics; m++)
		printf(" %*s", eval_width(w, m), w->metrics[m].name);
	for (int s = 0; s < EVAL_SYSTEMS; s++) {
		if (!w->has[s] || eval_is_alias(w, s))
			continue;
		printf("\n%-22s", eval_names[s]);
		for (size_t m = 0; m < w->n_metrics; m++)
			printf(" %*.4f", eval_width(w, m), eval_mean(w, s, m));
	}
	for (int i = 0; i < EVAL_PAIRS; i++)
		if (eval_has_pair(w, eval_pairs[i]) && !eval_is_alias(w, eval_pairs[i][1]))
			eval_print_pair(w, eval_pairs[i]);
	eval_print_foot(c, w);
}

/* By names and not in a list, as a run alone has one system only. */
static json_t *eval_json_query(const eval_work *w, const eval_query *q)
{
	json_t *out = json_pack("{s:o}", "query", xs_json_text(q->id));

	for (int s = 0; s < EVAL_SYSTEMS; s++) {
		json_t *values;

		if (!w->has[s])
			continue;
		values = json_object();
		for (size_t m = 0; m < w->n_metrics; m++)
			json_object_set_new(values, w->metrics[m].name,
					    json_real(q->of[s].values[m]));
		json_object_set_new(out, eval_names[s], values);
	}
	return out;
}

/* One object for each pair of systems, named as the difference reads: "rerank-retrieval". */
static json_t *eval_json_significance(xs_cmd *c, const eval_work *w)
{
	json_t *out = json_object();

	for (int i = 0; i < EVAL_PAIRS; i++) {
		const int *pair = eval_pairs[i];
		json_t *measures;

		if (!eval_has_pair(w, pair))
			continue;
		measures = json_object();
		for (size_t m = 0; m < w->n_metrics; m++)
			json_object_set_new(measures, w->metrics[m].name,
					    json_pack("{s:f, s:f}", "difference",
						      eval_mean(w, pair[0], m) -
							      eval_mean(w, pair[1], m),
						      "p", eval_significance(w, pair, m)));
		json_object_set_new(out,
				    xs_arena_printf(c->arena, "%s-%s", eval_names[pair[0]],
						    eval_names[pair[1]]),
				    measures);
	}
	return out;
}

/* What a run alone does not have (documents, model, depth) is left out: a 0 would look like a
 * finding. */
void eval_print_json(xs_cmd *c, const eval_work *w, bool per_query)
{
	json_t *out = json_object(), *metrics = json_object(), *queries = json_array();

	for (int s = 0; s < EVAL_SYSTEMS; s++) {
		json_t *values;

		if (!w->has[s])
			continue;
		values = json_object();
		for (size_t m = 0; m < w->n_metrics; m++)
			json_object_set_new(values, w->metrics[m].name,
					    json_real(eval_mean(w, s, m)));
		json_object_set_new(metrics, eval_names[s], values);
	}
	json_object_set_new(out, "metrics", metrics);
	if (!w->alone)
		json_object_set_new(out, "significance", eval_json_significance(c, w));
	json_object_set_new(out, "queries", json_integer((json_int_t)w->n));
	if (!w->alone) {
		json_object_set_new(out, "documents", json_integer((json_int_t)w->corpus.n));
		json_object_set_new(out, "depth",
				    json_integer(xs_conf_depth(c->conf->rerank.depth)));
		json_object_set_new(out, "weights",
				    json_pack("{s:f, s:f, s:f}", "bm25",
					      c->conf->blend.weights.bm25, "meaning",
					      c->conf->blend.weights.meaning, "rerank",
					      c->conf->blend.weights.rerank));
		json_object_set_new(out, "model", xs_json_text(w->model));
		if (w->vectors)
			json_object_set_new(out, "embedder", xs_json_text(w->embedder));
	}
	json_object_set_new(out, "seconds", xs_json_ms(w->ms / 1000));
	for (size_t i = 0; per_query && i < w->n; i++)
		json_array_append_new(queries, eval_json_query(w, &w->list[i]));
	if (per_query)
		json_object_set(out, "per_query", queries);
	json_decref(queries);
	print_json(out);
}

/* fclose() too: on a full disk the last block fails there. */
static int eval_write_run(const eval_work *w, int system, const char *path)
{
	FILE *f = fopen(path, "w");
	int rc = XS_OK;
	bool bad;

	if (!f)
		return xs_fail(XS_EIO, "open %s: %s", path, strerror(errno));
	for (size_t i = 0; rc == XS_OK && i < w->n; i++)
		rc = xs_run_write(f, w->list[i].id, w->list[i].of[system].docs,
				  w->list[i].of[system].n, eval_names[system]);
	/* Before fclose(), after which there is no stream to ask. */
	bad = ferror(f) != 0;
	if ((fclose(f) != 0 || bad) && rc == XS_OK)
		rc = xs_fail(XS_EIO, "write %s: %s", path, strerror(errno));
	return rc;
}

/* A file for each order, since a TREC run holds one ranking of a query. */
int eval_write_runs(xs_cmd *c, const eval_work *w, const char *path)
{
	int rc = XS_OK;

	for (int s = 0; s < EVAL_SYSTEMS && rc == XS_OK; s++)
		if (w->has[s])
			rc = eval_write_run(w, s,
					    xs_arena_printf(c->arena, "%s.%s", path,
							    eval_names[s]));
	return rc;
}
