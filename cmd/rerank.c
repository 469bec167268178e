/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rerank.c - the command `rerank`: scores of texts, from JSON lines or for a TREC run. */
#include "cmd/rerank.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <malloc.h>

#include "base/clock.h"
#include "eval/beir.h"
#include "cmd/argument.h"
#include "cmd/lines.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "eval/trec.h"
#include "plugin/blank.h"
#include "plugin/json.h"

/* Places of rows in the table below, so both must have one order.  The rows of scoring.h come
 * first. */
enum {
	RERANK_DEPTH = SCORING_ROWS,
	RERANK_RUN,
	RERANK_QUERIES,
	RERANK_CORPUS,
	RERANK_BEIR,
	RERANK_TASK,
	RERANK_THRESHOLD,
	RERANK_SYMMETRIC
};

const xs_cmd_option cmd_rerank_options[] = {
	SCORING_OPTIONS,
	{"depth", 'k', "N", NULL, "with --run: documents of each query that are scored"},
	{"run", 0, "FILE", NULL, "rerank this TREC run instead of JSON lines, and write a run"},
	{"queries", 0, "FILE", NULL, "with --run: the queries, as JSON lines"},
	{"corpus", 0, "FILE", NULL, "with --run: the documents, as JSON lines"},
	{"beir", 0, "FOLDER", NULL, "with --run: a BEIR folder that has both"},
	{"task", 0, "TASK", "rank|pair", "score texts for a query, or pairs of texts"},
	{"threshold", 0, "LOGIT", NULL,
	 "with --task pair: a pair matches if its logit is not below"},
	{"symmetric", 0, NULL, NULL, "with --task pair: score by the mean of both orders"},
	{NULL, 0, NULL, NULL, NULL},
};

/* What the command was asked. */
typedef struct rerank_options {
	xs_beir_files files;
	const char *run, *beir;
	bool pair;
	rerank_pairs pairs;
} rerank_options;

/* Prints the answer to one line; *bad counts texts without a score.  Flushed: who writes a line and
 * waits for its answer would otherwise wait for ever, as a pipe is buffered. */
static void rerank_print(size_t *bad, const scoring_model *s, const xs_request *request,
			 const xs_score *scores, size_t n, double ms)
{
	json_t *results = json_array();
	int tokens, used;

	for (size_t i = 0; i < n; i++) {
		json_t *result = json_pack("{s:I}", "index", (json_int_t)i);

		*bad += !rerank_json_score(result, &scores[i]);
		json_array_append_new(results, result);
	}
	xs_request_query(&tokens, &used, request);
	print_json(json_pack("{s:o, s:{s:i, s:i, s:b}, s:o, s:o}", "results", results, "query",
			     "tokens", tokens, "tokens_scored", used, "truncated",
			     (int)(used < tokens), "model", xs_json_text(s->use->info.name), "ms",
			     xs_json_ms(ms)));
	fflush(stdout);
}

/* Lists of token ids take eight times as much as the ids that were made of them: what is not needed
 * any more goes back to the system before scoring takes memory of its own.  Texts stay: the inputs
 * borrow them. */
static void rerank_forget_ids(json_t *texts)
{
	for (size_t i = 0; i < json_array_size(texts); i++)
		if (json_is_array(json_array_get(texts, i)))
			json_array_set_new(texts, i, json_null());
	malloc_trim(0);
}

