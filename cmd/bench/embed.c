/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed.c - the table of embedding: texts of several lengths, precisions, and where the time goes.
 *
 * The limit is the peak of the products, which are most of the work: 3.5 million operations a token and
 * layer at the default model's shape.  Attention over all of a text adds 1536 for each of its tokens, 9 %
 * at 200.  What the reranker reaches of its peak, embedding should. */
#include <math.h>
#include <string.h>

#include "cmd/bench/bench.h"
#include "cmd/bench/peak.h"
#include "plugin/embedding.h"
#include "rerank/kern/kern.h"

enum { EMBED_ROUNDS = 3, EMBED_TURN_MS = 100, EMBED_QUESTION = 8, EMBED_LENGTHS = 5 };

typedef struct embed_case {
	bench_case k;
	const char *precision;
	size_t engine;
	bench_load load;
	double attention; /* share of the time, in the last turn */
	double scores;	  /* operations of attention */
} embed_case;

typedef struct embed_bench {
	xs_cmd *c;
	xs_model *model;
	xs_model_info info;
	xs_pool *pool;
	const char *const *precisions;
	xs_embedder *embedders[3]; /* one a precision */
	samples peaks[3];
	size_t n_embedders, n;
	embed_case cases[1 + EMBED_LENGTHS + 3];
	float *vectors;
	double turn_ms;
} embed_bench;

/* Products of all layers for every token, with CLS and SEP. */
static double embed_operations(const bench_load *load, const xs_model_info *m)
{
	double h = m->hidden, rows = (double)(load->tokens + 2 * load->n);

	return 2 * rows * m->layers * (4 * h * h + 2 * h * m->inner);
}

/* Of attention: each token's product with each key, and with each value. */
static double embed_scores(const bench_load *load, const xs_model_info *m)
{
	double pairs = 0, rows;

	for (size_t i = 0; i < load->n; i++) {
		rows = (double)load->texts[i].n_ids + 2;
		pairs += rows * rows;
	}
	return 4 * pairs * m->hidden * m->layers;
}

static void embed_add(embed_bench *e, size_t texts, int tokens, bool even, size_t engine)
{
	embed_case *k = &e->cases[e->n++];

	*k = (embed_case){.k = {.texts = texts, .tokens = tokens, .even = even},
			  .precision = e->precisions[engine],
			  .engine = engine};
	bench_load_ids(&k->load, e->c->arena, &e->info, texts, tokens, even);
	k->k.operations = embed_operations(&k->load, &e->info);
	k->scores = embed_scores(&k->load, &e->info);
	k->k.all_tokens = k->load.tokens;
	k->k.threads = xs_pool_threads(e->pool);
}

static int embed_open(embed_bench *e)
{
	const xs_conf *conf = e->c->conf;
	xs_embed_options o = xs_embedding_model_settings(conf);
	int rc = xs_embedder_model_open(&e->model, *conf->embed.model ? conf->embed.model : NULL);

	if (rc != XS_OK)
		return rc;
	xs_model_info_get(&e->info, e->model);
	e->pool = xs_pool_new((unsigned)conf->rerank.threads);
	for (; rc == XS_OK && e->precisions[e->n_embedders]; e->n_embedders++) {
		o.precision = (xs_precision)e->n_embedders;
		/* As many as there are: the texts are of known lengths. */
		o.max_tokens = e->info.positions;
		rc = xs_embedder_new(&e->embedders[e->n_embedders], e->model, &o, e->pool);
	}
	return rc;
}

static void embed_close(embed_bench *e)
{
	for (size_t i = 0; i < 3; i++) {
		xs_embedder_free(e->embedders[i]);
		samples_fini(&e->peaks[i]);
	}
	xs_pool_free(e->pool);
	xs_model_close(e->model);
}

/* A question; texts of growing length, about as many tokens in each row; the other precisions. */
static void embed_fill(embed_bench *e, const bench *b)
{
	size_t all = b->texts * (size_t)b->tokens, usual = (size_t)e->c->conf->embed.precision;
	int most = e->info.positions - 2, length = 16;
	size_t widest = 1;

	embed_add(e, 1, EMBED_QUESTION < most ? EMBED_QUESTION : most, true, usual);
	for (int i = 0; i < EMBED_LENGTHS && length <= most; i++, length *= 2)
		embed_add(e, all / (size_t)length + 1, length, true, usual);
	for (size_t p = 0; p < e->n_embedders; p++)
		if (p != usual)
			embed_add(e, e->cases[e->n - 1].k.texts, e->cases[e->n - 1].k.tokens, true,
				  p);
	for (size_t i = 0; i < e->n; i++)
		widest = e->cases[i].k.texts > widest ? e->cases[i].k.texts : widest;
	e->vectors =
		xs_arena_array(e->c->arena, widest * (size_t)e->info.hidden, sizeof *e->vectors);
}

