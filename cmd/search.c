/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.c - the command `search`: one question, or a file of them with their times. */
#include "cmd/argument.h"
#include "cmd/option.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "cmd/print.h"
#include "cmd/results.h"
#include "cmd/samples.h"
#include "cmd/scoring.h"
#include "cmd/search.h"
#include "cmd/site.h"
#include "index/index.h"
#include "plugin/answer.h"
#include "plugin/extras.h"
#include "plugin/json.h"
#include "plugin/pipeline.h"
#include "plugin/paging_token.h"

enum {
	SEARCH_N,
	SEARCH_PAGE,
	SEARCH_RERANK,
	SEARCH_MEANING,
	SEARCH_DEPTH,
	SEARCH_BUDGET,
	SEARCH_FILTER,
	SEARCH_SORT,
	SEARCH_LANGUAGE,
	SEARCH_FACETS,
	SEARCH_SEEN,
	SEARCH_SUGGEST,
	SEARCH_SIMILAR,
	SEARCH_EXPLAIN,
	SEARCH_JSON,
	SEARCH_QUERIES,
	SEARCH_SCORING /* and on: rows of cmd/scoring.h */
};

const xs_cmd_option cmd_search_options[] = {
	{"results", 'n', "N", NULL, "results on a page of results"},
	{"page", 'p', "N", NULL, "which page of results, from 1"},
	{"rerank", 'r', "on|off", "on|off", "whether the model scores the first results"},
	{"meaning", 0, "auto|on|off", "auto|on|off",
	 "whether passages are found by what they mean, beside words"},
	{"depth", 'k', "N", NULL, "how many of the first results the model scores"},
	{"budget", 'b', "MS", NULL, "time for the model in milliseconds; 0: no limit"},
	{"filter", 'f', "CONDITION", NULL,
	 "only hits that meet this, such as type:html; may be repeated"},
	{"sort", 's', "relevance|date", "relevance|date", "by relevance, or the newest first"},
	{"language", 'l', "TAGS", NULL,
	 "of a page in several languages, the one to show: de, or \"de-AT, en;q=0.8\""},
	{"facets", 'F', NULL, NULL, "count the pages that match, by type, section and so on"},
	{"seen", 'w', "TOKEN", NULL,
	 "leave out results shown before: TOKEN is \"window\" in their JSON"},
	{"suggest", 0, NULL, NULL,
	 "complete a question: show titles and headings that begin like it"},
	{"similar", 0, NULL, NULL, "show pages like one: its URL takes the place of the question"},
	{"explain", 'e', NULL, NULL, "show the scores of hits and the time of stages"},
	{"json", 'j', NULL, NULL, "print JSON"},
	{"queries", 'Q', "FILE", NULL,
	 "ask each line of a file (-: standard input), and show the times"},
	SCORING_MODEL_OPTIONS,
	{NULL, 0, NULL, NULL, NULL},
};

typedef struct search_options {
	long n, page;
	bool explain, json, newest, facets, suggest, similar;
	const char *queries, *window, *languages;
	const char **filters;
	size_t n_filters;
} search_options;

/* What is open while questions are asked. */
typedef struct search_site {
	xs_pipeline *pipeline;
	xs_index *index;
} search_site;

static int search_sort(bool *newest, const char *arg)
{
	*newest = strcmp(arg, "date") == 0;
	if (*newest || strcmp(arg, "relevance") == 0)
		return XS_OK;
	return xs_fail(XS_EINPUT, "--sort: \"%s\" is no order; expected relevance or date", arg);
}

/* The last case is --filter, the only one that may come several times. */
static int search_option(xs_cmd *c, search_options *o, int row, const char *arg)
{
	const char **filters;
	bool on;

	if (row >= SEARCH_SCORING) {
		scoring_option(c, &cmd_search_options[row], arg);
		return XS_OK;
	}
	switch (row) {
	case SEARCH_N: return argument_int(&o->n, arg, 1, 10000, "-n");
	case SEARCH_PAGE: return argument_int(&o->page, arg, 1, 1000000, "--page");
	case SEARCH_MEANING: cmd_override_key(c, "search.meaning", arg); return XS_OK;
	case SEARCH_DEPTH: cmd_override_key(c, "rerank.depth", arg); return XS_OK;
	case SEARCH_BUDGET: cmd_override_key(c, "rerank.budget_ms", arg); return XS_OK;
	case SEARCH_FACETS: o->facets = true; return XS_OK;
	case SEARCH_SEEN: o->window = arg; return XS_OK;
	case SEARCH_SUGGEST: o->suggest = true; return XS_OK;
	case SEARCH_SIMILAR: o->similar = true; return XS_OK;
	case SEARCH_LANGUAGE: o->languages = arg; return XS_OK;
	case SEARCH_SORT: return search_sort(&o->newest, arg);
	case SEARCH_EXPLAIN: o->explain = true; return XS_OK;
	case SEARCH_JSON: o->json = true; return XS_OK;
	case SEARCH_QUERIES: o->queries = arg; return XS_OK;
	case SEARCH_RERANK:
		/* Checked here, as a wrong word would be told as one of rerank.enabled, which takes
		 * true and false. */
		if (argument_word(&on, arg, "on", "off", "--rerank") != XS_OK)
			return XS_EINPUT;
		cmd_override_key(c, "rerank.enabled", on ? "true" : "false");
		return XS_OK;
	default:
		filters = xs_arena_array(c->arena, o->n_filters + 1, sizeof *filters);
		if (o->n_filters)
			memcpy(filters, o->filters, o->n_filters * sizeof *filters);
		filters[o->n_filters++] = arg;
		o->filters = filters;
		return XS_OK;
	}
}