static int rerank_object(size_t *bad, scoring_model *s, xs_arena *a, const json_t *object)
{
	json_t *texts = json_object_get(object, "texts");
	size_t n = json_array_size(texts);
	xs_score *scores = xs_arena_array(a, n + 1, sizeof *scores);
	xs_input *inputs = xs_arena_array(a, n + 1, sizeof *inputs), query;
	xs_request *request = NULL;
	int64_t begin = xs_clock_ns();
	int rc;

	/* The size of what is no list is 0, so this may come behind it. */
	if (!json_is_array(texts))
		return xs_fail(XS_EINPUT, "expected an object with a query and a list of texts");
	rc = rerank_json_input(&query, a, json_object_get(object, "query"), "query");
	/* A missing text is an empty one, which the arena's zeros are. */
	for (size_t i = 0; i < n && rc == XS_OK; i++)
		if (!json_is_null(json_array_get(texts, i)))
			rc = rerank_json_input(&inputs[i], a, json_array_get(texts, i),
					       xs_arena_printf(a, "texts[%zu]", i));
	rerank_forget_ids(texts);
	if (rc == XS_OK)
		rc = xs_request_new(&request, s->use->reranker, &query);
	if (rc != XS_OK)
		return rc;
	rc = xs_blank_score(scores, request, inputs, n, &s->deadline);
	/* Texts that the model cannot read say so themselves; the others have their scores. */
	if (rc == XS_OK || rc == XS_EINPUT || rc == XS_EUNSUPPORTED) {
		rerank_print(bad, s, request, scores, n, xs_clock_ms(begin));
		rc = XS_OK;
	}
	xs_request_free(request);
	return rc;
}

/* Answers one line, and frees it when it is read; a bad one gets its sentence and is counted.
 * Other codes end the command: a signal or a broken model is not the line's fault. */
static int rerank_line(size_t *bad, scoring_model *s, const rerank_options *o, char *text,
		       size_t len, long line)
{
	json_error_t error;
	json_t *object = xs_json_parse(text, len, 0, &error);
	xs_arena *a = xs_arena_new();
	int rc;

	free(text);
	if (object && o->pair)
		rc = rerank_pair_line(bad, s, a, object, &o->pairs);
	else if (object)
		rc = rerank_object(bad, s, a, object);
	else
		rc = xs_fail(XS_EINPUT, "expected a JSON object: %s at byte %d", error.text,
			     error.position);
	if (rc == XS_EINPUT || rc == XS_EFORMAT || rc == XS_EUNSUPPORTED) {
		const char *sentence = xs_arena_printf(a, "line %ld: %s", line, xs_error());

		print_json(json_pack("{s:o}", "error", xs_json_text(sentence)));
		fflush(stdout);
		++*bad;
		rc = XS_OK;
	}
	json_decref(object);
	xs_arena_free(a);
	return rc;
}

/* Each line is answered before the next is read, so another program can talk to it line by line. */
static int rerank_lines(xs_cmd *c, scoring_model *s, const rerank_options *o)
{
	char *text = NULL;
	size_t cap = 0, bad = 0;
	ssize_t len;
	long line = 0;
	int rc = XS_OK;

	lines_interruptible();
	while (rc == XS_OK && (len = getline(&text, &cap, stdin)) > 0) {
		line++;
		/* Blank lines have no answer.  One with a NUL is not blank, and gets its
		 * sentence. */
		if (text[strspn(text, " \t\r\n")] || memchr(text, '\0', (size_t)len)) {
			rc = rerank_line(&bad, s, o, text, (size_t)len, line);
			/* rerank_line() has freed it. */
			text = NULL;
			cap = 0;
		}
		if (ferror(stdout))
			break;
	}
	/* The flag first: a read that a signal ended looks like the end of the input. */
	if (rc == XS_OK && atomic_load(&c->cancel))
		rc = xs_fail(XS_ECANCEL, "stopped after line %ld", line);
	else if (rc == XS_OK && ferror(stdin))
		rc = xs_fail(XS_EIO, "read standard input: %s", strerror(errno));
	free(text);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (bad)
		cmd_say(c, "xapian-search: %zu line%s or text%s could not be scored", bad,
			bad == 1 ? "" : "s", bad == 1 ? "" : "s");
	return bad ? CMD_INPUT : CMD_OK;
}

/* Scores the first documents of one query and prints them as lines of a run.  What lies below the
 * depth is left out: its scores are the index's, and a run has one scale. */
