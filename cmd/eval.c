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
	EVAL_RETRIEVAL_OPTION,
	EVAL_INDEX,
	EVAL_METRICS,
	EVAL_AVERAGE,
	EVAL_MAX_QUERIES,
	EVAL_WEIGHTS,
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
	{"retrieval", 0, "HOW", RETRIEVAL_NAMES,
	 "whose candidates the model scores (default: both, where there are vectors)"},
	{"index", 0, "FOLDER", NULL, "keep the index of the corpus there, and use it again"},
	{"metrics", 0, "NAMES", NULL,
	 "measures: nDCG, RR, R, P, AP, Judged, Success, each with @K"},
	{"average", 0, "QUERIES", "judged|run", "which queries the mean is over (default: judged)"},
	{"max-queries", 0, "N", NULL, "only the first N judged queries"},
	{"weights", 0, "LIST", NULL, "of bm25, cosine and model in the blends, as 0.45,0.45,0.55"},
	{"write-run", 0, "FILE", NULL, "write the orders to FILE.words, FILE.rerank and so on"},
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
	const char *beir, *split, *run, *index, *metrics, *write_run;
	long max_queries;
	bool retrieval_given;
	retrieval retrieval;
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
		if (w->alone)
			eval_list_add(w, o, w->qrels.queries[i].query, NULL);
		else
			missing += xs_beir_find(&w->queries, w->qrels.queries[i].query) == NULL;
	}
	if (w->n == 0)
		return xs_fail(XS_EINPUT, "no query of %s is judged in %s",
			       w->alone ? o->run : o->files.queries, o->files.qrels);
	if (missing)
		cmd_say(c, "%zu judged quer%s not in %s and left out", missing,
			missing == 1 ? "y is" : "ies are", o->files.queries);
	return XS_OK;
}

/* recall stands at the depth of reranking: what retrieval misses there, no reranker can bring back.
 * And at 100, which others tell. */
static int eval_parse_metrics(xs_cmd *c, eval_work *w, const char *names)
{
	int depth = xs_conf_depth(c->conf->rerank.depth), rc;

	if (!names)
		names = xs_arena_printf(c->arena, "nDCG@10 MRR@10 recall@%d%s", depth,
					depth == 100 ? "" : " recall@100");
	rc = xs_measure_parse(&w->metrics, &w->n_metrics, c->arena, names);
	w->depth = (size_t)depth;
	for (size_t i = 0; rc == XS_OK && i < w->n_metrics; i++)
		if (w->metrics[i].cut > w->depth)
			w->depth = w->metrics[i].cut;
	return rc;
}

/* The corpus may take a minute, so what is small is read before it: its errors are told at once. */
static int eval_read(xs_cmd *c, eval_work *w, const eval_options *o)
{
	int rc = eval_parse_metrics(c, w, o->metrics);

	if (rc == XS_OK)
		rc = xs_qrels_read(&w->qrels, c->arena, o->files.qrels);
	if (rc == XS_OK && !w->alone)
		rc = xs_beir_read(&w->queries, c->arena, o->files.queries);
	if (rc == XS_OK && !w->alone)
		rc = xs_beir_read(&w->corpus, c->arena, o->files.corpus);
	if (rc == XS_OK && o->run)
		rc = xs_run_read(&w->run, c->arena, o->run);
	return rc == XS_OK ? eval_list(c, w, o) : rc;
}

