/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval.c - the command `eval`: retrieval, reranking and blend against judgements. */
#include "cmd/eval.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/argument.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "plugin/blend.h"

/* Places of rows in the table below, so both must have one order.  The rows of scoring.h come
 * first. */
enum {
	EVAL_DEPTH = SCORING_ROWS,
	EVAL_CORPUS,
	EVAL_QUERIES,
	EVAL_QRELS,
	EVAL_BEIR,
	EVAL_SPLIT,
	EVAL_RUN,
	EVAL_METRICS,
	EVAL_AVERAGE,
	EVAL_MAX_QUERIES,
	EVAL_WEIGHT,
	EVAL_WRITE_RUN,
	EVAL_PER_QUERY,
	EVAL_TASK,
	EVAL_PAIRS,
	EVAL_TUNE,
	EVAL_FOLDS,
	EVAL_THRESHOLD,
	EVAL_GOAL,
	EVAL_SYMMETRIC,
	EVAL_JSON
};

const xs_cmd_option cmd_eval_options[] = {
	SCORING_OPTIONS,
	{"depth", 'k', "N", NULL, "how many documents of each query are scored"},
	{"corpus", 0, "FILE", NULL, "the documents, as JSON lines"},
	{"queries", 0, "FILE", NULL, "the queries, as JSON lines"},
	{"qrels", 0, "FILE", NULL, "the judgements, in the form of TREC or BEIR"},
	{"beir", 0, "FOLDER", NULL, "a BEIR folder, for the files above that are not given"},
	{"split", 0, "NAME", "test|dev|train", "with --beir: which judgements (default: test)"},
	{"run", 0, "FILE", NULL, "a TREC run: reranked if a corpus is given, else measured"},
	{"metrics", 0, "NAMES", NULL,
	 "measures: nDCG, RR, R, P, AP, Judged, Success, each with @K"},
	{"average", 0, "QUERIES", "judged|run", "which queries the mean is over (default: judged)"},
	{"max-queries", 0, "N", NULL, "only the first N judged queries"},
	{"weight", 0, "X", NULL, "the model's share in the blend, 0 to 1"},
	{"write-run", 0, "FILE", NULL,
	 "write the orders to FILE.retrieval, FILE.rerank, FILE.blend"},
	{"per-query", 0, NULL, NULL, "print the measures of every query too"},
	{"task", 0, "TASK", "rank|classify", "measure rankings, or decisions about pairs of texts"},
	{"pairs", 0, "FILE", NULL,
	 "with --task classify: labelled pairs, JSON lines or fields and tabs"},
	{"tune", 0, "FILE", NULL, "find the threshold on these pairs, not by cross-validation"},
	{"folds", 0, "N", NULL, "parts of the cross-validation (default: 5)"},
	{"threshold", 0, "LOGIT", NULL, "use this threshold, and search for none"},
	{"goal", 0, "MEASURE", "f1|accuracy",
	 "measure that the threshold is chosen by (default: f1)"},
	{"symmetric", 0, NULL, NULL, "score a pair by the mean of both orders"},
	{"json", 'j', NULL, NULL, "print JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

typedef struct eval_options {
	xs_beir_files files;
	const char *beir, *split, *run, *metrics, *write_run;
	long max_queries;
	bool found_only, per_query, json, classify;
	eval_classify_options pairs;
} eval_options;

/* A query that nobody judged can only be measured as 0, so it is not asked. */
static void eval_list_add(eval_work *w, const eval_options *o, const char *id, const char *text)
{
	const xs_qrels_query *judged = xs_qrels_find(&w->qrels, id);

	if (!judged || (o->max_queries && w->n == (size_t)o->max_queries))
		return;
	w->list[w->n++] = (eval_query){.id = id, .text = text, .judged = judged};
}

/* Lists the judged queries in the order of the queries' file, else of the judgements.  A judged
 * query that has no text cannot be asked.  It is left out and not counted as 0, and the user is
 * told. */
static int eval_list(xs_cmd *c, eval_work *w, const eval_options *o)
{
	size_t missing = 0;

	w->list = xs_arena_array(c->arena, w->queries.n + w->qrels.n + 1, sizeof *w->list);
	for (size_t i = 0; i < w->queries.n; i++)
		eval_list_add(w, o, w->queries.rows[i].id, w->queries.rows[i].text);
	for (size_t i = 0; i < w->qrels.n; i++) {
		if (w->systems == 1)
			eval_list_add(w, o, w->qrels.queries[i].query, NULL);
		else
			missing += xs_beir_find(&w->queries, w->qrels.queries[i].query) == NULL;
	}
	if (w->n == 0)
		return xs_fail(XS_EINPUT, "no query of %s is judged in %s",
			       w->systems == 1 ? o->run : o->files.queries, o->files.qrels);
	if (missing)
		cmd_say(c, "%zu judged quer%s not in %s and left out", missing,
			missing == 1 ? "y is" : "ies are", o->files.queries);
	return XS_OK;
}

/* The corpus may take a minute, so what is small is read before it: its errors are told at once.
 * recall stands at the depth of reranking: what retrieval misses there, no reranker can bring
 * back. */
static int eval_read(xs_cmd *c, eval_work *w, const eval_options *o)
{
	const char *names = o->metrics ? o->metrics
				       : xs_arena_printf(c->arena, "nDCG@10 MRR@10 recall@%d",
							 c->conf->rerank.depth);
	int rc = xs_measure_parse(&w->metrics, &w->n_metrics, c->arena, names);

	if (rc == XS_OK)
		rc = xs_qrels_read(&w->qrels, c->arena, o->files.qrels);
	if (rc == XS_OK && w->systems > 1)
		rc = xs_beir_read(&w->queries, c->arena, o->files.queries);
	if (rc == XS_OK && w->systems > 1)
		rc = xs_beir_read(&w->corpus, c->arena, o->files.corpus);
	if (rc == XS_OK && o->run)
		rc = xs_run_read(&w->run, c->arena, o->run);
	return rc == XS_OK ? eval_list(c, w, o) : rc;
}

/* The three rankings of a run's documents, of which the first `scored` have a score; those behind
 * follow, each below the one before.  Only their order matters: measures look at ranks alone. */
static void eval_rank(eval_query *q, xs_arena *a, const xs_run_query *run, const xs_score *scores,
		      size_t scored, const xs_blend_weights *weights)
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
		q->docs[EVAL_RERANK][i] =
			(xs_ranked){all[i].url,
				    i < scored ? all[i].logit : low - 1 - (double)(i - scored)};
	}
	/* Exact hits are not kept on top: a run has no titles to compare the query with. */
	xs_blend(order, q->n, weights, false);
	for (size_t i = 0; i < q->n; i++)
		q->docs[EVAL_BLEND][i] = (xs_ranked){order[i]->url, order[i]->score};
}

