/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export.c - the command `export`: rows of query, text, score and rank, to train a model with. */
#include "cmd/export.h"

#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "cmd/argument.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "plugin/json.h"

/* Places of rows in the table below, so both must have one order.  The rows of scoring.h come
 * first. */
enum {
	EXPORT_DEPTH = SCORING_ROWS,
	EXPORT_CORPUS,
	EXPORT_QUERIES,
	EXPORT_QRELS,
	EXPORT_BEIR,
	EXPORT_SPLIT,
	EXPORT_RUN,
	EXPORT_LOG,
	EXPORT_SINCE,
	EXPORT_MAX_QUERIES,
	EXPORT_TEACHER,
	EXPORT_FORMAT
};

const xs_cmd_option cmd_export_options[] = {
	SCORING_OPTIONS,
	{"depth", 'k', "N", NULL, "documents of each query"},
	{"corpus", 0, "FILE", NULL, "a collection's documents (default: the configured index)"},
	{"queries", 0, "FILE", NULL, "the queries: JSON lines, or one question per line"},
	{"qrels", 0, "FILE", NULL, "judgements of the collection: grades are added to the rows"},
	{"beir", 0, "FOLDER", NULL, "a BEIR folder, for the files above that are not given"},
	{"split", 0, "NAME", "train|dev|test", "with --beir: which judgements (default: train)"},
	{"run", 0, "FILE", NULL, "take the documents from this TREC run, and retrieve none"},
	{"log", 'l', NULL, NULL, "take the queries from the site's log, with clicks"},
	{"since", 's', "WHEN", NULL,
	 "with --log: only from a day (2024-05-31), or the last 12h, 7d, 4w"},
	{"max-queries", 0, "N", NULL, "only the first N queries"},
	{"teacher", 0, NULL, NULL, "score the rows with the model"},
	{"format", 0, "FORMAT", "jsonl|tsv", "JSON lines, or fields separated by tabs"},
	{NULL, 0, NULL, NULL, NULL},
};

static int export_option(xs_cmd *c, export_options *o, int row, const char *arg)
{
	switch (row) {
	case EXPORT_CORPUS: o->files.corpus = arg; return XS_OK;
	case EXPORT_QUERIES: o->files.queries = arg; return XS_OK;
	case EXPORT_QRELS: o->files.qrels = arg; return XS_OK;
	case EXPORT_BEIR: o->beir = arg; return XS_OK;
	case EXPORT_SPLIT: o->split = arg; return XS_OK;
	case EXPORT_RUN: o->run = arg; return XS_OK;
	case EXPORT_LOG: o->log = true; return XS_OK;
	case EXPORT_SINCE: return argument_since(&o->since, arg);
	case EXPORT_MAX_QUERIES:
		return argument_int(&o->max_queries, arg, 1, 1000000000, "--max-queries");
	case EXPORT_TEACHER: o->teacher = true; return XS_OK;
	case EXPORT_FORMAT: return argument_word(&o->tsv, arg, "tsv", "jsonl", "--format");
	default: scoring_option(c, &cmd_export_options[row], arg); return XS_OK;
	}
}

/* Sets the model's scores.  A NaN ends the export: JSON has none, and where weights are damaged the
 * other scores are in doubt, too. */
static int export_score(export_doc *docs, size_t n, xs_arena *a, scoring_model *s,
			const char *query)
{
	xs_input *texts = xs_arena_array(a, n + 1, sizeof *texts), input = xs_input_text(query);
	xs_score *scores = xs_arena_array(a, n + 1, sizeof *scores);
	int rc;

	for (size_t i = 0; i < n; i++)
		texts[i] = xs_input_text(docs[i].text);
	rc = scoring_texts(scores, s, &input, texts, n);
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		docs[i].teacher = scores[i].logit;
		if (!isfinite(scores[i].logit))
			rc = xs_fail(XS_EFORMAT,
				     "the model gives no number; its weights may be damaged");
	}
	return rc;
}

/* A number, or null. */
static json_t *export_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* A text is given as the model read it, so that a trained one sees the same.  "score" is the number
 * to train on; with a teacher the index's own stands beside it.  A grade that nobody gave is left
 * out, as 0 would say "not relevant". */
static void export_json(const export_query *q, const export_doc *d, const export_options *o)
{
	bool teacher = o->teacher;
	json_t *row = json_object();

	json_object_set_new(row, "query", xs_json_text(q->text));
	json_object_set_new(row, "text", xs_json_text(d->text));
	json_object_set_new(row, "score", export_number(teacher ? d->teacher : d->first));
	json_object_set_new(row, "rank", json_integer((json_int_t)d->rank));
	if (teacher)
		json_object_set_new(row, "first_score", export_number(d->first));
	if (d->judged)
		json_object_set_new(row, "grade", json_integer(d->grade));
	if (o->log) {
		json_object_set_new(row, "clicks", json_integer((json_int_t)d->clicks));
		json_object_set_new(row, "times", json_integer((json_int_t)q->times));
	}
	json_object_set_new(row, "query_id", xs_json_text(q->id));
	json_object_set_new(row, "id", xs_json_text(d->id));
	print_json(row);
}