/* A run as it is. */
static int eval_only_run(xs_cmd *c, eval_work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const xs_run_query *found = xs_run_find(&w->run, w->list[i].id);

		if (found)
			w->list[i].of[EVAL_RETRIEVAL] =
				(eval_ranking){.docs = found->docs, .n = found->n};
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

	for (size_t i = 0; i < w->n; i++) {
		size_t found = 0;

		for (int s = 0; s < EVAL_SYSTEMS; s++)
			found += w->list[i].of[s].n;
		if (found)
			w->list[n++] = w->list[i];
	}
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

/* "BM25,MEANING,RERANK": all three, as what one weight means depends on the others. */
static int eval_weights(xs_cmd *c, const char *arg)
{
	static const char *const keys[] = {"blend.weights.bm25", "blend.weights.meaning",
					   "blend.weights.rerank"};
	char *rest = xs_arena_dup(c->arena, arg), *word;
	size_t n = 0;
	double weight;

	/* What is no number ends the list, so that the count is wrong and the sentence below is said. */
	while ((word = strsep(&rest, ",")) && n < 3 &&
	       argument_real(&weight, word, 0, 1, "--weights") == XS_OK)
		cmd_override_key(c, keys[n++], word);
	return n == 3 && !word
		       ? XS_OK
		       : xs_fail(XS_EINPUT,
				 "--weights %s: expected three numbers from 0 to 1 with commas "
				 "between them, of bm25, cosine and model",
				 arg);
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
	case EVAL_RETRIEVAL_OPTION:
		o->retrieval_given = true;
		return retrieval_parse(&o->retrieval, arg, "--retrieval");
	case EVAL_INDEX: o->index = arg; return XS_OK;
	case EVAL_METRICS: o->metrics = arg; return XS_OK;
	case EVAL_AVERAGE: return argument_word(&o->found_only, arg, "run", "judged", "--average");
	case EVAL_MAX_QUERIES:
		return argument_int(&o->max_queries, arg, 1, 1000000000, "--max-queries");
	case EVAL_WEIGHTS: return eval_weights(c, arg);
	case EVAL_WRITE_RUN: o->write_run = arg; return XS_OK;
	case EVAL_PER_QUERY: o->per_query = true; return XS_OK;
	case EVAL_JSON: o->json = true; return XS_OK;
	case EVAL_TASK: return argument_word(&o->classify, arg, "classify", "rank", "--task");
	default: return eval_option_pairs(c, &o->pairs, row, arg);
	}
}

/* Without a word of the user: as the program searches. */
static void eval_choose(xs_cmd *c, eval_work *w, const eval_options *o)
{
	w->retrieval = o->retrieval_given ? o->retrieval : retrieval_configured(c);
	w->vectors = w->retrieval != RETRIEVAL_WORDS && !w->alone;
	w->has[EVAL_RETRIEVAL] = true;
	w->index = o->index;
}

/* Ranks and measures.  Runs are written after the measures, which sort the lists: a file has the
 * order that was measured. */
static int eval_run(xs_cmd *c, eval_work *w, const eval_options *o)
{
	int rc = cmd_settings(c);

	if (rc == XS_OK) {
		eval_choose(c, w, o);
		rc = eval_read(c, w, o);
	}
	if (rc == XS_OK && w->alone)
		rc = eval_only_run(c, w);
	else if (rc == XS_OK)
		rc = o->run ? eval_rank_run(c, w) : eval_rank_index(c, w);
	if (rc == XS_OK && o->found_only)
		rc = eval_found_only(w);
	if (rc != XS_OK)
		return rc;
	if (w->vectors)
		w->embedder = retrieval_embedder(c);
	eval_measure(c, w);
	return o->write_run ? eval_write_runs(c, w, o->write_run) : XS_OK;
}

/* Says which options do not go together. */
static bool eval_fits(const xs_cmd *c, const eval_work *w, const eval_options *o)
{
	if (!w->alone && (!o->files.corpus || !o->files.queries || !o->files.qrels))
		cmd_usage(
			c,
			"--corpus, --queries and --qrels are needed, or --beir, or --run and --qrels");
	else if (o->run && o->index)
		cmd_usage(c, "--index keeps the index of a corpus, and with --run none is made");
	else if (o->run && o->retrieval_given && o->retrieval == RETRIEVAL_MEANING)
		cmd_usage(c, "--retrieval meaning: with --run expected words or both");
	else
		return true;
	return false;
}

static int eval_rank_task(xs_cmd *c, eval_options *o)
{
	eval_work w = {.model = "", .embedder = ""};
	int64_t begin = xs_clock_ns();
	int rc;

	/* The folder gives only what is not named: a single file is stronger. */
	if (o->beir && xs_beir_folder(&o->files, c->arena, o->beir, o->split) != XS_OK)
		return cmd_failed(c, XS_EINPUT);
	/* A run and judgements alone: nothing is scored, one ranking is measured. */
	w.alone = o->run && o->files.qrels && !o->files.corpus && !o->files.queries;
	if (!eval_fits(c, &w, o))
		return CMD_INPUT;
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