/* A query that the run does not have keeps n 0, and every measure is 0. */
static int eval_run_query(xs_cmd *c, eval_query *q, scoring_model *s, const xs_run *run,
			  const xs_beir *corpus)
{
	const xs_run_query *found = xs_run_find(run, q->id);
	size_t depth = (size_t)c->conf->rerank.depth;
	xs_score *scores;
	int rc;

	if (!found)
		return XS_OK;
	if (depth > found->n)
		depth = found->n;
	scores = xs_arena_array(c->arena, depth + 1, sizeof *scores);
	rc = scoring_query(scores, s, q->text, found->docs, depth, corpus);
	if (rc == XS_OK)
		eval_rank(q, c->arena, found, scores, depth,
			  &(xs_blend_weights){c->conf->blend.weights.bm25,
					      c->conf->blend.weights.meaning,
					      c->conf->blend.weights.rerank});
	return rc;
}

static void eval_progress(xs_cmd *c, size_t i, size_t n)
{
	char text[64];

	snprintf(text, sizeof text, "%zu of %zu queries", i, n);
	if (c->progress)
		print_progress(i, n, text);
}

/* Ranks with a run.  The run stands for retrieval: no pipeline runs, and the blend is called by
 * itself. */
static int eval_with_run(xs_cmd *c, eval_work *w)
{
	scoring_model scoring;
	int rc = scoring_open(&scoring, c);

	if (rc != XS_OK)
		return rc;
	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		eval_progress(c, i, w->n);
		rc = eval_run_query(c, &w->list[i], &scoring, &w->run, &w->corpus);
	}
	/* A copy, as the name is the model's and ends with it. */
	w->model = xs_arena_dup(c->arena, scoring.use->info.name);
	scoring_close(&scoring);
	return rc;
}

