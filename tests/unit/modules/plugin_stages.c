/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_stages.c - stages for pipeline.h: candidates out of nothing, and failures of each kind. */
#include <stdlib.h>
#include <string.h>

#include "plugin/plugin.h"

/* Six passages of three pages, as an index would give them, newest last; two of one section. */
static int fake_run(void *state, const xs_host *host, xs_query *q)
{
	static const struct {
		uint64_t page;
		const char *title, *heading, *anchor, *text;
	} passages[] = {
		{10, "Kettle", "Starting", "starting",
		 "Run it with a folder and open the address it prints."},
		{20, "Bread", "", "", "Knead flour, water, yeast and salt; let the dough rise."},
		{10, "Kettle", "Reloading", "reloading",
		 "Send SIGHUP to the process to reload the settings."},
		{30, "Tides", "The moon", "moon",
		 "The moon's pull makes the sea rise twice a day."},
		{20, "Bread", "Baking", "baking", "Bake the loaf for forty minutes in a hot oven."},
		{10, "Kettle", "Reloading", "reloading",
		 "The port is 8080 unless an option says otherwise."},
	};
	size_t n = sizeof passages / sizeof passages[0];
	const char *limit = host->setting(host, "candidates");
	const char *vocabulary = host->setting(host, "vocabulary");
	int32_t *ids = host->alloc(q, sizeof *ids);

	(void)state;
	*ids = 7592;
	if (limit && (size_t)atoi(limit) < n)
		n = (size_t)atoi(limit);
	q->question = q->text;
	q->candidates = host->alloc(q, (n + 1) * sizeof *q->candidates);
	q->n_candidates = n;
	for (size_t i = 0; i < n; i++) {
		xs_candidate *c = q->candidates[i] = host->alloc(q, sizeof *c);
		c->url = c->path = c->type = c->language = c->meta = "";
		c->page = passages[i].page;
		c->title = passages[i].title;
		c->heading = passages[i].heading;
		c->anchor = passages[i].anchor;
		c->text = passages[i].text;
		c->bm25 = c->score = 9 - (double)i;
		c->rank_before = (uint32_t)i;
		if (vocabulary) { /* as if each text were one token, "hello" */
			c->vocabulary = strtoull(vocabulary, NULL, 16);
			c->ids = ids;
			c->n_ids = 1;
		}
		c->date = 86400 * 100 * (int64_t)(i + 1);
	}
	return XS_OK;
}

/* Changes all it can, then fails. */
static int spoil_run(void *state, const xs_host *host, xs_query *q)
{
	xs_candidate *first = q->candidates[0];

	(void)state;
	q->candidates[0] = q->candidates[1];
	q->candidates[1] = first;
	first->scored = true;
	first->score = -1;
	q->n_candidates = 1;
	q->n_groups = 0;
	return host->fail(XS_EIO, "the well is poisoned (%s)", host->stage);
}

/* A code of its own and no sentence. */
static int silent_run(void *state, const xs_host *host, xs_query *q)
{
	(void)state;
	(void)host;
	(void)q;
	return 5;
}

static int broken_run(void *state, const xs_host *host, xs_query *q)
{
	(void)state;
	(void)q;
	return host->fail(XS_EBUSY, "the door is locked");
}

/* The time that the caller gave is over after it. */
static int late_run(void *state, const xs_host *host, xs_query *q)
{
	(void)state;
	q->deadline.at = host->clock();
	return XS_OK;
}

static int unopened_open(void **state, const xs_host *host)
{
	(void)state;
	return host->fail(XS_EINPUT, "stages.unopened.size: %s is too large",
			  host->setting(host, "size"));
}

#define STAGE .abi = XS_PLUGIN_ABI, .size = sizeof(xs_stage), .summary = "of the tests"
static const xs_stage stages_all[] = {
	{STAGE, .name = "fake", .run = fake_run, .gives = XS_CANDIDATES},
	{STAGE, .name = "spoil", .run = spoil_run, .optional = true, .needs = XS_CANDIDATES},
	{STAGE, .name = "silent", .run = silent_run, .optional = true},
	{STAGE, .name = "broken", .run = broken_run},
	{STAGE, .name = "unopened", .run = silent_run, .open = unopened_open},
	{STAGE, .name = "late", .run = late_run},
};
static const xs_stage *const stages_list[] = {&stages_all[0],
					      &stages_all[1],
					      &stages_all[2],
					      &stages_all[3],
					      &stages_all[4],
					      &stages_all[5],
					      NULL};

XS_EXPORT const struct xs_plugin xs_plugin = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(struct xs_plugin),
	.name = "stages",
	.version = "1",
	.license = "GPL-2.0-or-later",
	.stages = stages_list,
};
