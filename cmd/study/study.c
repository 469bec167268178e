/* SPDX-License-Identifier: GPL-2.0-or-later */
/* study.c - the command `study`: a grid of ways to score, measured on collections. */
#include "cmd/study/result.h"
#include "cmd/study/run.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/argument.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "rerank/kern/kern.h"

enum {
	STUDY_OUTPUT,
	STUDY_BEIR,
	STUDY_CORPUS,
	STUDY_SITE,
	STUDY_LOG,
	STUDY_QUERIES,
	STUDY_QRELS,
	STUDY_RUN,
	STUDY_RETRIEVALS,
	STUDY_PAIRS,
	STUDY_WINDOWS,
	STUDY_PATTERNS,
	STUDY_PRECISIONS,
	STUDY_DEPTHS,
	STUDY_LENGTHS,
	STUDY_BASELINE,
	STUDY_MAX_QUERIES,
	STUDY_SWEEP,
	STUDY_ATTENTION,
	STUDY_SETTINGS /* the rest sets keys below rerank. */
};

const xs_cmd_option cmd_study_options[] = {
	{"output", 0, "FOLDER", NULL,
	 "folder of the results; a study that was stopped continues there"},
	{"beir", 0, "FOLDER", NULL, "a collection; may be given several times"},
	{"corpus", 0, "FILE", NULL, "a collection's documents, as JSON lines"},
	{"site", 0, NULL, NULL, "the documents are those of the configured index"},
	{"log", 0, NULL, NULL, "the same, with the questions of its log, judged by clicks"},
	{"queries", 0, "FILE", NULL, "the queries, as JSON lines"},
	{"qrels", 0, "FILE", NULL, "the judgements, in the form of TREC or BEIR"},
	{"run", 0, "FILE", NULL,
	 "a TREC run to rerank, in the folder of --beir (default: retrieve)"},
	{"retrievals", 0, "LIST", NULL,
	 "what documents are found by: words, meaning, both (default: as in a search)"},
	{"pairs", 0, "FILE", NULL, "labelled pairs, to be classified; may be given several times"},
	{"windows", 0, "LIST", NULL, "windows (default: none,64,16,4,1,0)"},
	{"patterns", 0, "LIST", NULL, "patterns, such as full-query_doc (default: full,sparse)"},
	{"precisions", 0, "LIST", NULL, "number formats (default: int8)"},
	{"depths", 0, "LIST", NULL, "how many documents of a query are scored"},
	{"lengths", 0, "LIST", NULL, "how many tokens of a text are read (default: all)"},
	{"baseline", 0, "CELL", NULL,
	 "cell that the others are compared with (default: full/none)"},
	{"max-queries", 0, "N", NULL, "only the first N judged queries of a collection"},
	{"sweep", 0, "N", NULL,
	 "measure memory of texts up to N tokens (default: 4096; 0: do not)"},
	{"attention", 0, "N", NULL, "look at the attention of N pairs (default: 32; 0: do not)"},
	{"model", 'm', "FOLDER", NULL,
	 "use the model in FOLDER (default: the one that is built in)"},
	{"threads", 't', "N", NULL, "threads that score; 0: one for each CPU"},
	{"positions", 0, "N", NULL, "stretch the model's positions to N"},
	{"query-tokens", 0, "N", NULL, "cut longer queries to N tokens; 0: to 32"},
	{"overlong", 0, "HOW", "max|first|mean",
	 "which windows of a long text count: best, first or mean"},
	{NULL, 0, NULL, NULL, NULL},
};

static int study_option(xs_cmd *c, study_words *w, int row, const char *arg)
{
	switch (row) {
	case STUDY_OUTPUT: w->folder = arg; return XS_OK;
	case STUDY_BEIR: w->beir[w->n_beir++] = arg; return XS_OK;
	case STUDY_CORPUS: w->corpus = arg; return XS_OK;
	case STUDY_SITE: w->site = true; return XS_OK;
	case STUDY_LOG: w->log = true; return XS_OK;
	case STUDY_QUERIES: w->queries = arg; return XS_OK;
	case STUDY_QRELS: w->qrels = arg; return XS_OK;
	case STUDY_RUN: w->run = arg; return XS_OK;
	case STUDY_RETRIEVALS: w->retrievals = arg; return XS_OK;
	case STUDY_PAIRS: w->pairs[w->n_pairs++] = arg; return XS_OK;
	case STUDY_WINDOWS: w->windows = arg; return XS_OK;
	case STUDY_PATTERNS: w->patterns = arg; return XS_OK;
	case STUDY_PRECISIONS: w->precisions = arg; return XS_OK;
	case STUDY_DEPTHS: w->depths = arg; return XS_OK;
	case STUDY_LENGTHS: w->lengths = arg; return XS_OK;
	case STUDY_BASELINE: w->baseline = arg; return XS_OK;
	case STUDY_MAX_QUERIES:
		return argument_int(&w->max_queries, arg, 1, 1000000000, "--max-queries");
	case STUDY_SWEEP: return argument_int(&w->sweep, arg, 0, 65536, "--sweep");
	case STUDY_ATTENTION: return argument_int(&w->attention, arg, 0, 100000, "--attention");
	default: scoring_option(c, &cmd_study_options[row], arg); return XS_OK;
	}
}

/* What the report says of the machine. A model that cannot be opened stops the study later,
 * with its own sentence. */
