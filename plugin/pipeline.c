/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.c - runs the stages that the configuration names, in its order. */
#include "plugin/pipeline.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "conf/conf.h"
#include "plugin/host.h"
#include "plugin/registry.h"

typedef struct pipeline_step {
	const xs_stage *stage;
	const char *origin; /* the registry's */
	xs_stage_host host;
	void *state;
	_Atomic uint64_t failures;
} pipeline_step;

struct xs_pipeline {
	xs_registry *registry;
	xs_settings *settings;
	pipeline_step *steps;
	size_t n, n_open; /* steps; those whose open() has succeeded */
	bool foreign;	  /* some step is of a plugin */
};

/* What an optional stage may not spoil by failing half way. */
typedef struct pipeline_snapshot {
	xs_candidate **order;
	xs_candidate *content;
	size_t n;
	const xs_group *groups;
	size_t n_groups, n_pages;
} pipeline_snapshot;

/* Contents too, not only the order: a stage may set fields and then fail. */
static void pipeline_save(pipeline_snapshot *s, const xs_query *q)
{
	s->n = q->n_candidates;
	s->order = xs_arena_array(xs_query_arena(q), s->n + 1, sizeof *s->order);
	s->content = xs_arena_array(xs_query_arena(q), s->n + 1, sizeof *s->content);
	for (size_t i = 0; i < s->n; i++) {
		s->order[i] = q->candidates[i];
		s->content[i] = *q->candidates[i];
	}
	s->groups = q->groups;
	s->n_groups = q->n_groups;
	s->n_pages = q->n_pages;
}

static void pipeline_restore(const pipeline_snapshot *s, xs_query *q)
{
	/* Into the same objects: groups point to them. */
	for (size_t i = 0; i < s->n; i++)
		*s->order[i] = s->content[i];
	q->candidates = s->order;
	q->n_candidates = s->n;
	q->groups = s->groups;
	q->n_groups = s->n_groups;
	q->n_pages = s->n_pages;
}

/* A plugin may forget its sentence or return a number of its own. */
static int pipeline_normal(int rc, const char *stage)
{
	bool known = rc < 0 && rc >= XS_EUNSUPPORTED;

	if (!*xs_error())
		return xs_fail(known ? rc : XS_EINTERNAL, "stage %s failed and gave no reason",
			       stage);
	return known ? rc : XS_EINTERNAL;
}

/* An optional stage failed: puts the order back and says so. */
static void pipeline_pass_over(pipeline_step *step, const pipeline_snapshot *s, xs_query *q,
			       xs_timing *timing)
{
	const char *name = step->stage->name;

	pipeline_restore(s, q);
	timing->error = xs_arena_dup(xs_query_arena(q), xs_error());
	atomic_fetch_add(&step->failures, 1);
	xs_log(XS_LOG_WARN, "stage %s was passed over: %s", name, timing->error);
	/* In the reply as well: whoever asked does not see the log. */
	step->host.table.warn(q, "stage %s was passed over: %s", name, timing->error);
	/* The order is the old one, so the record must not tell of scores. */
	if (!strcmp(name, "rerank")) {
		q->rerank.status = XS_RERANK_SKIPPED;
		q->rerank.reason = timing->error;
		q->rerank.scored = q->rerank.cache_hits = q->rerank.truncated = 0;
		q->rerank.tokens = q->rerank.tokens_scored = 0;
		q->rerank.skipped = q->n_candidates;
	}
}

static int pipeline_step_run(pipeline_step *step, xs_query *q)
{
	const xs_stage *stage = step->stage;
	xs_timing *timing = &q->timings[q->n_timings];
	pipeline_snapshot snapshot = {0};
	int64_t begin;
	int rc;

	/* An optional stage runs even so: rerank looks at the deadline itself, the others are quick. */
	if (!stage->optional && xs_deadline_over(&q->deadline))
		return xs_fail(XS_ECANCEL, "the search was stopped before its stage %s",
			       stage->name);
	/* For these alone: to copy all candidates costs, and a failure of another stage ends the
	 * search anyway. */
	if (stage->optional)
		pipeline_save(&snapshot, q);
	timing->stage = stage->name;
	timing->in = q->n_candidates;
	/* Else the sentence of an earlier failure could be taken for this stage's. */
	xs_fail(XS_OK, "%s", "");
	begin = xs_clock_ns();
	rc = stage->run(step->state, &step->host.table, q);
	timing->ms = xs_clock_ms(begin);
	q->n_timings++;
	if (rc != XS_OK) {
		rc = pipeline_normal(rc, stage->name);
		if (!stage->optional)
			return rc;
		pipeline_pass_over(step, &snapshot, q, timing);
	}
	/* From `group` on results are pages. */
	timing->out = (stage->needs | stage->gives) & XS_GROUPS ? q->n_groups : q->n_candidates;
	return XS_OK;
}

int xs_pipeline_run(xs_pipeline *p, struct xs_index *index, xs_query *q)
{
	int rc = XS_OK;

	/* A query of another header would have its fields elsewhere. */
	if (q->abi != XS_PLUGIN_ABI || q->size != sizeof *q)
		return xs_fail(XS_EINTERNAL, "the query was not made by xs_query_new()");
	xs_query_set_index(q, index, p->foreign);
	q->started = xs_clock_ns();
	q->n_timings = 0;
	/* For all stages at once, as an arena cannot lengthen an array. */
	q->timings = xs_arena_array(xs_query_arena(q), p->n, sizeof *q->timings);
	for (size_t i = 0; i < p->n && rc == XS_OK; i++)
		rc = pipeline_step_run(&p->steps[i], q);
	/* The index is the caller's, and may be closed before the query is freed. */
	xs_query_set_index(q, NULL, false);
	return rc;
}

