/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.c - the command `log`: what the server was asked, from the log of questions. */
#include "cmd/cmd.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/file.h"
#include "cmd/argument.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "index/query_log.h"
#include "plugin/json.h"

enum { LOG_SINCE, LOG_N, LOG_JSON };

const xs_cmd_option cmd_log_options[] = {
	{"since", 's', "WHEN", NULL, "only from a day (2024-05-31), or the last 12h, 7d, 4w"},
	{"rows", 'n', "N", NULL, "questions of each kind (default: 10)"},
	{"json", 'j', NULL, NULL, "print JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

/* The names are words of the command line and keys in JSON, so they must stay. */
static const struct {
	const char *name, *title;
	xs_query_report which;
} log_reports[] = {
	{"top", "Asked most often", XS_REPORT_TOP},
	{"failing", "Without results", XS_REPORT_FAILING},
	{"slow", "Slowest", XS_REPORT_SLOW},
	{"clicks", "Chosen most often", XS_REPORT_CLICKS},
};

/* The help of -n states LOG_ROWS, too. */
enum { LOG_REPORTS = sizeof log_reports / sizeof *log_reports, LOG_ROWS = 10 };

typedef struct log_options {
	int64_t since;
	long n;
	bool json;
	const char *only; /* the name of one report; NULL: all */
} log_options;

/* UTC, as everywhere in JSON: a server and its operator may be in different zones. */
static const char *log_date(xs_arena *a, int64_t at)
{
	time_t seconds = (time_t)at;
	struct tm utc;
	char text[40];

	if (!gmtime_r(&seconds, &utc) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc))
		return "";
	return xs_arena_dup(a, text);
}

/* A row of clicks is of a page, not of a question: it has a place and no number of askings.
 * xs_json_ms() only rounds, which serves means of ranks and counts as well. */
static json_t *log_json_row(xs_arena *a, const xs_query_row *r, xs_query_report which)
{
	json_t *out = json_object();

	json_object_set_new(out, "query", xs_json_text(r->query));
	if (which == XS_REPORT_CLICKS) {
		json_object_set_new(out, "url", xs_json_text(r->url));
		json_object_set_new(out, "rank", xs_json_ms(r->rank));
	} else {
		json_object_set_new(out, "times", json_integer((json_int_t)r->times));
	}
	json_object_set_new(out, "clicks", json_integer((json_int_t)r->clicks));
	json_object_set_new(out, "results", xs_json_ms(r->results));
	json_object_set_new(out, "ms", xs_json_ms(r->ms));
	json_object_set_new(out, "slowest_ms", xs_json_ms(r->slowest));
	json_object_set_new(out, "last", json_string(log_date(a, r->last)));
	return out;
}

/* The question stands last: it is the only column without a bound. */
static void log_print(const xs_query_row *rows, size_t n, size_t report)
{
	bool clicks = log_reports[report].which == XS_REPORT_CLICKS;

	printf("%s%s\n", report ? "\n" : "", log_reports[report].title);
	if (!n) {
		puts("  none");
		return;
	}
	printf("%7s %7s %8s %10s  %s\n", clicks ? "clicks" : "times", clicks ? "rank" : "clicks",
	       "results", "slowest", "question");
	for (size_t i = 0; i < n; i++) {
		const xs_query_row *r = &rows[i];

		if (clicks)
			printf("%7" PRIu64 " %7.1f", r->clicks, r->rank);
		else
			printf("%7" PRIu64 " %7" PRIu64, r->times, r->clicks);
		printf(" %8.1f %10s  ", r->results, print_duration(r->slowest));
		print_text(stdout, r->query);
		if (clicks) {
			fputs(" -> ", stdout);
			print_text(stdout, r->url);
		}
		putchar('\n');
	}
}

/* One report, printed or put into `out`.  The list is made where text is printed, too: it is small
 * beside the query, and there is one path to test. */
static int log_report(xs_cmd *c, const log_options *o, size_t i, const char *path, json_t *out)
{
	json_t *list = json_array();
	xs_query_row *rows;
	size_t n;
	int rc = xs_query_log_report(&rows, &n, c->arena, path, log_reports[i].which, o->since,
				     (size_t)o->n);

	for (size_t k = 0; k < n; k++)
		json_array_append_new(list, log_json_row(c->arena, &rows[k], log_reports[i].which));
	json_object_set_new(out, log_reports[i].name, list);
	if (rc == XS_OK && !o->json)
		log_print(rows, n, i);
	return rc;
}

/* Nothing logged is no failure: a new site has no questions yet.  The file is the one that serve
 * writes, below the index. */
static int log_run(xs_cmd *c, const log_options *o)
{
	const char *path = xs_file_join(c->arena, c->conf->index.path, "queries.db");
	json_t *out = json_object();
	xs_query_totals totals;
	int rc = xs_query_log_totals(&totals, path, o->since);

	if (rc == XS_ENOTFOUND) {
		cmd_say(c, "xapian-search: no question has been logged in %s", path);
		json_decref(out);
		return CMD_NONE;
	}
	if (rc == XS_OK && !o->json)
		printf("%" PRIu64 " question%s, %" PRIu64 " without results, %" PRIu64
		       " click%s, %s on average\n\n",
		       totals.searches, totals.searches == 1 ? "" : "s", totals.failing,
		       totals.clicks, totals.clicks == 1 ? "" : "s", print_duration(totals.ms));
	json_object_set_new(out, "questions", json_integer((json_int_t)totals.searches));
	json_object_set_new(out, "without_results", json_integer((json_int_t)totals.failing));
	json_object_set_new(out, "clicked", json_integer((json_int_t)totals.clicks));
	json_object_set_new(out, "ms", xs_json_ms(totals.ms));
	for (size_t i = 0; i < LOG_REPORTS && rc == XS_OK; i++)
		if (!o->only || !strcmp(o->only, log_reports[i].name))
			rc = log_report(c, o, i, path, out);
	if (rc != XS_OK || !o->json)
		json_decref(out);
	else
		print_json(out);
	return rc != XS_OK ? cmd_failed(c, rc) : totals.searches ? CMD_OK : CMD_NONE;
}

int cmd_log(xs_cmd *c, int argc, char **argv)
{
	log_options o = {.n = LOG_ROWS, .since = INT64_MIN};
	const char *arg;
	int row, rc = XS_OK;
	size_t i = 0;

	while ((row = option_next(&arg, c, argc, argv, cmd_log_options)) >= 0) {
		switch (row) {
		case LOG_SINCE: rc = argument_since(&o.since, arg); break;
		case LOG_N: rc = argument_int(&o.n, arg, 1, 100000, "-n"); break;
		default: o.json = true;
		}
		if (rc != XS_OK)
			return cmd_failed(c, rc);
	}
	if (row == OPTION_STOP)
		return c->rc;
	if (optind + 1 < argc)
		return cmd_usage(c, "one report at a time: \"%s\" is too much", argv[optind + 1]);
	/* The name is looked up before the log is opened: a slip is reported even where there is no log. */
	o.only = optind < argc ? argv[optind] : NULL;
	while (o.only && i < LOG_REPORTS && strcmp(o.only, log_reports[i].name) != 0)
		i++;
	if (i == LOG_REPORTS)
		return cmd_usage(c,
				 "there is no report \"%s\"; expected top, failing, slow or clicks",
				 o.only);
	rc = cmd_settings(c);
	return rc == XS_OK ? log_run(c, &o) : cmd_failed(c, rc);
}
