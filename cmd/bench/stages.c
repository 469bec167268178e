/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stages.c - where the time of a request goes. */
#include <string.h>

#include "cmd/bench/bench.h"
#include "cmd/bench/peak.h"
#include "cmd/print.h"

/* In the order of the table. */
enum { STAGE_OPEN, STAGE_TOKENIZE, STAGE_QUERY, STAGE_TEXTS, STAGES };

typedef struct stages_state {
	bench *b;
	bench_engine engine;
	bench_load words, ids; /* the same texts */
	samples ms[STAGES], cpu[STAGES];
	int64_t spent[XS_WORKS]; /* by all rounds */
} stages_state;

/* The token ids of an input of words, in the command's arena. */
static int stages_tokenize(xs_input *out, xs_arena *a, const xs_model *m, const xs_input *in)
{
	size_t room = in->len + 1; /* a token has a byte at least */
	int32_t *ids = xs_arena_array(a, room, sizeof *ids);
	int64_t n = xs_model_tokenize(ids, room, m, in->text, in->len);

	if (n < 0)
		return (int)n;
	*out = (xs_input){.ids = ids, .n_ids = (size_t)n};
	return XS_OK;
}

static void stages_add(stages_state *s, int stage, int64_t begin, double cpu)
{
	samples_add(&s->ms[stage], xs_clock_ms(begin));
	samples_add(&s->cpu[stage], bench_cpu_ms() - cpu);
}

/* Makes token ids of words by one thread. */
static int stages_words(stages_state *s)
{
	const xs_model *m = s->engine.scoring.use->model;
	int64_t begin = xs_clock_ns();
	/* Its own: the ids of every round would else stay until the end. */
	xs_arena *a = xs_arena_new();
	double cpu = bench_cpu_ms();
	int rc = XS_OK;

	for (size_t i = 0; i < s->words.n && rc == XS_OK; i++) {
		xs_input ids;

		rc = stages_tokenize(&ids, a, m, &s->words.texts[i]);
	}
	stages_add(s, STAGE_TOKENIZE, begin, cpu);
	xs_arena_free(a);
	return rc;
}

static int stages_request(stages_state *s)
{
	int64_t begin = xs_clock_ns();
	double cpu = bench_cpu_ms();
	xs_request *request;
	int rc = xs_request_new(&request, s->engine.scoring.use->reranker, &s->ids.query);

	if (rc != XS_OK)
		return rc;
	stages_add(s, STAGE_QUERY, begin, cpu);
	begin = xs_clock_ns();
	cpu = bench_cpu_ms();
	rc = xs_request_score(s->ids.scores, request, s->ids.texts, s->ids.n,
			      &s->engine.scoring.deadline);
	stages_add(s, STAGE_TEXTS, begin, cpu);
	xs_request_free(request);
	return rc;
}

static int stages_open(stages_state *s)
{
	const char *const settings[BENCH_SETTINGS] = {NULL};
	int64_t begin = xs_clock_ns();
	double cpu = bench_cpu_ms();
	/* A word is two tokens at most, on average. */
	int rc = bench_engine_open(&s->engine, s->b->c, settings, 3 * s->b->tokens);

	if (rc == XS_OK && s->engine.why)
		rc = xs_fail(XS_EUNSUPPORTED, "%s", s->engine.why);
	if (rc == XS_OK)
		stages_add(s, STAGE_OPEN, begin, cpu);
	return rc;
}

static int stages_load(stages_state *s)
{
	const xs_model *m = s->engine.scoring.use->model;
	xs_arena *a = s->b->c->arena;
	int rc;

	bench_load_words(&s->words, a, s->b->texts, s->b->tokens);
	/* The same texts twice: as words for the tokenizer, as ids for the model. */
	s->ids = s->words;
	s->ids.texts = xs_arena_array(a, s->ids.n, sizeof *s->ids.texts);
	rc = stages_tokenize(&s->ids.query, a, m, &s->words.query);
	/* Counted anew: of words their number was a guess. */
	s->ids.tokens = 0;
	for (size_t i = 0; i < s->ids.n && rc == XS_OK; i++) {
		rc = stages_tokenize(&s->ids.texts[i], a, m, &s->words.texts[i]);
		s->ids.tokens += s->ids.texts[i].n_ids;
	}
	return rc;
}

enum { STAGES_PEAK_MS = 500 };

