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

const char *const eval_names[EVAL_SYSTEMS] = {"retrieval", "rerank", "blend"};
/* Pairs that are compared: the first minus the second. */
static const int eval_pairs[][2] = {{EVAL_RERANK, EVAL_RETRIEVAL},
				    {EVAL_BLEND, EVAL_RETRIEVAL},
				    {EVAL_BLEND, EVAL_RERANK}};
enum { EVAL_PAIRS = 3 };

/* Sorted as trec_eval does, which is not always the order that was shown: equal scores go by name. */
void eval_measure(xs_cmd *c, eval_work *w)
{
	for (size_t i = 0; i < w->n; i++)
		for (int s = 0; s < w->systems; s++) {
			eval_query *q = &w->list[i];

			xs_measure_sort(q->docs[s], q->n);
			q->values[s] = xs_arena_array(c->arena, w->n_metrics, sizeof **q->values);
			for (size_t m = 0; m < w->n_metrics; m++)
				q->values[s][m] = xs_measure_of(&w->metrics[m], q->docs[s], q->n,
								q->judged->docs, q->judged->n);
		}
}

/* Each query counts alike, however many documents are judged for it. */
static double eval_mean(const eval_work *w, int system, size_t metric)
{
	double sum = 0;

	for (size_t i = 0; i < w->n; i++)
		sum += w->list[i].values[system][metric];
	return sum / (double)w->n;
}

/* Query by query: the same queries in both systems, so the test is a paired one.  A copy: values
 * lie query by query, the test takes system by system. */
static double eval_significance(const eval_work *w, const int pair[2], size_t metric)
{
	double *a = xs_malloc(2 * w->n * sizeof *a), *b = a + w->n, p;

	for (size_t i = 0; i < w->n; i++) {
		a[i] = w->list[i].values[pair[0]][metric];
		b[i] = w->list[i].values[pair[1]][metric];
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
		for (int s = 0; s < w->systems; s++) {
			print_text(stdout, w->list[i].id);
			printf("\t%s", eval_names[s]);
			for (size_t m = 0; m < w->n_metrics; m++)
				printf("\t%.4f", w->list[i].values[s][m]);
			putchar('\n');
		}
}

/* Differences with their p below them: two means alone say nothing about chance. */
void eval_print(xs_cmd *c, const eval_work *w, bool per_query)
{
	if (per_query)
		eval_print_queries(w);
	/* 22 columns, for two names with " - " between them. */
	printf("%-22s", "");
	for (size_t m = 0; m < w->n_metrics; m++)
		printf(" %*s", eval_width(w, m), w->metrics[m].name);
	for (int s = 0; s < w->systems; s++) {
		printf("\n%-22s", eval_names[s]);
		for (size_t m = 0; m < w->n_metrics; m++)
			printf(" %*.4f", eval_width(w, m), eval_mean(w, s, m));
	}
	for (int i = 0; w->systems > 1 && i < EVAL_PAIRS; i++) {
		const int *pair = eval_pairs[i];

		printf("\n%-9s - %-10s", eval_names[pair[0]], eval_names[pair[1]]);
		for (size_t m = 0; m < w->n_metrics; m++)
			printf(" %+*.4f", eval_width(w, m),
			       eval_mean(w, pair[0], m) - eval_mean(w, pair[1], m));
		printf("\n%22s", "p");
		for (size_t m = 0; m < w->n_metrics; m++)
			printf(" %*.4f", eval_width(w, m), eval_significance(w, pair, m));
	}
	if (w->systems > 1)
		printf("\n%zu queries, %zu documents, model %s, weight %g, %s\n", w->n, w->corpus.n,
		       w->model, c->conf->blend.weights.rerank, print_duration(w->ms));
	else
		printf("\n%zu queries\n", w->n);
}

/* By names and not in a list, as a run alone has one system only. */
static json_t *eval_json_query(const eval_work *w, const eval_query *q)
{
	json_t *out = json_pack("{s:o}", "query", xs_json_text(q->id));

	for (int s = 0; s < w->systems; s++) {
		json_t *values = json_object();

		for (size_t m = 0; m < w->n_metrics; m++)
			json_object_set_new(values, w->metrics[m].name, json_real(q->values[s][m]));
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
		json_t *measures = json_object();

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

	for (int s = 0; s < w->systems; s++) {
		json_t *values = json_object();

		for (size_t m = 0; m < w->n_metrics; m++)
			json_object_set_new(values, w->metrics[m].name,
					    json_real(eval_mean(w, s, m)));
		json_object_set_new(metrics, eval_names[s], values);
	}
	json_object_set_new(out, "metrics", metrics);
	if (w->systems > 1)
		json_object_set_new(out, "significance", eval_json_significance(c, w));
	json_object_set_new(out, "queries", json_integer((json_int_t)w->n));
	if (w->systems > 1) {
		json_object_set_new(out, "documents", json_integer((json_int_t)w->corpus.n));
		json_object_set_new(out, "depth", json_integer(c->conf->rerank.depth));
		json_object_set_new(out, "weight", json_real(c->conf->blend.weights.rerank));
		json_object_set_new(out, "model", xs_json_text(w->model));
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
		rc = xs_run_write(f, w->list[i].id, w->list[i].docs[system], w->list[i].n,
				  eval_names[system]);
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

	for (int s = 0; s < w->systems && rc == XS_OK; s++)
		rc = eval_write_run(w, s, xs_arena_printf(c->arena, "%s.%s", path, eval_names[s]));
	return rc;
}