static int embed_turn(embed_bench *e, embed_case *k)
{
	int64_t turn = xs_clock_ns(), before[XS_WORKS], after[XS_WORKS], all = 0;
	xs_embedder *embedder = e->embedders[k->engine];
	xs_deadline deadline = {0, &e->c->cancel};
	int rc = XS_OK;

	xs_embedder_spent(before, embedder);
	while (rc == XS_OK) {
		int64_t begin = xs_clock_ns();
		double cpu = bench_cpu_ms();

		rc = xs_embedder_run(e->vectors, NULL, embedder, XS_EMBED_TEXT, k->load.texts,
				     k->load.n, &deadline);
		samples_add(&k->k.ms, xs_clock_ms(begin));
		samples_add(&k->k.cpu, bench_cpu_ms() - cpu);
		if (xs_clock_ms(turn) >= e->turn_ms)
			break;
	}
	xs_embedder_spent(after, embedder);
	for (int i = 0; i < XS_WORKS; i++)
		all += after[i] - before[i];
	k->attention = (double)(after[XS_WORK_ATTEND] - before[XS_WORK_ATTEND]) / (double)all;
	return rc;
}

static int embed_peaks(embed_bench *e)
{
	int rc = XS_OK;

	for (size_t i = 0; i < e->n_embedders && rc == XS_OK; i++) {
		double rate;

		rc = bench_peak(&rate, e->precisions[i], xs_pool_threads(e->pool), e->turn_ms);
		if (rc == XS_OK)
			samples_add(&e->peaks[i], rate);
		else if (rc == XS_EUNSUPPORTED) /* no share of a peak then */
			rc = XS_OK;
	}
	return rc;
}

/* Round after round, not case after case: a disturbance hits all alike. */
static int embed_rounds(embed_bench *e, double seconds)
{
	int64_t begin = xs_clock_ns();
	int rc = XS_OK;

	e->turn_ms = fmin(EMBED_TURN_MS, seconds * 1000 / EMBED_ROUNDS / (double)e->n);
	for (int round = 0; rc == XS_OK; round++) {
		if (round >= EMBED_ROUNDS && xs_clock_ms(begin) >= seconds * 1000)
			break;
		for (size_t i = 0; i < e->n && rc == XS_OK; i++)
			rc = embed_turn(e, &e->cases[i]);
		if (rc == XS_OK)
			rc = embed_peaks(e);
	}
	return rc;
}

/* The least time of the case: products and attention, each at the peak of what it multiplies. */
static void embed_limit(json_t *row, embed_bench *e, embed_case *k)
{
	/* Attention is over bf16 where the processor multiplies that, and else over floats, but for
	 * products of floats (rerank/kern/kern.h). */
	bool halves = xs_kern_get()->bf16 && k->engine != XS_PRECISION_F32;
	samples *scores = &e->peaks[halves ? XS_PRECISION_BF16 : XS_PRECISION_F32];
	double least;

	if (!scores->n || !(k->k.peak > 0))
		return;
	least = k->k.operations / k->k.peak + k->scores / samples_median(scores);
	json_object_set_new(row, "limit_share",
			    bench_table_number(least * 1000 * k->k.threads /
					       samples_median(&k->k.cpu)));
}

static json_t *embed_row(embed_bench *e, embed_case *k)
{
	samples *peak = &e->peaks[k->engine];
	json_t *row;

	k->k.peak = peak->n ? samples_median(peak) : 0;
	row = bench_case_row(&k->k);
	json_object_set_new(row, "precision", json_string(k->precision));
	json_object_set_new(row, "length", json_integer(k->k.tokens));
	json_object_set_new(row, "attention", bench_table_number(k->attention));
	embed_limit(row, e, k);
	return row;
}

int bench_embed(bench *b)
{
	static const bench_column columns[] = {{"precision", "format", 0},
					       {"length", "length", 0},
					       {"texts", "texts", 0},
					       BENCH_TIMES,
					       {"texts_per_second", "texts/s", 1},
					       {"tokens_per_second", "tokens/s", 0},
					       {"attention", "attention", 3},
					       {"limit_share", "of limit", 3},
					       BENCH_SHARES,
					       {NULL, NULL, 0}};
	embed_bench e = {.c = b->c, .precisions = bench_precisions(b->c)};
	json_t *rows = json_array();
	int rc = embed_open(&e);

	if (rc == XS_OK) {
		embed_fill(&e, b);
		rc = embed_rounds(&e, b->seconds);
	}
	for (size_t i = 0; i < e.n; i++) {
		if (rc == XS_OK)
			json_array_append_new(rows, embed_row(&e, &e.cases[i]));
		bench_run_fini(&e.cases[i].k, 1);
	}
	embed_close(&e);
	if (rc == XS_OK)
		bench_show(b, "embed", "Embedding: a question, and texts of growing length",
			   columns, rows);
	else
		json_decref(rows);
	return rc;
}
