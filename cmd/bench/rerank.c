/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rerank.c - the tables of reranking: numbers and lengths of texts, patterns, precisions,
 * threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/bench/bench.h"
#include "cmd/print.h"

/* The columns of a table whose cases score the same texts, each held against the first case. */
#define RERANK_AGAINST_FIRST                                                               \
	{"texts", "texts", 0}, {"tokens", "tokens", 0}, BENCH_TIMES,                       \
		{"texts_per_second", "texts/s", 1}, {"ratio", "x first", 2}, BENCH_SHARES, \
	{                                                                                  \
		NULL, NULL, 0                                                              \
	}

json_t *bench_case_row(bench_case *k)
{
	json_t *row = json_object();
	double ms, cpu;

	json_object_set_new(row, "texts", json_integer((json_int_t)k->texts));
	/* What this machine cannot do has a row too: to leave it out would look like a mistake. */
	if (k->why) {
		json_object_set_new(row, "note", json_string(k->why));
		return row;
	}
	/* Medians: one disturbed run does not move them. */
	ms = samples_median(&k->ms);
	cpu = samples_median(&k->cpu);
	json_object_set_new(row, "tokens", json_integer((json_int_t)k->all_tokens));
	json_object_set_new(row, "threads", json_integer((json_int_t)k->threads));
	json_object_set_new(row, "ms", bench_table_number(ms));
	json_object_set_new(row, "spread", bench_table_number(samples_spread(&k->ms)));
	json_object_set_new(row, "cpu_ms", bench_table_number(cpu));
	json_object_set_new(row, "texts_per_second",
			    bench_table_number((double)k->texts / ms * 1000));
	json_object_set_new(row, "tokens_per_second",
			    bench_table_number((double)k->all_tokens / ms * 1000));
	json_object_set_new(row, "operations", bench_table_number(k->operations));
	/* Below 1 where threads waited for each other or for a processor. */
	json_object_set_new(row, "busy", bench_table_number(cpu / ms / k->threads));
	if (k->peak > 0) {
		json_object_set_new(row, "peak", bench_table_number(k->peak / 1e9));
		json_object_set_new(row, "peak_share",
				    bench_table_number(k->operations / (ms / 1000) / k->peak));
		json_object_set_new(row, "cpu_share",
				    bench_table_number(k->operations / (cpu / 1000) * k->threads /
						       k->peak));
	}
	json_object_set_new(row, "runs", json_integer((json_int_t)k->ms.n));
	return row;
}

/* How many times as fast a case is as another one: a member of its row. */
static void rerank_ratio(json_t *row, const char *key, bench_case *k, bench_case *than)
{
	if (!k->why && !than->why)
		json_object_set_new(row, key,
				    bench_table_number(samples_median(&than->ms) /
						       samples_median(&k->ms)));
}

/* Runs the cases and shows a row for each; `finish` (may be NULL) adds to a row. */
typedef void rerank_finish(json_t *row, bench *b, bench_case *cases, size_t i);

static int rerank_table(bench *b, const char *name, const char *title, const bench_column *columns,
			bench_case *cases, size_t n, rerank_finish *finish)
{
	int rc = bench_run(b->c, cases, n, b->seconds);
	json_t *rows = json_array();

	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		json_t *row = bench_case_row(&cases[i]);

		if (finish)
			finish(row, b, cases, i);
		json_array_append_new(rows, row);
	}
	/* Not before the rows, which read the samples. */
	bench_run_fini(cases, n);
	if (rc == XS_OK)
		bench_show(b, name, title, columns, rows);
	else
		json_decref(rows);
	return rc;
}

int bench_rerank(bench *b)
{
	static const bench_column columns[] = {{"texts", "texts", 0},
					       {"tokens", "tokens", 0},
					       BENCH_TIMES,
					       {"texts_per_second", "texts/s", 1},
					       {"tokens_per_second", "tokens/s", 0},
					       BENCH_SHARES,
					       {NULL, NULL, 0}};
	static const int percents[] = {1, 10, 20, 30, 50, 100};
	bench_case cases[sizeof percents / sizeof *percents] = {{.texts = 0}};
	size_t n = 0;

	for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
		/* Rounded up: one per cent of a few texts is one and not none. */
		size_t texts = (b->texts * (size_t)percents[i] + 99) / 100;

		/* With few texts several shares round up to the same number. */
		if (n && texts == cases[n - 1].texts)
			continue;
		cases[n].texts = texts;
		cases[n++].tokens = b->tokens;
	}
	return rerank_table(b, "rerank",
			    xs_arena_printf(b->c->arena,
					    "Rerank: one request, %s, texts of about %d tokens",
					    bench_setting(b->c, cases, BENCH_PRECISION), b->tokens),
			    columns, cases, n, NULL);
}

/* Each length has two cases, sparse and full. */
static void rerank_finish_length(json_t *row, bench *b, bench_case *cases, size_t i)
{
	bench_case *k = &cases[i];

	json_object_set_new(row, "pattern", json_string(bench_setting(b->c, k, BENCH_PATTERN)));
	json_object_set_new(row, "length", json_integer(k->tokens));
	/* The odd one of each two is full attention. */
	rerank_ratio(row, "ratio", k, &cases[i | 1]);
	if (!k->why)
		json_object_set_new(row, "us_per_token",
				    bench_table_number(samples_median(&k->ms) * 1000 /
						       (double)k->all_tokens));
}