static void search_close(search_site *s)
{
	xs_index_close(s->index);
	xs_pipeline_close(s->pipeline);
}

/* The pipeline first: a wrong setting is reported even where there is no index yet. */
static int search_open(search_site *s, xs_cmd *c)
{
	int rc = cmd_settings(c);

	*s = (search_site){0};
	if (rc == XS_OK)
		rc = xs_pipeline_open(&s->pipeline, c->conf);
	if (rc == XS_OK)
		rc = site_index_open(&s->index, c);
	if (rc != XS_OK)
		search_close(s);
	return rc;
}

/* Asks one question.  The caller frees *out. */
static int search_ask(xs_query **out, double *ms, xs_cmd *c, search_site *s,
		      const search_options *o, const char *text)
{
	xs_query *q = xs_query_new();
	int64_t begin = xs_clock_ns();
	int rc;

	q->text = text;
	q->filters = o->filters;
	q->n_filters = o->n_filters;
	q->n = o->n ? (size_t)o->n : (size_t)c->conf->search.results;
	q->offset = q->n * (size_t)(o->page - 1);
	q->explain = o->explain;
	q->newest = o->newest;
	q->languages = o->languages;
	/* The signal alone: the time for reranking is the stage's own matter. */
	q->deadline.cancel = &c->cancel;
	/* JSON keeps the marks of HTML, as over HTTP: the same answer whoever asks. */
	if (!o->json) {
		q->plain = true;
		q->mark[0] = PRINT_MARK_ON;
		q->mark[1] = PRINT_MARK_OFF;
	}
	/* A wrong token is told before anything is searched. */
	rc = o->window ? xs_paging_token_read(q, o->window, q->offset) : XS_OK;
	if (rc == XS_OK)
		rc = xs_pipeline_run(s->pipeline, s->index, q);
	*ms = xs_clock_ms(begin);
	*out = q;
	return rc;
}

/* Facets are counted by the same open index: both are of one moment.  The token for --seen comes
 * with JSON alone, where a program can keep it. */
static int search_one(xs_cmd *c, search_site *s, const search_options *o, const char *text)
{
	xs_query *q;
	double ms;
	int rc = search_ask(&q, &ms, c, s, o, text), code = CMD_OK;
	xs_facets facets = {0};
	json_t *out;

	if (rc == XS_OK && o->facets)
		rc = search_facets(&facets, q, c, s->index);
	if (rc == XS_OK && o->json) {
		out = xs_answer_json(q, ms);
		json_object_set_new(out, "window", json_string(xs_paging_token_write(q)));
		if (o->facets)
			json_object_set_new(out, "facets", xs_extras_facets(&facets));
		print_json(out);
	} else if (rc == XS_OK) {
		results_print(q, ms, c->colour);
		search_facets_print(&facets, c->colour);
	}
	if (rc == XS_OK && q->n_groups == 0)
		code = CMD_NONE;
	xs_query_free(q);
	return rc == XS_OK ? code : cmd_failed(c, rc);
}

/* What many questions took, in milliseconds. */
typedef struct search_times {
	samples ms;
	size_t found, bad;
} search_times;

/* Percentiles and no mean, in which one slow question would hide. */
static void search_report(search_times *t, bool json)
{
	static const struct {
		const char *name;
		double percent;
	} shown[] = {{"p50", 50}, {"p95", 95}, {"p99", 99}, {"max", 100}};
	json_t *out = json_object(), *ms = json_object();

	if (!json)
		printf("%zu questions, %zu with results;", t->ms.n, t->found);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		double value = samples_percentile(&t->ms, shown[i].percent);

		json_object_set_new(ms, shown[i].name, xs_json_ms(value));
		if (!json)
			printf("%s %s %.2f ms", i ? "," : "", shown[i].name, value);
	}
	json_object_set_new(out, "questions", json_integer((json_int_t)t->ms.n));
	json_object_set_new(out, "found", json_integer((json_int_t)t->found));
	json_object_set_new(out, "ms", ms);
	if (json) {
		print_json(out);
	} else {
		putchar('\n');
		json_decref(out);
	}
}

