/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - every collection scored in every way, and the scores kept.
 *
 * Each is scored by a process of its own, which opens the model anew, measures its time and memory,
 * and leaves one file; a study that is killed begins again with the first that is missing. */
#include <math.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "cmd/bench/run.h"
#include "cmd/child.h"
#include "cmd/print.h"
#include "cmd/study/run.h"

static const char *run_path(xs_cmd *c, const study_plan *p, const study_collection *k,
			    const study_way *way)
{
	/* A file for each collection and way: what is there is not scored once more. */
	return xs_file_join(c->arena, p->folder,
			    xs_arena_printf(c->arena, "cells/%s.%s.json", k->name, way->file));
}

int study_way_set(xs_cmd *c, const study_way *way)
{
	int rc = xs_conf_set(c->conf, "rerank.pattern", way->pattern->base);

	for (int i = 0; i < XS_PATTERN_SWITCHES && rc == XS_OK; i++)
		rc = xs_conf_set(c->conf,
				 xs_arena_printf(c->arena, "rerank.%s", xs_pattern_switch_name(i)),
				 way->pattern->switches[i]);
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.window", way->window);
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.precision", way->precision);
	/* 0 is all of a text, in the plan and in this setting. */
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.max_tokens",
				 xs_arena_printf(c->arena, "%ld", way->length));
	return rc;
}

/* What one child does. */
typedef struct run_job {
	const study_plan *plan;
	const study_collection *collection;
	const study_way *way;
	const char *path;
	/* In the child. */
	xs_input *inputs;
	xs_score *scores;
	json_t *logits;
	double tokens, wall_ms, cpu_ms;
	size_t pairs;
} run_job;

/* How many candidates of a query are scored.  Labelled pairs are no ranking, so that no depth cuts them. */
static size_t run_depth(const study_plan *p, const study_collection *k, size_t query)
{
	size_t depth = (size_t)p->depths[p->n_depths - 1], n = k->queries[query].n;

	return k->labels || n < depth ? n : depth;
}

/* How many pairs of a query and a text a way scores. */
static size_t run_pairs(const study_plan *p, const study_collection *k)
{
	size_t pairs = 0;

	for (size_t i = 0; i < k->n; i++)
		pairs += run_depth(p, k, i);
	return pairs;
}

/* A float that JSON gives back, or null where it is no number. */
static json_t *run_number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static int run_query(run_job *job, scoring_model *s, size_t place)
{
	const study_query *q = &job->collection->queries[place];
	size_t n = run_depth(job->plan, job->collection, place);
	xs_input query = {.ids = q->ids, .n_ids = q->n_ids};
	json_t *row = json_array();
	int64_t begin;
	double cpu;
	int rc;

	json_array_append_new(job->logits, row);
	for (size_t i = 0; i < n; i++)
		/* Outside the time that is measured. */
		job->inputs[i] = job->collection->texts[q->texts[i]];
	begin = xs_clock_ns();
	cpu = bench_cpu_ms();
	rc = scoring_texts(job->scores, s, &query, job->inputs, n);
	job->wall_ms += xs_clock_ms(begin);
	job->cpu_ms += bench_cpu_ms() - cpu;
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		job->tokens += job->scores[i].tokens_scored;
		json_array_append_new(row, run_number(job->scores[i].logit));
	}
	job->pairs += n;
	return rc;
}

static int run_save(run_job *job, double opened, double peak)
{
	json_t *out =
		json_pack("{s:s, s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:O}", "collection",
			  job->collection->name, "way", job->way->name, "queries",
			  (json_int_t)job->collection->n, "pairs", (json_int_t)job->pairs, "tokens",
			  job->tokens, "wall_ms", job->wall_ms, "cpu_ms", job->cpu_ms, "opened_mb",
			  opened, "peak_mb", peak, "logits", job->logits);
	char *text = json_dumps(out, JSON_COMPACT | JSON_REAL_PRECISION(9));
	/* Whole or not at all: a file that is there is a way that is done. */
	int rc = xs_file_write(job->path, text, strlen(text));

	free(text);
	json_decref(out);
	return rc;
}

/* The child. */
static int run_work(xs_cmd *c, void *user, child_line *line)
{
	run_job *job = user;
	const study_collection *k = job->collection;
	double before, opened = 0, peak = 0;
	scoring_model s = {0};
	size_t most = 1;
	int rc;

	for (size_t i = 0; i < k->n; i++)
		most = k->queries[i].n > most ? k->queries[i].n : most;
	job->inputs = xs_arena_array(c->arena, most, sizeof *job->inputs);
	job->scores = xs_arena_array(c->arena, most, sizeof *job->scores);
	/* After the buffers: they are the measurement's, not the model's. */
	before = child_memory("VmRSS");
	rc = study_way_set(c, job->way);
	if (rc == XS_OK)
		rc = scoring_open(&s, c);
	if (rc == XS_OK)
		opened = child_memory("VmRSS") - before;
	job->logits = json_array();
	for (size_t i = 0; i < k->n && rc == XS_OK; i++) {
		rc = run_query(job, &s, i);
		if (rc == XS_OK)
			rc = child_tell(line, job->pairs);
	}
	if (rc == XS_OK)
		/* VmHWM is the most that the process ever had. It only grows, so a cell needs a
		 * process of its own. */
		peak = child_memory("VmHWM") - before;
	scoring_close(&s);
	return rc == XS_OK ? run_save(job, opened, peak) : rc;
}

