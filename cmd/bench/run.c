/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - cases that are compared, measured in turn. */
#include "cmd/bench/run.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "cmd/bench/peak.h"
#include "cmd/print.h"

/* A case is repeated in its turn until so much time is over, and so long a peak is measured; less
 * where the time for all rounds is short. */
enum { RUN_ROUNDS = 3, RUN_TURN_MS = 100, RUN_PEAK_MS = 10 };

/* The settings of cases, then two that every case needs as they are set here. */
enum { RUN_POSITIONS = BENCH_SETTINGS, RUN_MAX_TOKENS, RUN_KEYS };
static const char *const run_keys[RUN_KEYS] = {"rerank.precision", "rerank.pattern",
					       "rerank.window",	   "rerank.threads",
					       "rerank.positions", "rerank.max_tokens"};

double bench_cpu_ms(void)
{
	struct timespec t;

	/* Of all threads. On a busy machine it says what the clock on the wall cannot. */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

const char *bench_setting(xs_cmd *c, const bench_case *k, int which)
{
	return k->settings[which] ? k->settings[which]
				  : xs_conf_get(c->conf, c->arena, run_keys[which]);
}

/* Sets keys of the configuration; a NULL leaves one as it is. */
static int engine_set(xs_cmd *c, const char *const values[RUN_KEYS])
{
	int rc = XS_OK;

	for (int i = 0; i < RUN_KEYS && rc == XS_OK; i++)
		if (values[i])
			rc = xs_conf_set(c->conf, run_keys[i], values[i]);
	return rc;
}

/* The pattern of each layer, and what the scorer has made of the settings. */
static void engine_fill(bench_engine *e, xs_cmd *c)
{
	const xs_scoring *use = e->scoring.use;
	xs_pattern *patterns = xs_arena_array(c->arena, (size_t)use->info.layers, sizeof *patterns);

	for (int i = 0; i < use->info.layers; i++)
		patterns[i] =
			use->options->pattern ? *use->options->pattern : use->info.patterns[i];
	e->patterns = patterns;
	e->threads = xs_pool_threads(use->pool);
	e->precision = xs_conf_get(c->conf, c->arena, "rerank.precision");
}

/* Opens the model, with stretched positions if those it has are too few for the texts. */
static int engine_try(bench_engine *e, xs_cmd *c, int longest)
{
	/* CLS, the query and a SEP after either. */
	int positions = 1 + BENCH_QUERY + 1 + longest + 1, fixed, rc;

	rc = scoring_open(&e->scoring, c);
	if (rc != XS_OK)
		return rc;
	fixed = e->scoring.use->info.document_position;
	if (fixed > 1 + BENCH_QUERY + 1)
		/* The document begins there, however short the query is. */
		positions = fixed + longest + 1;
	if (positions <= e->scoring.use->info.positions)
		return XS_OK;
	scoring_close(&e->scoring);
	rc = xs_conf_set(c->conf, run_keys[RUN_POSITIONS],
			 xs_arena_printf(c->arena, "%d", positions));
	return rc == XS_OK ? scoring_open(&e->scoring, c) : rc;
}

int bench_engine_open(bench_engine *out, xs_cmd *c, const char *const settings[BENCH_SETTINGS],
		      int longest)
{
	const char *before[RUN_KEYS];
	const char *now[RUN_KEYS] = {[RUN_POSITIONS] = "0", [RUN_MAX_TOKENS] = "0"};
	int rc;

	*out = (bench_engine){0};
	memcpy(out->settings, settings, sizeof out->settings);
	memcpy(now, settings, sizeof out->settings);
	for (int i = 0; i < RUN_KEYS; i++)
		before[i] = xs_conf_get(c->conf, c->arena, run_keys[i]);
	rc = engine_set(c, now);
	if (rc == XS_OK)
		rc = engine_try(out, c, longest);
	if (rc == XS_OK) {
		engine_fill(out, c);
	} else if (rc == XS_EUNSUPPORTED) {
		/* A format that this processor lacks is a row with a note, not the end of the
		 * table. */
		out->why = xs_arena_dup(c->arena, xs_error());
		rc = XS_OK;
	}
	return rc == XS_OK ? engine_set(c, before) : rc;
}

void bench_engine_close(bench_engine *e)
{
	scoring_close(&e->scoring);
}

int bench_engine_score(bench_engine *e, bench_load *load)
{
	xs_request *request;
	int rc = xs_request_new(&request, e->scoring.use->reranker, &load->query);

	if (rc != XS_OK)
		return rc;
	rc = xs_request_score(load->scores, request, load->texts, load->n, &e->scoring.deadline);
	xs_request_free(request);
	return rc;
}

/* All that is open during a run. */
typedef struct run_state {
	xs_cmd *c;
	bench_case *cases;
	bench_engine *engines, **of; /* of[i]: the engine of case i */
	bench_load *loads;
	samples *peaks; /* one an engine; those of an equal one before stand for it */
	size_t n, n_engines;
	double turn_ms;
} run_state;

static bool run_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool run_same_settings(const bench_case *c, const bench_engine *e)
{
	for (int i = 0; i < BENCH_SETTINGS; i++)
		if (!run_same(c->settings[i], e->settings[i]))
			return false;
	return true;
}

/* The first engine with this one's precision and number of threads. */
static size_t run_peer(const run_state *s, size_t engine)
{
	const bench_engine *e = &s->engines[engine];
	size_t i = 0;

	while (s->engines[i].why || s->engines[i].threads != e->threads ||
	       strcmp(s->engines[i].precision, e->precision) != 0)
		i++;
	return i;
}

/* Opens each engine once; all have positions for the longest text. */
static int run_open(run_state *s)
{
	int longest = 1, rc = XS_OK;

	for (size_t i = 0; i < s->n; i++) {
		/* Uneven texts have up to one and a half times as many tokens
		 * (bench_load_ids()). */
		int most = s->cases[i].even ? s->cases[i].tokens
					    : s->cases[i].tokens + (s->cases[i].tokens + 1) / 2;

		longest = most > longest ? most : longest;
	}
	for (size_t i = 0; i < s->n && rc == XS_OK; i++) {
		bench_case *k = &s->cases[i];
		size_t e = 0;

		/* Cases that differ in texts alone share an engine: the model is in memory once
		 * for each of its settings. */
		while (e < s->n_engines && !run_same_settings(k, &s->engines[e]))
			e++;
		if (e == s->n_engines) {
			rc = bench_engine_open(&s->engines[e], s->c, k->settings, longest);
			s->n_engines++;
		}
		s->of[i] = &s->engines[e];
	}
	return rc;
}

/* After all engines are open: what a text is made of depends on the vocabulary. */
static void run_load(run_state *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const bench_engine *e = s->of[i];
		bench_case *k = &s->cases[i];

		k->why = e->why;
		if (k->why)
			continue;
		bench_load_ids(&s->loads[i], s->c->arena, &e->scoring.use->info, k->texts,
			       k->tokens, k->even);
		k->operations =
			bench_load_operations(&s->loads[i], &e->scoring.use->info, e->patterns);
		k->all_tokens = s->loads[i].tokens;
		k->threads = e->threads;
	}
}