/* What scoring would take if products at their peak were all there is to it. */
static void stages_products(json_t *rows, const stages_state *s, double all)
{
	const bench_engine *e = &s->engine;
	double done = bench_load_operations(&s->ids, &e->scoring.use->info, e->patterns), rate;
	json_t *row;

	/* Where the peak cannot be measured the row is left out. */
	if (bench_peak(&rate, e->precision, e->threads, STAGES_PEAK_MS) != XS_OK)
		return;
	row = json_object();
	json_object_set_new(row, "stage", json_string("  its products at the peak"));
	json_object_set_new(row, "ms", bench_table_number(done / rate * 1000));
	json_object_set_new(row, "cpu_ms", bench_table_number(done / rate * 1000 * e->threads));
	json_object_set_new(row, "share",
			    bench_table_number(done / rate * 1000 * e->threads / all));
	json_array_append_new(rows, row);
}

/* The parts of scoring, as shares of the time that threads were in it. */
static void stages_works(json_t *rows, const stages_state *s, double scoring)
{
	/* Two blanks before each: these are parts of the row above them. */
	static const char *const names[XS_WORKS] = {
		[XS_WORK_EMBED] = "  embeddings",
		[XS_WORK_ENCODE] = "  rounding to operands",
		[XS_WORK_PROJECT] = "  queries, keys, values",
		[XS_WORK_ATTEND] = "  attention",
		[XS_WORK_OUTPUT] = "  output",
		[XS_WORK_UP] = "  up and activation",
		[XS_WORK_DOWN] = "  down",
		[XS_WORK_NORM] = "  LayerNorm",
		[XS_WORK_HEAD] = "  head",
	};
	double all = 0;

	for (int i = 0; i < XS_WORKS; i++)
		all += (double)s->spent[i];
	for (int i = 0; i < XS_WORKS && all > 0; i++) {
		json_t *row = json_object();
		double share = (double)s->spent[i] / all;

		json_object_set_new(row, "stage", json_string(names[i]));
		json_object_set_new(row, "cpu_ms", bench_table_number(share * scoring));
		json_object_set_new(row, "share", bench_table_number(share));
		json_array_append_new(rows, row);
	}
}

/* Opening is no part of a request: shares are of the other three, by processor time. */
static json_t *stages_rows(stages_state *s)
{
	static const char *const names[STAGES] = {"open the model", "tokenize the texts",
						  "encode the query", "score the texts"};
	json_t *rows = json_array();
	double all = 0;

	for (int i = STAGE_TOKENIZE; i < STAGES; i++)
		all += samples_median(&s->cpu[i]);
	for (int i = 0; i < STAGES; i++) {
		json_t *row = json_object();

		json_object_set_new(row, "stage", json_string(names[i]));
		json_object_set_new(row, "ms", bench_table_number(samples_median(&s->ms[i])));
		json_object_set_new(row, "cpu_ms", bench_table_number(samples_median(&s->cpu[i])));
		if (i != STAGE_OPEN)
			json_object_set_new(row, "share",
					    bench_table_number(samples_median(&s->cpu[i]) / all));
		json_object_set_new(row, "runs", json_integer((json_int_t)s->ms[i].n));
		json_array_append_new(rows, row);
	}
	stages_works(rows, s, samples_median(&s->cpu[STAGE_TEXTS]));
	stages_products(rows, s, all);
	return rows;
}

static int stages_rounds(stages_state *s)
{
	/* Three rounds at least: of fewer, the median says little. */
	int64_t begin = xs_clock_ns();
	int rc = XS_OK;

	for (int round = 0; rc == XS_OK && (round < 3 || xs_clock_ms(begin) < s->b->seconds * 1000);
	     round++) {
		/* In the order of a real request, so that each stage finds the caches as it
		 * would there. */
		rc = stages_words(s);
		if (rc == XS_OK)
			rc = stages_request(s);
		if (rc == XS_OK && atomic_load(&s->b->c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped");
	}
	/* Over all rounds: single parts take too little to be measured in one. */
	xs_reranker_spent(s->spent, s->engine.scoring.use->reranker);
	return rc;
}

int bench_stages(bench *b)
{
	static const bench_column columns[] = {{"stage", "stage", 0},	{"ms", "ms", 3},
					       {"cpu_ms", "CPU ms", 3}, {"share", "share", 4},
					       {"runs", "runs", 0},	{NULL, NULL, 0}};
	stages_state s = {.b = b};
	int rc = stages_open(&s);

	if (rc == XS_OK)
		rc = stages_load(&s);
	if (rc == XS_OK)
		rc = stages_rounds(&s);
	if (rc == XS_OK)
		bench_show(
			b, "stages",
			xs_arena_printf(
				b->c->arena,
				"Stages of a request of %zu texts, %zu tokens in all, given as words",
				s.ids.n, s.ids.tokens),
			columns, stages_rows(&s));
	for (int i = 0; i < STAGES; i++) {
		samples_fini(&s.ms[i]);
		samples_fini(&s.cpu[i]);
	}
	bench_engine_close(&s.engine);
	return rc;
}