static void study_model(study_report *r, xs_cmd *c)
{
	const char *folder = c->conf->rerank.model;
	xs_model_info info;
	xs_model *m;

	r->isa = xs_kern_get()->name;
	r->threads = c->conf->rerank.threads ? (unsigned)c->conf->rerank.threads : xs_pool_cpus();
	r->model = "";
	if (xs_model_open(&m, *folder ? folder : NULL) != XS_OK)
		return;
	xs_model_info_get(&info, m);
	r->model = xs_arena_dup(c->arena, info.name);
	xs_model_close(m);
}

/* One cell: measures, the tests of the first one, time. */
static void study_print_cell(xs_cmd *c, const study_report *r, const study_result *k, size_t i)
{
	const study_cell *cell = &k->cells[i];
	const study_test *t = &cell->test[STUDY_FIRST];

	printf("%-32s", study_cell_name(r->plan, c->arena, i));
	for (int m = 0; m < STUDY_MEASURES; m++)
		printf(" %8.4f", cell->mean[m]);
	if (i == r->plan->baseline)
		printf(" %10s %8s %8s", "baseline", "", "");
	else
		/* The corrected p-values: with dozens of cells some are below 0.05 by chance. */
		printf(" %+10.4f %8.4f %8.4f", t->paired.difference, t->p_holm, t->p_tost_holm);
	printf(" %9.3f\n", cell->cpu_ms);
}

/* The table on the terminal: a line a cell and collection. */
static void study_print(xs_cmd *c, const study_report *r)
{
	const study_plan *p = r->plan;

	for (size_t s = 0; s < p->n_sources; s++) {
		const study_result *k = &r->results[s];

		printf("%s%s: %zu %s", s ? "\n" : "", k->collection->name, k->collection->n_units,
		       k->collection->labels ? "pairs\n" : "queries");
		if (!k->collection->labels)
			printf(", recall@%ld of the first stage %.4f\n", p->depths[p->n_depths - 1],
			       k->recall);
		printf("%-32s", "");
		for (int m = 0; m < STUDY_MEASURES; m++)
			printf(" %8s", k->collection->measures[m]);
		printf(" %10s %8s %8s %9s\n", "difference", "p", "p(TOST)", "ms a pair");
		if (!k->collection->labels)
			printf("%-32s %8.4f %8.4f %8.4f\n", "first stage",
			       k->first.mean[STUDY_FIRST], k->first.mean[STUDY_SECOND],
			       k->first.mean[STUDY_THIRD]);
		for (size_t i = 0; i < study_cells(p); i++)
			study_print_cell(c, r, k, i);
	}
}

/* Scores first, which take hours and are kept cell by cell; all that follows is made again from
 * them within seconds. */
static int study_all(xs_cmd *c, const study_plan *p)
{
	study_collection *k = xs_arena_array(c->arena, p->n_sources, sizeof *k);
	study_result *results = xs_arena_array(c->arena, p->n_sources, sizeof *results);
	study_report r = {.plan = p, .results = results};
	study_attention attention;
	study_length *lengths;
	int rc = xs_file_mkdirs(p->folder);

	if (rc == XS_OK)
		/* Before anything is measured: results of other options in the same folder
		 * would be mixed with these. */
		rc = study_keep_plan(c, p);
	study_model(&r, c);
	for (size_t i = 0; i < p->n_sources && rc == XS_OK; i++)
		/* A ranking and labelled pairs become the same thing here; below only `labels`
		 * tells them apart. */
		rc = p->sources[i].pairs ? study_load_pairs(&k[i], c, p, &p->sources[i])
					 : study_load(&k[i], c, p, &p->sources[i]);
	if (rc == XS_OK)
		rc = study_run(c, p, k);
	/* Only now: if the study is stopped, the scores are worth more. */
	if (rc == XS_OK)
		rc = study_sweep(&lengths, &r.n_lengths, c, p);
	if (rc == XS_OK) {
		r.lengths = lengths;
		for (size_t i = 0; i < p->n_sources && rc == XS_OK; i++)
			rc = study_measure(&results[i], c, p, &k[i]);
	}
	/* Late, as it needs a model in this process: the children's memory was measured without
	 * one. */
	if (rc == XS_OK && p->attention) {
		rc = study_attend(&attention, c, p, k);
		r.attention = &attention;
	}
	/* Files before the terminal: whoever sees the table can open them. */
	if (rc == XS_OK)
		rc = study_write(c, &r);
	if (rc == XS_OK)
		rc = report_write(c, &r);
	if (rc == XS_OK)
		study_print(c, &r);
	return rc;
}

int cmd_study(xs_cmd *c, int argc, char **argv)
{
	study_words w = {.windows = "none,64,16,4,1,0",
			 .patterns = "full,sparse",
			 .precisions = "int8",
			 .lengths = "all",
			 .sweep = 4096,
			 .attention = 32};
	study_plan plan;
	const char *arg;
	int row, rc;

	/* As many as there are words on the command line is more than enough. */
	w.beir = xs_arena_array(c->arena, (size_t)argc, sizeof *w.beir);
	w.pairs = xs_arena_array(c->arena, (size_t)argc, sizeof *w.pairs);
	while ((row = option_next(&arg, c, argc, argv, cmd_study_options)) >= 0)
		if (study_option(c, &w, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\"", argv[optind]);
	if (!w.folder)
		return cmd_usage(c, "--output is needed");
	rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = study_plan_make(&plan, c, &w);
	if (rc == XS_OK)
		rc = study_all(c, &plan);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	cmd_say(c, "%s has the report", xs_file_join(c->arena, plan.folder, "report.html"));
	return CMD_OK;
}
