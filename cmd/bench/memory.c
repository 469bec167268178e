/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory.c - the most memory that a request takes, each in a process of its own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cmd/bench/bench.h"
#include "cmd/child.h"
#include "cmd/print.h"

/* What a child tells, in memory that it shares with this process. */
typedef struct memory_reply {
	double opened, peak; /* MB: the model open; the greatest so far */
	char why[512];	     /* this machine cannot; "" where it can */
} memory_reply;

typedef struct memory_job {
	const bench_case *k;
	memory_reply *reply;
} memory_job;

/* The child: opens the model and makes the request. */
static int memory_work(xs_cmd *c, void *user, child_line *line)
{
	const memory_job *job = user;
	const bench_case *k = job->k;
	memory_reply *out = job->reply;
	bench_engine engine;
	bench_load load;
	/* Uneven texts have up to 1.5 times as many tokens; the rest is for the query. */
	int rc = bench_engine_open(&engine, c, k->settings, k->even ? k->tokens : 2 * k->tokens);

	(void)line;
	if (rc == XS_OK && engine.why) {
		snprintf(out->why, sizeof out->why, "%s", engine.why);
		return XS_OK;
	}
	if (rc == XS_OK) {
		/* Before the load is made: it is the caller's, not the engine's. */
		out->opened = child_memory("VmRSS");
		bench_load_ids(&load, c->arena, &engine.scoring.use->info, k->texts, k->tokens,
			       k->even);
		rc = bench_engine_score(&engine, &load);
		out->peak = child_memory("VmHWM");
	}
	return rc;
}

/* Shared memory and not a pipe: the child may end in any way, and what it told by then is there. */
static int memory_measure(memory_reply *out, xs_cmd *c, const bench_case *k)
{
	memory_job job = {k, mmap(NULL, sizeof *out, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
	int rc;

	*out = (memory_reply){0};
	if (job.reply == MAP_FAILED)
		return xs_fail(XS_EIO, "share memory with a process: %s", strerror(errno));
	rc = child_run(c, memory_work, &job, NULL, NULL);
	/* Also after a failure: the child may have said why. */
	*out = *job.reply;
	munmap(job.reply, sizeof *out);
	return rc;
}

static json_t *memory_row(xs_cmd *c, const bench_case *k, const memory_reply *r, double first)
{
	json_t *row = json_object();

	json_object_set_new(row, "precision", json_string(bench_setting(c, k, BENCH_PRECISION)));
	json_object_set_new(row, "pattern", json_string(bench_setting(c, k, BENCH_PATTERN)));
	json_object_set_new(row, "texts", json_integer((json_int_t)k->texts));
	json_object_set_new(row, "tokens", json_integer(k->tokens));
	if (*r->why) {
		json_object_set_new(row, "note", json_string(r->why));
		return row;
	}
	json_object_set_new(row, "opened_mb", bench_table_number(r->opened));
	json_object_set_new(row, "peak_mb", bench_table_number(r->peak));
	json_object_set_new(row, "growth", bench_table_number(first > 0 ? r->peak / first : 1));
	return row;
}

/* Measures cases one after the other; growth is how many times the first one's. */
static int memory_rows(json_t *rows, bench *b, const bench_case *cases, size_t n)
{
	double first = 0;
	int rc = XS_OK;

	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		memory_reply reply;

		if (b->c->progress)
			print_progress(i, n, "memory");
		rc = memory_measure(&reply, b->c, &cases[i]);
		if (rc == XS_OK)
			json_array_append_new(rows, memory_row(b->c, &cases[i], &reply, first));
		/* After its own row, in which nothing is known of a first one yet. */
		if (i == 0)
			first = reply.peak;
		if (rc == XS_OK && atomic_load(&b->c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped");
	}
	print_progress_clear();
	return rc;
}

/* More and more texts as configured, then the other precisions. */
static int memory_texts(json_t *rows, bench *b)
{
	const char *const *precisions = bench_precisions(b->c);
	/* Memory should not follow the number of texts; a factor of 100 shows whether it does. */
	bench_case cases[3] = {{.texts = (b->texts + 9) / 10},
			       {.texts = b->texts},
			       {.texts = b->texts * 10}};
	const char *own = bench_setting(b->c, cases, BENCH_PRECISION);
	int rc;

	for (size_t i = 0; i < 3; i++)
		cases[i].tokens = b->tokens;
	rc = memory_rows(rows, b, cases, 3);
	for (size_t p = 0; precisions[p] && rc == XS_OK; p++) {
		bench_case other = {.texts = b->texts,
				    .tokens = b->tokens,
				    .settings = {[BENCH_PRECISION] = precisions[p]}};

		/* The configured one is among the rows above. */
		if (strcmp(precisions[p], own) != 0)
			rc = memory_rows(rows, b, &other, 1);
	}
	return rc;
}

/* One longer and longer text, in both patterns. */
static int memory_lengths(json_t *rows, bench *b)
{
	static const char *const patterns[] = {"sparse", "full"};
	bench_case cases[10]; /* 128 … 65536 */
	int rc = XS_OK;

	for (size_t p = 0; p < 2 && rc == XS_OK; p++) {
		size_t n = 0;

		for (int tokens = 128; n < 10 && tokens <= b->longest; tokens *= 2)
			/* One: with several, batches would hide how memory follows the length. */
			cases[n++] = (bench_case){.texts = 1,
						  .tokens = tokens,
						  .even = true,
						  .settings = {[BENCH_PATTERN] = patterns[p]}};
		rc = memory_rows(rows, b, cases, n);
	}
	return rc;
}

int bench_memory(bench *b)
{
	static const bench_column columns[] = {{"precision", "precision", 0},
					       {"pattern", "pattern", 0},
					       {"texts", "texts", 0},
					       {"tokens", "tokens each", 0},
					       {"opened_mb", "model open, MB", 1},
					       {"peak_mb", "peak, MB", 1},
					       {"growth", "growth", 2},
					       {"note", "note", 0},
					       {NULL, NULL, 0}};
	json_t *rows = json_array();
	int rc = memory_texts(rows, b);

	if (rc == XS_OK)
		rc = memory_lengths(rows, b);
	if (rc == XS_OK)
		bench_show(
			b, "memory",
			"Memory: resident size of a process that opens the model and makes one request",
			columns, rows);
	else
		json_decref(rows);
	return rc;
}