/* One turn of one case. */
static int run_turn(run_state *s, size_t i)
{
	int64_t turn = xs_clock_ns();
	bench_case *k = &s->cases[i];
	int rc = XS_OK;

	while (!k->why && rc == XS_OK) {
		int64_t begin = xs_clock_ns();
		double cpu = bench_cpu_ms();

		rc = bench_engine_score(s->of[i], &s->loads[i]);
		samples_add(&k->ms, xs_clock_ms(begin));
		samples_add(&k->cpu, bench_cpu_ms() - cpu);
		/* At the end: a case whose single run takes longer than its turn is measured
		 * once. */
		if (xs_clock_ms(turn) >= s->turn_ms)
			break;
	}
	return rc;
}

static int run_peaks(run_state *s)
{
	int rc = XS_OK;

	for (size_t i = 0; i < s->n_engines && rc == XS_OK; i++) {
		const bench_engine *e = &s->engines[i];
		double rate;

		/* The peak depends on the format and on the threads alone. */
		if (e->why || run_peer(s, i) != i)
			continue;
		rc = bench_peak(&rate, e->precision, e->threads, fmax(s->turn_ms, RUN_PEAK_MS));
		if (rc == XS_OK)
			samples_add(&s->peaks[i], rate);
		else if (rc == XS_EUNSUPPORTED) /* no share of a peak then */
			rc = XS_OK;
	}
	return rc;
}

static int run_rounds(run_state *s, double seconds)
{
	int64_t begin = xs_clock_ns();
	int rc = XS_OK;

	for (int round = 0; rc == XS_OK; round++) {
		double ms = xs_clock_ms(begin);

		/* Round after round, not case after case: a disturbance hits all cases alike. */
		if (round >= RUN_ROUNDS && ms >= seconds * 1000)
			break;
		if (s->c->progress)
			print_progress((uint64_t)ms, (uint64_t)(seconds * 1000),
				       xs_arena_printf(s->c->arena, "round %d", round + 1));
		for (size_t i = 0; i < s->n && rc == XS_OK; i++)
			rc = run_turn(s, i);
		if (rc == XS_OK)
			rc = run_peaks(s);
		if (rc == XS_OK && atomic_load(&s->c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped");
	}
	print_progress_clear();
	return rc;
}

int bench_run(xs_cmd *c, bench_case *cases, size_t n, double seconds)
{
	run_state s = {.c = c, .cases = cases, .n = n};
	int rc;

	s.turn_ms = fmin(RUN_TURN_MS, seconds * 1000 / RUN_ROUNDS / (double)n);
	s.engines = xs_arena_array(c->arena, n, sizeof *s.engines);
	s.of = xs_arena_array(c->arena, n, sizeof *s.of);
	s.loads = xs_arena_array(c->arena, n, sizeof *s.loads);
	s.peaks = xs_arena_array(c->arena, n, sizeof *s.peaks);
	rc = run_open(&s);
	if (rc == XS_OK) {
		run_load(&s);
		rc = run_rounds(&s, seconds);
	}
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		samples *peak;

		if (cases[i].why)
			continue;
		peak = &s.peaks[run_peer(&s, (size_t)(s.of[i] - s.engines))];
		cases[i].peak = peak->n ? samples_median(peak) : 0;
	}
	for (size_t i = 0; i < s.n_engines; i++) {
		samples_fini(&s.peaks[i]);
		bench_engine_close(&s.engines[i]);
	}
	return rc;
}

void bench_run_fini(bench_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		samples_fini(&cases[i].ms);
		samples_fini(&cases[i].cpu);
	}
}