int bench_length(bench *b)
{
	static const bench_column columns[] = {{"length", "tokens each", 0},
					       {"pattern", "pattern", 0},
					       {"texts", "texts", 0},
					       BENCH_TIMES,
					       {"us_per_token", "us/token", 2},
					       {"ratio", "x full", 2},
					       BENCH_SHARES,
					       {NULL, NULL, 0}};
	bench_case cases[24] = {{.texts = 0}}; /* 32 … 65536 */
	size_t n = 0;

	/* The first length in any case, so that the table has a row. */
	for (int tokens = 32; n < 24 && (tokens <= b->longest || n == 0); tokens *= 2)
		for (int full = 0; full < 2; full++) {
			/* As many tokens at each length; two texts at least keep two threads busy. */
			int texts = b->longest / tokens;

			cases[n].settings[BENCH_PATTERN] = full ? "full" : "sparse";
			cases[n].texts = texts > 2 ? (size_t)texts : 2;
			cases[n].tokens = tokens;
			/* All of one length: lengths are compared here and no mixtures. */
			cases[n++].even = true;
		}
	return rerank_table(b, "length",
			    xs_arena_printf(b->c->arena,
					    "Length: the sparse pattern and full attention, %s",
					    bench_setting(b->c, cases, BENCH_PRECISION)),
			    columns, cases, n, rerank_finish_length);
}

static void rerank_finish_pattern(json_t *row, bench *b, bench_case *cases, size_t i)
{
	json_object_set_new(row, "pattern",
			    json_string(bench_setting(b->c, &cases[i], BENCH_PATTERN)));
	json_object_set_new(row, "window",
			    json_string(bench_setting(b->c, &cases[i], BENCH_WINDOW)));
	rerank_ratio(row, "ratio", &cases[i], &cases[0]);
}

int bench_pattern(bench *b)
{
	static const bench_column columns[] = {{"pattern", "pattern", 0},
					       {"window", "window", 0},
					       RERANK_AGAINST_FIRST};
	/* Full attention without a window first: all others are held against it. */
	static const char *const patterns[] = {"full", "sparse"};
	static const char *const windows[] = {"none", "64", "16", "4", "1", "0"};
	bench_case cases[12] = {{.texts = 0}};
	size_t n = 0;

	for (size_t p = 0; p < 2; p++)
		for (size_t w = 0; w < 6; w++) {
			cases[n].settings[BENCH_PATTERN] = patterns[p];
			cases[n].settings[BENCH_WINDOW] = windows[w];
			/* A quarter: twelve cases, some of which take many times as long as
			 * others. */
			cases[n].texts = (b->texts + 3) / 4;
			cases[n++].tokens = b->tokens;
		}
	return rerank_table(b, "pattern",
			    xs_arena_printf(b->c->arena,
					    "Pattern: who attends to whom, and how far, %s",
					    bench_setting(b->c, cases, BENCH_PRECISION)),
			    columns, cases, n, rerank_finish_pattern);
}

static void rerank_finish_precision(json_t *row, bench *b, bench_case *cases, size_t i)
{
	json_object_set_new(row, "precision",
			    json_string(bench_setting(b->c, &cases[i], BENCH_PRECISION)));
	rerank_ratio(row, "ratio", &cases[i], &cases[0]);
}

int bench_precision(bench *b)
{
	static const bench_column columns[] = {{"precision", "precision", 0}, RERANK_AGAINST_FIRST};
	const char *const *precisions = bench_precisions(b->c);
	bench_case *cases;
	size_t n = 0;

	/* The others are held against the first of these words. */
	while (precisions[n])
		n++;
	cases = xs_arena_array(b->c->arena, n, sizeof *cases);
	for (size_t i = 0; i < n; i++) {
		cases[i].settings[BENCH_PRECISION] = precisions[i];
		cases[i].texts = b->texts;
		cases[i].tokens = b->tokens;
	}
	return rerank_table(b, "precision", "Precision: number formats of the computation", columns,
			    cases, n, rerank_finish_precision);
}

/* The threads themselves are in every row already. */
static void rerank_finish_threads(json_t *row, bench *b, bench_case *cases, size_t i)
{
	(void)b;
	rerank_ratio(row, "ratio", &cases[i], &cases[0]);
}

int bench_threads(bench *b)
{
	static const bench_column columns[] = {{"threads", "threads", 0}, RERANK_AGAINST_FIRST};
	bench_case cases[24] = {{.texts = 0}};
	unsigned most = (unsigned)atoi(bench_setting(b->c, cases, BENCH_THREADS));
	size_t n = 0;

	/* 0 is the setting's way to say one for each CPU. */
	most = most ? most : xs_pool_cpus();
	/* Every number up to eight, then doubling; the last is the greatest. */
	for (unsigned t = 1; n < 24; t = t < 8 ? t + 1 : t * 2 < most ? t * 2 : most) {
		cases[n].settings[BENCH_THREADS] = xs_arena_printf(b->c->arena, "%u", t);
		cases[n].texts = b->texts;
		cases[n++].tokens = b->tokens;
		if (t >= most)
			break;
	}
	return rerank_table(b, "threads",
			    xs_arena_printf(b->c->arena, "Threads, %s",
					    bench_setting(b->c, cases, BENCH_PRECISION)),
			    columns, cases, n, rerank_finish_threads);
}