/* Ranks with an index of the corpus.  What is measured is the pipeline of this program, retrieval
 * too. */
static int eval_with_index(xs_cmd *c, eval_work *w)
{
	eval_site *site;
	int rc = eval_site_open(&site, c, &w->corpus, EVAL_PIPELINE);

	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		eval_progress(c, i, w->n);
		rc = eval_site_ask(&w->list[i], c->arena, site);
		/* A stage that is stopped may leave the order as it was; the query must not be
		 * measured so. */
		if (rc == XS_OK && atomic_load(&c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped after %zu queries", i + 1);
	}
	if (site)
		w->model = xs_arena_dup(c->arena, eval_site_model(site));
	eval_site_close(site);
	return rc;
}

/* A run as it is. */
static int eval_only_run(xs_cmd *c, eval_work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const xs_run_query *found = xs_run_find(&w->run, w->list[i].id);

		w->list[i].n = found ? found->n : 0;
		w->list[i].docs[EVAL_RETRIEVAL] = found ? found->docs : NULL;
	}
	/* Told, as judgements of another collection would look the same. */
	for (size_t i = 0, missing = 0; i < w->run.n; i++) {
		missing += xs_qrels_find(&w->qrels, w->run.queries[i].query) == NULL;
		if (missing && i + 1 == w->run.n)
			cmd_say(c, "%zu of the run's queries are not judged and left out", missing);
	}
	return XS_OK;
}

/* Leaves the queries for which something was found.  trec_eval does so unless -c is given. */
static int eval_found_only(eval_work *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].n)
			w->list[n++] = w->list[i];
	w->n = n;
	return n ? XS_OK : xs_fail(XS_EINPUT, "nothing was found for any judged query");
}

/* Options of the task of classification, and those of scoring.  The bounds of a logit are far
 * beyond any model; -1e9 is what a blank text gets (plugin/blank.h). */
static int eval_option_pairs(xs_cmd *c, eval_classify_options *o, int row, const char *arg)
{
	bool f1;
	int rc;

	switch (row) {
	case EVAL_PAIRS: o->pairs = arg; return XS_OK;
	case EVAL_TUNE: o->tune = arg; return XS_OK;
	case EVAL_FOLDS: return argument_int(&o->folds, arg, 2, 1000, "--folds");
	case EVAL_SYMMETRIC: o->symmetric = true; return XS_OK;
	case EVAL_THRESHOLD:
		o->given = true;
		return argument_real(&o->threshold, arg, -1e9, 1e9, "--threshold");
	case EVAL_GOAL:
		rc = argument_word(&f1, arg, "f1", "accuracy", "--goal");
		o->goal = f1 ? XS_GOAL_F1 : XS_GOAL_ACCURACY;
		return rc;
	default: scoring_option(c, &cmd_eval_options[row], arg); return XS_OK;
	}
}

/* The model's share; what is left is the words'. */
static int eval_weight(xs_cmd *c, const char *arg)
{
	char *end;
	double share = strtod(arg, &end);

	if (end == arg || *end || !(share >= 0 && share <= 1))
		return xs_fail(XS_EINPUT, "--weight: expected a number from 0 to 1, found \"%s\"",
			       arg);
	cmd_override_key(c, "blend.weights.rerank", arg);
	cmd_override_key(c, "blend.weights.bm25", xs_arena_printf(c->arena, "%g", 1 - share));
	return XS_OK;
}

