/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep.c - memory and time of one text, longer and longer. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "cmd/bench/run.h"
#include "cmd/child.h"
#include "cmd/print.h"
#include "cmd/study/result.h"

/* Three rounds at least, and so many that a short text is measured for 300 ms: the clock of
 * processor time has steps of its own. */
enum { SWEEP_FIRST = 128, SWEEP_ROUNDS = 3, SWEEP_MS = 300 };

typedef struct sweep_job {
	study_length *length;
	const char *path;
} sweep_job;

static int sweep_save(const sweep_job *job, double peak, double cpu)
{
	json_t *out = json_pack("{s:s, s:I, s:f, s:f}", "way", job->length->way->name, "tokens",
				(json_int_t)job->length->tokens, "peak_mb", peak, "cpu_ms", cpu);
	char *text = json_dumps(out, JSON_COMPACT | JSON_REAL_PRECISION(9));
	int rc = xs_file_write(job->path, text, strlen(text));

	free(text);
	json_decref(out);
	return rc;
}

/* The child: scores a text of so many drawn tokens a few times. */
static int sweep_work(xs_cmd *c, void *user, child_line *line)
{
	static const char *const as_set[BENCH_SETTINGS] = {NULL};
	sweep_job *job = user;
	/* What the child has from its parent does not count: collections may be larger than the
	 * model. */
	double before = child_memory("VmRSS"), all;
	bench_engine engine = {0};
	samples cpu = {0};
	bench_load load;
	int64_t begin = xs_clock_ns();
	int rc = study_way_set(c, job->length->way);

	if (rc == XS_OK)
		rc = bench_engine_open(&engine, c, as_set, (int)job->length->tokens);
	if (rc == XS_OK && engine.why)
		rc = xs_fail(XS_EUNSUPPORTED, "%s", engine.why);
	if (rc == XS_OK)
		bench_load_ids(&load, c->arena, &engine.scoring.use->info, 1,
			       (int)job->length->tokens, true);
	while (rc == XS_OK && (cpu.n < SWEEP_ROUNDS || xs_clock_ms(begin) < SWEEP_MS)) {
		all = bench_cpu_ms();
		rc = bench_engine_score(&engine, &load);
		samples_add(&cpu, bench_cpu_ms() - all);
		if (rc == XS_OK)
			rc = child_tell(line, cpu.n);
	}
	if (rc == XS_OK)
		rc = sweep_save(job, child_memory("VmHWM") - before, samples_median(&cpu));
	samples_fini(&cpu);
	bench_engine_close(&engine);
	return rc;
}

/* The ways of the sweep: of each pattern the one without a window and one with a small window, the
 * paper's 4 where there is such a cell, else the smallest. */
static size_t sweep_ways(const study_way **out, const study_plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_patterns; i++) {
		const study_way *wide = NULL, *small = NULL;

		for (size_t w = 0; w < p->n_ways; w++) {
			const study_way *way = &p->ways[w];

			/* One format and one length: the sweep is about patterns and windows. */
			if (way->pattern != &p->patterns[i] || way->precision != p->precisions[0] ||
			    way->length != p->lengths[0])
				continue;
			/* The window "model" may be any, so it stands for neither. */
			if (strcmp(way->window, "none") == 0)
				wide = way;
			else if (strcmp(way->window, "model") != 0 &&
				 (!small || strcmp(way->window, "4") == 0 ||
				  (strcmp(small->window, "4") != 0 &&
				   atol(way->window) < atol(small->window))))
				small = way;
		}
		if (wide)
			out[n++] = wide;
		if (small)
			out[n++] = small;
	}
	return n;
}

static int sweep_read(study_length *out, const char *path)
{
	json_error_t error;
	json_t *kept = json_load_file(path, 0, &error);
	int bad = !kept || json_unpack(kept, "{s:F, s:F}", "peak_mb", &out->peak_mb, "cpu_ms",
				       &out->cpu_ms) != 0;

	json_decref(kept);
	return bad ? xs_fail(XS_EINPUT,
			     "%s: expected a measurement as this command keeps it; delete the "
			     "file to have it made again",
			     path)
		   : XS_OK;
}

static int sweep_one(study_length *length, xs_cmd *c, const study_plan *p, size_t i, size_t n)
{
	sweep_job job = {.length = length};
	char text[160];
	int rc = XS_OK;

	job.path = xs_file_join(c->arena, p->folder,
				xs_arena_printf(c->arena, "lengths/%s.%ld.json", length->way->file,
						length->tokens));
	snprintf(text, sizeof text, "%ld tokens, %s", length->tokens, length->way->name);
	/* What is there was measured before the study was stopped. */
	if (access(job.path, F_OK) != 0) {
		if (c->progress)
			print_progress(i, n, text);
		/* Memory that is free here would be used by the child, which would then seem to
		 * need less. */
		malloc_trim(0);
		rc = child_run(c, sweep_work, &job, NULL, NULL);
		if (rc == XS_OK && !c->progress)
			cmd_say(c, "length %zu of %zu: %s", i + 1, n, text);
	}
	/* From the file in any case: what was measured now and what was kept are the same
	 * numbers. */
	return rc == XS_OK ? sweep_read(length, job.path) : rc;
}

int study_sweep(study_length **out, size_t *n, xs_cmd *c, const study_plan *p)
{
	const study_way **ways = xs_arena_array(c->arena, 2 * p->n_patterns, sizeof *ways);
	size_t n_ways = p->sweep ? sweep_ways(ways, p) : 0;
	int rc = n_ways ? xs_file_mkdirs(xs_file_join(c->arena, p->folder, "lengths")) : XS_OK;
	/* Lengths double: 32 of them are beyond any number of tokens. */
	study_length *all = xs_arena_array(c->arena, n_ways * 32 + 1, sizeof *all);

	*n = 0;
	*out = all;
	for (size_t w = 0; w < n_ways; w++)
		for (long tokens = SWEEP_FIRST; tokens <= p->sweep; tokens *= 2)
			all[(*n)++] = (study_length){.way = ways[w], .tokens = tokens};
	for (size_t i = 0; i < *n && rc == XS_OK; i++)
		rc = sweep_one(&all[i], c, p, i, *n);
	print_progress_clear();
	return rc;
}
