/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.h - a pipeline whose candidates come out of nothing (modules/plugin_stages.c). */
#ifndef XS_TESTS_UNIT_PIPELINE_H
#define XS_TESTS_UNIT_PIPELINE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "conf/conf.h"
#include "plugin/pipeline.h"
#include "tests/unit/module.h"

typedef struct fixture {
	xs_arena *arena;
	xs_conf *conf;
	xs_pipeline *pipeline;
	xs_query *q;
	char index[32]; /* a folder for scores.db */
} fixture;

static inline int set_up(void **state)
{
	fixture *f = test_calloc(1, sizeof *f);

	f->arena = xs_arena_new();
	f->conf = xs_conf_new();
	f->q = xs_query_new();
	f->q->text = "how do I make the server read its settings again";
	assert_int_equal(xs_conf_set(f->conf, "plugins",
				     xs_arena_printf(f->arena, "[\"%s\", \"%s\"]",
						     module_path(f->arena, "plugin_stages"),
						     module_path(f->arena, "plugin_recency"))),
			 XS_OK);
	strcpy(f->index, "/tmp/xs-pipeline-XXXXXX");
	assert_non_null(mkdtemp(f->index));
	assert_int_equal(xs_conf_set(f->conf, "index.path", f->index), XS_OK);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	fixture *f = *state;

	xs_query_free(f->q);
	xs_pipeline_close(f->pipeline);
	xs_conf_free(f->conf);
	unlink(xs_file_join(f->arena, f->index, "scores.db"));
	assert_int_equal(rmdir(f->index), 0);
	xs_arena_free(f->arena);
	test_free(f);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static inline void set(fixture *f, const char *key, const char *value)
{
	if (xs_conf_set(f->conf, key, value))
		fail_msg("%s: %s", key, xs_error());
}

static inline int open_with(fixture *f, const char *stages)
{
	set(f, "pipeline", stages);
	return xs_pipeline_open(&f->pipeline, f->conf);
}

static inline void runs(fixture *f, const char *stages)
{
	if (open_with(f, stages) || xs_pipeline_run(f->pipeline, NULL, f->q))
		fail_msg("%s: %s", stages, xs_error());
}

/* The candidates' places in the index, in their order now: "012345". */
static inline const char *order(const fixture *f)
{
	const char *text = "";

	for (size_t i = 0; i < f->q->n_candidates; i++)
		text = xs_arena_printf(f->arena, "%s%u", text,
				       (unsigned)f->q->candidates[i]->rank_before);
	return text;
}

/* Opens the pipeline anew, as another process would. */
static inline void reopen(fixture *f)
{
	xs_pipeline_close(f->pipeline);
	if (xs_pipeline_open(&f->pipeline, f->conf))
		fail_msg("%s", xs_error());
}

/* Has rerank.so in place of the built-in stage. */
static inline void use_module(fixture *f)
{
	const char *module = getenv("XS_TEST_RERANK");

	set(f, "plugins",
	    xs_arena_printf(f->arena, "[\"%s\", \"%s\"]",
			    module ? module : "plugin/.libs/rerank.so",
			    module_path(f->arena, "plugin_stages")));
}

#endif