static int eval_option(xs_cmd *c, eval_options *o, int row, const char *arg)
{
	switch (row) {
	case EVAL_CORPUS: o->files.corpus = arg; return XS_OK;
	case EVAL_QUERIES: o->files.queries = arg; return XS_OK;
	case EVAL_QRELS: o->files.qrels = arg; return XS_OK;
	case EVAL_BEIR: o->beir = arg; return XS_OK;
	case EVAL_SPLIT: o->split = arg; return XS_OK;
	case EVAL_RUN: o->run = arg; return XS_OK;
	case EVAL_METRICS: o->metrics = arg; return XS_OK;
	case EVAL_AVERAGE: return argument_word(&o->found_only, arg, "run", "judged", "--average");
	case EVAL_MAX_QUERIES:
		return argument_int(&o->max_queries, arg, 1, 1000000000, "--max-queries");
	case EVAL_WEIGHT: return eval_weight(c, arg);
	case EVAL_WRITE_RUN: o->write_run = arg; return XS_OK;
	case EVAL_PER_QUERY: o->per_query = true; return XS_OK;
	case EVAL_JSON: o->json = true; return XS_OK;
	case EVAL_TASK: return argument_word(&o->classify, arg, "classify", "rank", "--task");
	default: return eval_option_pairs(c, &o->pairs, row, arg);
	}
}

/* Ranks and measures.  Runs are written after the measures, which sort the lists: a file has the
 * order that was measured. */
static int eval_run(xs_cmd *c, eval_work *w, const eval_options *o)
{
	int rc = cmd_settings(c);

	if (rc == XS_OK)
		rc = eval_read(c, w, o);
	if (rc == XS_OK && w->systems == 1)
		rc = eval_only_run(c, w);
	else if (rc == XS_OK)
		rc = o->run ? eval_with_run(c, w) : eval_with_index(c, w);
	if (rc == XS_OK && o->found_only)
		rc = eval_found_only(w);
	if (rc == XS_OK)
		eval_measure(c, w);
	return rc == XS_OK && o->write_run ? eval_write_runs(c, w, o->write_run) : rc;
}

static int eval_rank_task(xs_cmd *c, eval_options *o)
{
	eval_work w = {.model = "", .systems = EVAL_SYSTEMS};
	int64_t begin = xs_clock_ns();
	int rc;

	/* The folder gives only what is not named: a single file is stronger. */
	if (o->beir && xs_beir_folder(&o->files, c->arena, o->beir, o->split) != XS_OK)
		return cmd_failed(c, XS_EINPUT);
	/* A run and judgements alone: nothing is scored, one ranking is measured. */
	if (o->run && o->files.qrels && !o->files.corpus && !o->files.queries)
		w.systems = 1;
	else if (!o->files.corpus || !o->files.queries || !o->files.qrels)
		return cmd_usage(
			c,
			"--corpus, --queries and --qrels are needed, or --beir, or --run and --qrels");
	rc = eval_run(c, &w, o);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	w.ms = xs_clock_ms(begin);
	print_progress_clear();
	if (o->json)
		eval_print_json(c, &w, o->per_query);
	else
		eval_print(c, &w, o->per_query);
	return CMD_OK;
}

static int eval_classify_task(xs_cmd *c, eval_options *o)
{
	int rc;

	if (!o->pairs.pairs)
		return cmd_usage(c, "--task classify needs --pairs");
	if (o->pairs.tune && o->pairs.given)
		return cmd_usage(c, "--tune finds the threshold that --threshold gives");
	o->pairs.json = o->json;
	rc = eval_classify(c, &o->pairs);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}

int cmd_eval(xs_cmd *c, int argc, char **argv)
{
	/* `test` is what published numbers are of.  Five folds leave four fifths of the pairs to
	 * tune on. */
	eval_options o = {.split = "test", .pairs = {.folds = 5}};
	const char *arg;
	int row;

	while ((row = option_next(&arg, c, argc, argv, cmd_eval_options)) >= 0)
		if (eval_option(c, &o, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\"", argv[optind]);
	/* Else --pairs would be overlooked, and the sentence would ask for files that nobody
	 * meant. */
	if (o.pairs.pairs && !o.classify)
		return cmd_usage(c, "--pairs needs --task classify");
	return o.classify ? eval_classify_task(c, &o) : eval_rank_task(c, &o);
}