static int rerank_run_query(xs_cmd *c, scoring_model *s, const xs_run_query *q,
			    const xs_beir *queries, const xs_beir *corpus)
{
	size_t depth = (size_t)xs_conf_depth(c->conf->rerank.depth),
	       n = q->n < depth ? q->n : depth;
	const xs_beir_row *row = xs_beir_find(queries, q->query);
	xs_score *scores;
	int rc;

	if (!row)
		return xs_fail(XS_EINPUT, "the run's query %.80s is not among the queries",
			       q->query);
	scores = calloc(n + 1, sizeof *scores);
	rc = scoring_query(scores, s, row->text, q->docs, n, corpus);
	for (size_t i = 0; i < n; i++)
		q->docs[i].score = scores[i].logit;
	free(scores);
	if (rc != XS_OK)
		return rc;
	xs_measure_sort(q->docs, n);
	return xs_run_write(stdout, q->query, q->docs, n, "xapian-search");
}

/* All is read before the first query is scored: a wrong file costs no scoring. */
static int rerank_run(xs_cmd *c, scoring_model *s, const rerank_options *o)
{
	xs_beir queries, corpus;
	xs_run run;
	int rc = xs_run_read(&run, c->arena, o->run);

	if (rc == XS_OK)
		rc = xs_beir_read(&queries, c->arena, o->files.queries);
	if (rc == XS_OK)
		rc = xs_beir_read(&corpus, c->arena, o->files.corpus);
	for (size_t i = 0; rc == XS_OK && i < run.n && !ferror(stdout); i++) {
		if (c->progress)
			print_progress(i, run.n,
				       xs_arena_printf(c->arena, "%zu of %zu queries", i, run.n));
		rc = rerank_run_query(c, s, &run.queries[i], &queries, &corpus);
	}
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}

static int rerank_option(xs_cmd *c, rerank_options *o, int row, const char *arg)
{
	switch (row) {
	case RERANK_RUN: o->run = arg; return XS_OK;
	case RERANK_QUERIES: o->files.queries = arg; return XS_OK;
	case RERANK_CORPUS: o->files.corpus = arg; return XS_OK;
	case RERANK_BEIR: o->beir = arg; return XS_OK;
	case RERANK_SYMMETRIC: o->pairs.symmetric = true; return XS_OK;
	case RERANK_TASK: return argument_word(&o->pair, arg, "pair", "rank", "--task");
	case RERANK_THRESHOLD:
		o->pairs.decide = true;
		return argument_real(&o->pairs.threshold, arg, -1e9, 1e9, "--threshold");
	default: scoring_option(c, &cmd_rerank_options[row], arg); return XS_OK;
	}
}

/* Whether the options go together; else the usage is shown.  An option that would be overlooked is
 * refused. */
static bool rerank_check(xs_cmd *c, const rerank_options *o)
{
	bool files = o->run || o->files.queries || o->files.corpus;

	if (files && !(o->run && o->files.queries && o->files.corpus))
		cmd_usage(c, "--run, --queries and --corpus go together");
	else if (files && o->pair)
		cmd_usage(c, "--task pair reads pairs from standard input, no run");
	else if (!o->pair && (o->pairs.symmetric || o->pairs.decide))
		cmd_usage(c, "--threshold and --symmetric need --task pair");
	else
		return true;
	return false;
}

int cmd_rerank(xs_cmd *c, int argc, char **argv)
{
	rerank_options o = {0};
	scoring_model scoring;
	const char *arg;
	int row, rc, code;

	while ((row = option_next(&arg, c, argc, argv, cmd_rerank_options)) >= 0)
		if (rerank_option(c, &o, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\": texts are read from standard input",
				 argv[optind]);
	/* Whichever split: no judgements are read here. */
	if (o.beir && xs_beir_folder(&o.files, c->arena, o.beir, "test") != XS_OK)
		return cmd_failed(c, XS_EINPUT);
	if (!rerank_check(c, &o))
		return CMD_INPUT;
	rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = scoring_open(&scoring, c);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	code = o.run ? rerank_run(c, &scoring, &o) : rerank_lines(c, &scoring, &o);
	scoring_close(&scoring);
	return code;
}