/* A question that cannot be asked gets its sentence, and the others are asked. */
static int search_refused(search_times *t, const char *text, bool json)
{
	t->bad++;
	if (json) {
		print_json(json_pack("{s:o, s:o}", "query", xs_json_text(text), "error",
				     xs_json_text(xs_error())));
	} else {
		printf("%8s      %3s  ", "-", "-");
		print_text(stdout, text);
		fputs(": ", stdout);
		print_text(stdout, xs_error());
		putchar('\n');
	}
	return XS_OK;
}

/* Asks the question in one line of the file. */
static int search_line(xs_cmd *c, search_site *s, const search_options *o, const char *text,
		       search_times *t)
{
	xs_query *q;
	double ms;
	int rc = search_ask(&q, &ms, c, s, o, text);

	if (rc == XS_OK) {
		if (o->json) {
			print_json(xs_answer_json(q, ms));
		} else {
			printf("%8.2f ms  %3zu  ", ms, q->n_groups);
			print_text(stdout, text);
			putchar('\n');
		}
		/* Questions that were refused have no time: they would only make the others look
		 * better. */
		samples_add(&t->ms, ms);
		t->found += q->n_groups > 0;
	} else if (rc == XS_EINPUT) {
		rc = search_refused(t, text, o->json);
	}
	xs_query_free(q);
	return rc;
}

/* One process and one open index for all: what is measured is searching, not starting. */
static int search_many(xs_cmd *c, search_site *s, const search_options *o)
{
	bool standard = strcmp(o->queries, "-") == 0;
	FILE *in = standard ? stdin : fopen(o->queries, "r");
	search_times times = {0};
	char *text = NULL;
	size_t cap = 0;
	int rc = XS_OK;

	if (!in)
		return cmd_failed(c,
				  xs_fail(XS_EINPUT, "open %s: %s", o->queries, strerror(errno)));
	while (rc == XS_OK && !ferror(stdout) && getline(&text, &cap, in) > 0) {
		text[strcspn(text, "\r\n")] = '\0';
		if (text[strspn(text, " \t")])
			rc = search_line(c, s, o, text, &times);
	}
	if (rc == XS_OK && ferror(in))
		rc = xs_fail(XS_EIO, "read %s: %s", o->queries, strerror(errno));
	if (rc == XS_OK && times.ms.n + times.bad == 0)
		rc = xs_fail(XS_EINPUT, "%s: there is no question in it", o->queries);
	/* After a failure too: what was measured until then is true. */
	if (times.ms.n)
		search_report(&times, o->json);
	if (!standard)
		fclose(in);
	free(text);
	samples_fini(&times.ms);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (times.bad)
		cmd_say(c, "xapian-search: %zu question%s could not be asked", times.bad,
			times.bad == 1 ? "" : "s");
	/* What could not be asked needs a look, so it counts before what was not found. */
	return times.bad ? CMD_INPUT : times.found ? CMD_OK : CMD_NONE;
}

/* The words of the command line as one question.  Quotes of the shell are gone by now; a phrase
 * needs quotes of its own. */
static const char *search_text(xs_cmd *c, int n, char **words)
{
	const char *text = n ? words[0] : "";

	for (int i = 1; i < n; i++)
		text = xs_arena_printf(c->arena, "%s %s", text, words[i]);
	return text;
}

/* Suggestions and similar pages need no pipeline, but a wrong one is reported here as everywhere.
 * -n that is not given is 0, for which index/ has its own numbers. */
static int search_run(xs_cmd *c, search_site *s, const search_options *o, const char *text)
{
	search_filters filters = {o->filters, o->n_filters};

	if (o->suggest)
		return search_suggest(c, s->index, text, filters, (size_t)o->n, o->json);
	if (o->similar)
		return search_similar(c, s->index, text, filters, (size_t)o->n, o->json);
	return o->queries ? search_many(c, s, o) : search_one(c, s, o, text);
}

int cmd_search(xs_cmd *c, int argc, char **argv)
{
	search_options o = {.page = 1};
	search_site site;
	const char *arg;
	int row, code;

	while ((row = option_next(&arg, c, argc, argv, cmd_search_options)) >= 0)
		if (search_option(c, &o, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind == argc && !o.queries)
		return cmd_usage(c, "a question is missing");
	/* Each of them takes the question for something else. */
	if (o.suggest + o.similar + (o.queries != NULL) > 1)
		return cmd_usage(c, "one of --suggest, --similar and --queries at a time");
	if (optind < argc && o.queries)
		return cmd_usage(c, "--queries takes the place of the question \"%s\"",
				 argv[optind]);
	/* Before the index is opened: a wrong name is told at once. */
	if (o.queries && strcmp(o.queries, "-") != 0 && access(o.queries, R_OK) != 0)
		return cmd_failed(c, xs_fail(XS_EINPUT, "open %s: %s", o.queries, strerror(errno)));
	code = search_open(&site, c);
	if (code == XS_ENOTFOUND) /* no index is a wrong setting here; 1 is for no results */
		code = XS_EINPUT;
	if (code != XS_OK)
		return cmd_failed(c, code);
	code = search_run(c, &site, &o, search_text(c, argc - optind, argv + optind));
	search_close(&site);
	return code;
}