/* Which stage of the registry would give what `lacking` says is missing; for the message. */
static int pipeline_lacks(const char *name, uint32_t lacking)
{
	if (lacking & XS_CANDIDATES)
		return xs_fail(XS_EINPUT,
			       "pipeline: stage %s works on candidates, so a stage that finds them "
			       "(retrieve) must stand before it",
			       name);
	return xs_fail(
		XS_EINPUT,
		"pipeline: stage %s works on results grouped by page, so the stage group must "
		"stand before it",
		name);
}

/* Fills steps[0 … n-1] from the names in the configuration, and checks their order. */
static int pipeline_resolve(xs_pipeline *p, const xs_conf *conf)
{
	uint32_t have = 0;

	for (size_t i = 0; i < conf->pipeline.n; i++) {
		const char *name = conf->pipeline.items[i];
		pipeline_step *step = &p->steps[i];
		step->stage = xs_registry_find(&step->origin, p->registry, name);
		if (!step->stage)
			return xs_fail(XS_EINPUT, "pipeline: there is no stage %s; known are %s",
				       name, xs_registry_names(p->registry));
		/* xs_pipeline_state() finds a stage's state by the stage, so there can be one
		 * only. */
		for (size_t j = 0; j < i; j++)
			if (p->steps[j].stage == step->stage)
				return xs_fail(XS_EINPUT, "pipeline: stage %s stands twice", name);
		p->foreign = p->foreign || strcmp(step->origin, "built in") != 0;
		/* Told at the start: without its input the stage would fail at each search. */
		if (step->stage->needs & ~have)
			return pipeline_lacks(name, step->stage->needs & ~have);
		have |= step->stage->gives;
	}
	p->n = conf->pipeline.n;
	/* A reply is made of groups (answer.c): without them nothing could be shown. */
	if (!(have & XS_GROUPS))
		return xs_fail(XS_EINPUT,
			       "pipeline: no stage gives results; the stage group is missing");
	return XS_OK;
}

static int pipeline_open_steps(xs_pipeline *p)
{
	for (size_t i = 0; i < p->n; i++) {
		pipeline_step *step = &p->steps[i];
		int rc = XS_OK;
		xs_host_init(&step->host, step->stage->name, p->settings);
		xs_fail(XS_OK, "%s", "");
		if (step->stage->open)
			rc = step->stage->open(&step->state, &step->host.table);
		if (rc != XS_OK)
			return pipeline_normal(rc, step->stage->name);
		/* After a success alone: close() is for what open() has made. */
		p->n_open = i + 1;
	}
	return XS_OK;
}

int xs_pipeline_open(xs_pipeline **out, const xs_conf *conf)
{
	xs_pipeline *p = xs_calloc(1, sizeof *p);
	int rc = XS_OK;

	*out = NULL;
	p->registry = xs_registry_new();
	p->settings = xs_settings_new(conf);
	p->steps = xs_calloc(conf->pipeline.n + 1, sizeof *p->steps);
	/* Plugins first: their stages may take the place of built-in ones. */
	for (size_t i = 0; i < conf->plugins.n && rc == XS_OK; i++)
		rc = xs_registry_load(p->registry, conf->plugins.items[i]);
	if (rc == XS_OK)
		rc = pipeline_resolve(p, conf);
	if (rc == XS_OK)
		rc = pipeline_open_steps(p);
	if (rc != XS_OK)
		xs_pipeline_close(p);
	else
		*out = p;
	return rc;
}

void xs_pipeline_close(xs_pipeline *p)
{
	if (!p)
		return;
	/* In reverse order: a stage may use what one before it has opened. */
	while (p->n_open > 0) {
		pipeline_step *step = &p->steps[--p->n_open];
		if (step->stage->close)
			step->stage->close(step->state);
	}
	free(p->steps);
	/* The registry is last: until here its plugins' code may run. */
	xs_settings_free(p->settings);
	xs_registry_free(p->registry);
	free(p);
}

size_t xs_pipeline_count(const xs_pipeline *p)
{
	return p->n;
}

const xs_stage *xs_pipeline_stage(const xs_pipeline *p, size_t i)
{
	return p->steps[i].stage;
}

const char *xs_pipeline_origin(const xs_pipeline *p, size_t i)
{
	return p->steps[i].origin;
}

uint64_t xs_pipeline_failures(const xs_pipeline *p, size_t i)
{
	return atomic_load(&p->steps[i].failures);
}

void *xs_pipeline_state(const xs_pipeline *p, const xs_stage *stage)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].stage == stage)
			return p->steps[i].state;
	return NULL;
}

const char *xs_rerank_status_name(xs_rerank_status status)
{
	switch (status) {
	case XS_RERANK_FULL: return "full";
	case XS_RERANK_PARTIAL: return "partial";
	case XS_RERANK_SKIPPED: return "skipped";
	case XS_RERANK_NONE: break;
	}
	return "none";
}