/* A field: tabs, line ends and other controls are blanks. */
static void export_field(const char *text)
{
	print_text(stdout, text);
	putchar('\t');
}

/* All columns are always there, empty where nothing is known: readers of TSV count them. */
static void export_tsv(const export_query *q, const export_doc *d, const export_options *o)
{
	double score = o->teacher ? d->teacher : d->first;

	export_field(q->text);
	export_field(d->text);
	if (isfinite(score))
		/* As print_json() has it: nine digits give a float back. */
		printf("%.9g", score);
	printf("\t%zu\t", d->rank);
	if (d->judged)
		printf("%d", d->grade);
	putchar('\t');
	if (o->log)
		printf("%" PRIu64, d->clicks);
	putchar('\t');
	export_field(q->id);
	print_text(stdout, d->id);
	putchar('\n');
}

/* Writes the rows of one query; *rows counts them.  An arena for each query: in one for all, an
 * export would hold every text until its end. */
static int export_query_rows(size_t *rows, export_source *source, scoring_model *s,
			     const export_query *q, const export_options *o)
{
	xs_arena *a = xs_arena_new();
	export_doc *docs;
	size_t n;
	int rc = export_source_find(&docs, &n, a, source, q);

	if (rc == XS_OK && o->teacher && n)
		rc = export_score(docs, n, a, s, q->text);
	for (size_t i = 0; rc == XS_OK && i < n; i++)
		(o->tsv ? export_tsv : export_json)(q, &docs[i], o);
	*rows += rc == XS_OK ? n : 0;
	xs_arena_free(a);
	return rc;
}

/* A query that cannot be asked is reported, and the others are exported. */
static int export_all(xs_cmd *c, export_source *source, scoring_model *s, const export_options *o)
{
	size_t n, rows = 0, bad = 0;
	const export_query *queries = export_source_queries(&n, source);
	int rc = XS_OK;

	if (o->tsv)
		puts("query\ttext\tscore\trank\tgrade\tclicks\tquery_id\tid");
	/* A reader that went away ends the work; main_end() reports it. */
	for (size_t i = 0; i < n && rc == XS_OK && !ferror(stdout); i++) {
		char text[64];

		snprintf(text, sizeof text, "%zu of %zu queries", i, n);
		if (c->progress)
			print_progress(i, n, text);
		rc = export_query_rows(&rows, source, s, &queries[i], o);
		/* A log has whatever people typed; a collection's query that fails is a fault of its file. */
		if (rc == XS_EINPUT && !o->files.corpus) {
			cmd_say(c, "query %s: %s", queries[i].id, xs_error());
			bad++;
			rc = XS_OK;
		}
		if (rc == XS_OK && atomic_load(&c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped after %zu queries", i + 1);
	}
	print_progress_clear();
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	cmd_say(c, "%zu rows of %zu queries", rows, n - bad);
	/* Rows were written, but 2 says that some are missing. */
	return bad ? CMD_INPUT : rows ? CMD_OK : CMD_NONE;
}

/* The model before the index: a wrong model is reported in a second, an index of a corpus takes minutes. */
static int export_run(xs_cmd *c, const export_options *o)
{
	scoring_model scoring = {0};
	export_source *source = NULL;
	int rc = cmd_settings(c), code;

	if (rc == XS_OK && o->teacher)
		rc = scoring_open(&scoring, c);
	if (rc == XS_OK)
		rc = export_source_open(&source, c, o);
	code = rc == XS_OK ? export_all(c, source, &scoring, o) : cmd_failed(c, rc);
	export_source_close(source);
	scoring_close(&scoring);
	return code;
}

/* Whether the options go together; else the usage is shown.  An option that would be overlooked is
 * refused: rows other than those that were meant cost a training. */
static bool export_check(xs_cmd *c, const export_options *o)
{
	bool files = o->files.corpus || o->files.queries || o->files.qrels || o->run;

	if (o->log && files)
		cmd_usage(
			c,
			"--log is of the site, --corpus, --queries, --qrels, --run and --beir are not");
	else if (!o->log && o->since != INT64_MIN)
		cmd_usage(c, "--since needs --log");
	else if (!o->log && !o->files.queries)
		cmd_usage(c, "--queries, --beir or --log is needed");
	else if (!o->files.corpus && (o->run || o->files.qrels))
		cmd_usage(c, "--run and --qrels are of a collection: --corpus is needed");
	else
		return true;
	return false;
}

int cmd_export(xs_cmd *c, int argc, char **argv)
{
	/* `train`, unlike eval: rows to train on must not be those that are measured.  INT64_MIN:
	 * --since is not given, which is also the beginning of time. */
	export_options o = {.split = "train", .since = INT64_MIN};
	const char *arg;
	int row;

	while ((row = option_next(&arg, c, argc, argv, cmd_export_options)) >= 0)
		if (export_option(c, &o, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\"", argv[optind]);
	if (o.beir && xs_beir_folder(&o.files, c->arena, o.beir, o.split) != XS_OK)
		return cmd_failed(c, XS_EINPUT);
	return export_check(c, &o) ? export_run(c, &o) : CMD_INPUT;
}
