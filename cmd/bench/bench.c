/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench.c - the command `bench`: how fast the model, the search and the indexing are here. */
#include "config.h"

#include "cmd/bench/bench.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/pool.h"
#include "cmd/argument.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "plugin/json.h"
#include "rerank/kern/kern.h"

enum {
	/* Behind the rows that all commands with a model have. */
	BENCH_TEXTS = SCORING_MODEL_ROWS,
	BENCH_TOKENS,
	BENCH_LONGEST,
	BENCH_VECTORS,
	BENCH_SECONDS,
	BENCH_QUERIES,
	BENCH_JSON
};

const xs_cmd_option cmd_bench_options[] = {
	SCORING_MODEL_OPTIONS,
	{"texts", 'k', "N", NULL, "texts in a request, where a table does not compare them"},
	{"tokens", 0, "N", NULL, "average tokens of a text; they vary from half to 1.5 times N"},
	{"longest", 0, "N", NULL, "the greatest length, where lengths are compared"},
	{"vectors", 0, "N", NULL, "with meaning: vectors that are searched"},
	{"seconds", 's', "N", NULL, "seconds for each table; at least three rounds are run"},
	{"queries", 'Q', "FILE", NULL, "with search: ask each line of this file"},
	{"json", 'j', NULL, NULL, "print JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

/* In the order of the tables; memory is measured before this process has any of its own. */
static const struct bench_subject {
	const char *name;
	int (*run)(bench *b);
	bool usual; /* measured where no subject is named; the others need an index */
} bench_subjects[] = {
	{"memory", bench_memory, true},	  {"rerank", bench_rerank, true},
	{"stages", bench_stages, true},	  {"length", bench_length, true},
	{"pattern", bench_pattern, true}, {"precision", bench_precision, true},
	{"threads", bench_threads, true}, {"kern", bench_kern, true},
	{"embed", bench_embed, true},	  {"meaning", bench_meaning, true},
	{"search", bench_search, false},  {"index", bench_index, false},
};
enum { BENCH_SUBJECTS = sizeof bench_subjects / sizeof *bench_subjects };

void bench_show(bench *b, const char *name, const char *title, const bench_column *columns,
		json_t *rows)
{
	/* With --json tables wait in the report; else each is shown as soon as it is there. */
	if (b->report) {
		json_object_set_new(b->report, name, rows);
		return;
	}
	bench_table_print(title, columns, rows);
	json_decref(rows);
}

const char *const *bench_precisions(xs_cmd *c)
{
	/* Of the table of settings: a new precision is measured with no change here. */
	const xs_conf_word *words = xs_conf_key_find("rerank.precision")->words;
	const char **names;
	size_t n = 0;

	while (words[n].word)
		n++;
	names = xs_arena_array(c->arena, n + 1, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = words[i].word;
	return names;
}

/* The processor's name, as the system tells it. */
static const char *bench_cpu(xs_arena *a)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256], name[128] = "unknown CPU";

	/* Not on every architecture is there such a line: then the name is not known, and
	 * nothing is wrong. */
	while (f && fgets(line, sizeof line, f))
		/* A blank of the format stands for any number of blanks and tabs. */
		if (sscanf(line, "model name : %127[^\n]", name) == 1)
			break;
	if (f)
		fclose(f);
	return xs_arena_dup(a, name);
}

/* What all tables were measured with. */
static void bench_head(bench *b)
{
	xs_cmd *c = b->c;
	const char *cpu = bench_cpu(c->arena), *isa = xs_kern_get()->name;
	unsigned cpus = xs_pool_cpus();

	if (!b->report) {
		printf("xapian-search %s on %s, %u CPU%s, %s\n", PACKAGE_VERSION, cpu, cpus,
		       cpus == 1 ? "" : "s", isa);
		return;
	}
	json_object_set_new(b->report, "version", json_string(PACKAGE_VERSION));
	json_object_set_new(b->report, "cpu", xs_json_text(cpu));
	json_object_set_new(b->report, "cpus", json_integer((json_int_t)cpus));
	json_object_set_new(b->report, "isa", json_string(isa));
}

static int bench_option(bench *b, int row, const char *arg)
{
	long n = 0;
	int rc = XS_OK;

	switch (row) {
	case BENCH_TEXTS:
		rc = argument_int(&n, arg, 1, 100000, "--texts");
		b->texts = (size_t)n;
		break;
	case BENCH_TOKENS:
		rc = argument_int(&n, arg, 1, 32768, "--tokens");
		b->tokens = (int)n;
		break;
	case BENCH_LONGEST:
		rc = argument_int(&n, arg, 1, 65000, "--longest");
		b->longest = (int)n;
		break;
	case BENCH_VECTORS:
		rc = argument_int(&n, arg, 1, 10000000, "--vectors");
		b->vectors = (size_t)n;
		break;
	case BENCH_SECONDS: rc = argument_real(&b->seconds, arg, 0, 86400, "--seconds"); break;
	case BENCH_QUERIES: b->queries = arg; break;
	/* The report is made with the first -j; a second one changes nothing. */
	case BENCH_JSON: b->report = b->report ? b->report : json_object(); break;
	default: scoring_option(b->c, &cmd_bench_options[row], arg);
	}
	return rc;
}

/* Marks the subjects that are named; none: the usual ones. */
static int bench_choose(bool chosen[BENCH_SUBJECTS], xs_cmd *c, char **names, int n)
{
	for (int s = 0; s < BENCH_SUBJECTS; s++)
		chosen[s] = n == 0 && bench_subjects[s].usual;
	for (int i = 0; i < n; i++) {
		int s = 0;

		while (s < BENCH_SUBJECTS && strcmp(names[i], bench_subjects[s].name) != 0)
			s++;
		if (s == BENCH_SUBJECTS)
			return cmd_usage(c, "there is nothing called \"%s\" to measure", names[i]);
		chosen[s] = true;
	}
	return CMD_OK;
}

static int bench_all(bench *b, const bool chosen[BENCH_SUBJECTS])
{
	/* Once for all subjects: each changes only what it compares. */
	int rc = cmd_settings(b->c);

	if (rc == XS_OK)
		bench_head(b);
	for (int s = 0; s < BENCH_SUBJECTS && rc == XS_OK; s++)
		if (chosen[s])
			rc = bench_subjects[s].run(b);
	if (rc == XS_ENOTFOUND) /* no index is a wrong setting here; 1 is for no results */
		rc = XS_EINPUT;
	/* In one piece at the end: half a JSON object is of no use. */
	if (rc == XS_OK && b->report)
		print_json(json_incref(b->report));
	return rc == XS_OK ? CMD_OK : cmd_failed(b->c, rc);
}

int cmd_bench(xs_cmd *c, int argc, char **argv)
{
	bench b = {.c = c,
		   .texts = 100,
		   .tokens = 200,
		   .longest = 4096,
		   .vectors = 40000,
		   .seconds = 8};
	bool chosen[BENCH_SUBJECTS];
	const char *arg;
	int row, code = CMD_OK;

	while ((row = option_next(&arg, c, argc, argv, cmd_bench_options)) >= 0 && code == CMD_OK)
		if (bench_option(&b, row, arg) != XS_OK)
			code = cmd_failed(c, XS_EINPUT);
	if (code == CMD_OK)
		code = row == OPTION_STOP ? c->rc
					  : bench_choose(chosen, c, argv + optind, argc - optind);
	if (code == CMD_OK && row != OPTION_STOP)
		code = bench_all(&b, chosen);
	/* After a failure too: what was measured by then goes unprinted. */
	json_decref(b.report);
	return code;
}