/* How far all is. */
typedef struct run_state {
	xs_cmd *c;
	size_t done, all, cell, cells; /* pairs that had to be scored; files */
	int64_t begin;
	const char *name;
} run_state;

static void run_watch(void *user, size_t done)
{
	run_state *s = user;
	double ms = xs_clock_ms(s->begin), part = (double)(s->done + done);
	char text[160];

	if (!s->c->progress)
		return;
	/* From less than a second no time that is left can be told. */
	if (ms < 1000 || part <= 0)
		snprintf(text, sizeof text, "%s", s->name);
	else
		snprintf(text, sizeof text, "%s left, cell %zu of %zu, %s",
			 print_duration(ms / part * ((double)s->all - part)), s->cell, s->cells,
			 s->name);
	print_progress(s->done + done, s->all, text);
}

static int run_one(run_state *s, const study_plan *p, const study_collection *k,
		   const study_way *way)
{
	run_job job = {.plan = p, .collection = k, .way = way, .path = run_path(s->c, p, k, way)};
	int64_t begin = xs_clock_ns();
	size_t pairs = run_pairs(p, k);
	int rc;

	s->name = xs_arena_printf(s->c->arena, "%s %s", k->name, way->name);
	malloc_trim(
		0); /* what is free here would be used by the child and not be seen as its own */
	rc = child_run(s->c, run_work, &job, run_watch, s);
	if (rc != XS_OK)
		return rc;
	s->done += pairs;
	if (!s->c->progress)
		cmd_say(s->c, "%zu of %zu: %s: %zu pairs in %s, about %s left", s->cell, s->cells,
			s->name, pairs, print_duration(xs_clock_ms(begin)),
			print_duration(s->done ? xs_clock_ms(s->begin) / (double)s->done *
							 (double)(s->all - s->done)
					       : 0));
	return XS_OK;
}

int study_run(xs_cmd *c, const study_plan *p, const study_collection *collections)
{
	run_state s = {.c = c, .begin = xs_clock_ns(), .cells = p->n_sources * p->n_ways};
	int rc = xs_file_mkdirs(xs_file_join(c->arena, p->folder, "cells"));
	size_t kept = 0;

	for (size_t i = 0; i < s.cells; i++) {
		const study_collection *k = &collections[i / p->n_ways];

		/* The file is written at once when a cell is done (xs_file_write()), so one
		 * that is there is whole. */
		if (access(run_path(c, p, k, &p->ways[i % p->n_ways]), F_OK) == 0)
			kept++;
		else
			/* Of those that have to be made only: the time that is left must not
			 * count what is there. */
			s.all += run_pairs(p, k);
	}
	if (kept && rc == XS_OK)
		cmd_say(c, "%zu of %zu cells are there already", kept, s.cells);
	for (size_t i = 0; i < s.cells && rc == XS_OK; i++) {
		const study_collection *k = &collections[i / p->n_ways];
		const study_way *way = &p->ways[i % p->n_ways];

		s.cell = i + 1;
		if (access(run_path(c, p, k, way), F_OK) != 0)
			rc = run_one(&s, p, k, way);
	}
	print_progress_clear();
	return rc;
}

/* The rows of logits, as many as there are candidates. */
static bool run_read_logits(study_scores *out, xs_arena *a, const study_plan *p,
			    const study_collection *k, const json_t *rows)
{
	if (json_array_size(rows) != k->n)
		return false;
	out->logits = xs_arena_array(a, k->n, sizeof *out->logits);
	for (size_t i = 0; i < k->n; i++) {
		size_t n = run_depth(p, k, i);
		const json_t *row = json_array_get(rows, i);

		if (!json_is_array(row) || json_array_size(row) != n)
			return false;
		out->logits[i] = xs_arena_array(a, n + 1, sizeof **out->logits);
		for (size_t d = 0; d < n; d++) {
			const json_t *x = json_array_get(row, d);

			if (!json_is_number(x) && !json_is_null(x))
				return false;
			out->logits[i][d] =
				json_is_null(x) ? -INFINITY : (float)json_number_value(x);
		}
	}
	return true;
}

int study_scores_read(study_scores *out, xs_cmd *c, const study_plan *p, const study_collection *k,
		      const study_way *way)
{
	const char *path = run_path(c, p, k, way);
	json_error_t error;
	json_t *kept = json_load_file(path, 0, &error);
	json_int_t pairs = 0;
	bool good;

	*out = (study_scores){0};
	good = kept &&
	       json_unpack(kept, "{s:I, s:F, s:F, s:F, s:F, s:F}", "pairs", &pairs, "tokens",
			   &out->tokens, "wall_ms", &out->wall_ms, "cpu_ms", &out->cpu_ms,
			   "opened_mb", &out->opened_mb, "peak_mb", &out->peak_mb) == 0 &&
	       run_read_logits(out, c->arena, p, k, json_object_get(kept, "logits"));
	out->pairs = (size_t)pairs;
	json_decref(kept);
	return good ? XS_OK
		    : xs_fail(XS_EINPUT,
			      "%s: expected the scores of %zu queries as this command keeps them; "
			      "delete the file to have it made again",
			      path, k->n);
}
