/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - cases that are compared, measured in turn.
 *
 * Knows the reranker and the clock, nothing of tables. */
#ifndef XS_CMD_BENCH_RUN_H
#define XS_CMD_BENCH_RUN_H

#include "cmd/bench/load.h"
#include "cmd/cmd.h"
#include "cmd/samples.h"
#include "cmd/scoring.h"

/* Settings below `rerank.` that tell cases apart. */
enum { BENCH_PRECISION, BENCH_PATTERN, BENCH_WINDOW, BENCH_THREADS, BENCH_SETTINGS };

/* One request that is made again and again. */
typedef struct bench_case {
	const char *settings[BENCH_SETTINGS]; /* NULL: as configured */
	size_t texts;
	int tokens;
	bool even; /* see bench_load_ids() */

	/* Set by bench_run(). */
	const char
		*why; /* this machine cannot, a sentence; the rest is then empty.  NULL: it can */
	samples ms;   /* wall clock */
	samples cpu;  /* processor time of all threads, milliseconds */
	double operations, peak; /* of one request; a second, of as many threads */
	unsigned threads;
	size_t all_tokens; /* of the texts */
} bench_case;

/* What a setting of a case is, in the command's arena: its own or the configured one. */
const char *bench_setting(xs_cmd *c, const bench_case *k, int which);

/* A reranker as the settings of a case say. */
typedef struct bench_engine {
	const char *settings[BENCH_SETTINGS];
	scoring_model scoring;
	const xs_pattern *patterns; /* in the command's arena, one a layer */
	unsigned threads;
	const char *precision;
	const char *why; /* this machine cannot; nothing is open.  NULL: it can */
} bench_engine;

/* Opens the model with the case's settings and positions for texts of `longest` tokens.
 * XS_OK also where out->why is set. */
int bench_engine_open(bench_engine *out, xs_cmd *c, const char *const settings[BENCH_SETTINGS],
		      int longest);
void bench_engine_close(bench_engine *e); /* a zeroed one is fine */

/* Makes one request. */
int bench_engine_score(bench_engine *e, bench_load *load);

/* Measures the cases: one after the other, round after round, at least three rounds and until
 * `seconds` are over; a case that is soon done is repeated in its turn.  Each round also measures
 * the product peak of each precision and number of threads.  The caller calls bench_run_fini(). */
int bench_run(xs_cmd *c, bench_case *cases, size_t n, double seconds);
void bench_run_fini(bench_case *cases, size_t n);

/* Milliseconds of processor time that this process has used. */
double bench_cpu_ms(void);

#endif
