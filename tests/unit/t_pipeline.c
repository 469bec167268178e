/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_pipeline.c - order, failures and records of the stages, on candidates out of nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/pipeline.h"

static void refuses(fixture *f, const char *stages, const char *sentence)
{
	assert_int_equal(open_with(f, stages), XS_EINPUT);
	assert_null(f->pipeline);
	assert_string_equal(xs_error(), sentence);
}

static void groups_by_page(void **state)
{
	fixture *f = *state;
	xs_query *q = f->q;

	runs(f, "[fake, group]");
	assert_int_equal(q->n_groups, 3);
	assert_int_equal(q->n_pages, 3);
	assert_int_equal(q->groups[0].best->rank_before, 0);
	assert_int_equal(q->groups[0].n_passages, 3);
	assert_int_equal(q->groups[0].n_sub, 1);
	assert_int_equal(q->groups[0].sub[0]->rank_before, 2);
	assert_int_equal(q->groups[1].best->page, 20);
	assert_int_equal(q->groups[2].best->page, 30);
	assert_int_equal(q->groups[2].n_sub, 0);
	assert_int_equal(q->rerank.status, XS_RERANK_NONE);
	assert_int_equal(q->n_timings, 2);
	assert_string_equal(q->timings[0].stage, "fake");
	assert_int_equal(q->timings[0].in, 0);
	assert_int_equal(q->timings[0].out, 6);
	assert_int_equal(q->timings[1].out, 3);
	assert_true(q->timings[1].ms >= 0);
}

static void no_more_places_than_wanted(void **state)
{
	fixture *f = *state;

	set(f, "search.sub_results", "0");
	runs(f, "[fake, group]");
	assert_int_equal(f->q->groups[0].n_passages, 3);
	assert_int_equal(f->q->groups[0].n_sub, 0);
}

static void pages_of_results(void **state)
{
	fixture *f = *state;

	f->q->offset = 1;
	f->q->n = 1;
	runs(f, "[fake, group]");
	assert_int_equal(f->q->n_groups, 1);
	assert_int_equal(f->q->groups[0].best->page, 20);
	assert_int_equal(f->q->n_pages, 3);
	f->q->offset = 7;
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal(f->q->n_groups, 0);
}

static void too_many_results(void **state)
{
	fixture *f = *state;

	set(f, "search.max_results", "2");
	set(f, "search.results", "2");
	f->q->n = 50;
	runs(f, "[fake, group]");
	assert_int_equal(f->q->n_groups, 2);
	assert_int_equal(f->q->n_warnings, 1);
	assert_string_equal(f->q->warnings[0],
			    "50 results were asked for; search.max_results allows 2");
}

static void orders_are_checked(void **state)
{
	fixture *f = *state;

	refuses(f, "[fake, gruop]",
		"pipeline: there is no stage gruop; known are parse, retrieve, rerank, blend, group, "
		"snippet, fake, spoil, silent, broken, unopened, late and recency");
	refuses(f, "[group]",
		"pipeline: stage group works on candidates, so a stage that finds them (retrieve) must "
		"stand before it");
	refuses(f, "[fake, snippet, group]",
		"pipeline: stage snippet works on results grouped by page, so the stage group must "
		"stand before it");
	refuses(f, "[fake, silent, silent, group]", "pipeline: stage silent stands twice");
	refuses(f, "[fake]", "pipeline: no stage gives results; the stage group is missing");
	set(f, "stages.unopened.size", "9");
	refuses(f, "[fake, unopened, group]", "stages.unopened.size: 9 is too large");
	set(f, "plugins", "[/nowhere/x.so]");
	refuses(f, "[fake, group]", "plugin /nowhere/x.so: there is no such file");
}

static void optional_failure_changes_nothing(void **state)
{
	fixture *f = *state;
	xs_query *q = f->q;

	runs(f, "[fake, spoil, silent, group]");
	assert_string_equal(order(f), "012345");
	assert_false(q->candidates[0]->scored);
	assert_true(q->candidates[0]->score == 9);
	assert_int_equal(q->n_groups, 3);
	assert_string_equal(q->timings[1].error, "the well is poisoned (spoil)");
	assert_string_equal(q->timings[2].error, "stage silent failed and gave no reason");
	assert_null(q->timings[3].error);
	assert_int_equal(q->n_warnings, 2);
	assert_string_equal(q->warnings[0],
			    "stage spoil was passed over: the well is poisoned (spoil)");
	assert_int_equal(xs_pipeline_failures(f->pipeline, 1), 1);
	assert_int_equal(xs_pipeline_failures(f->pipeline, 0), 0);
	assert_string_equal(xs_pipeline_stage(f->pipeline, 1)->name, "spoil");
	assert_non_null(strstr(xs_pipeline_origin(f->pipeline, 1), "plugin_stages"));
	assert_string_equal(xs_pipeline_origin(f->pipeline, 3), "built in");
}

static void groups_survive_a_failure(void **state)
{
	fixture *f = *state;

	runs(f, "[fake, group, spoil]");
	assert_int_equal(f->q->n_groups, 3);
	assert_int_equal(f->q->groups[0].best->rank_before, 0);
}

static void required_failure_ends_the_search(void **state)
{
	fixture *f = *state;

	assert_int_equal(open_with(f, "[fake, broken, group]"), XS_OK);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_EBUSY);
	assert_string_equal(xs_error(), "the door is locked");
	assert_int_equal(f->q->n_timings, 2);
}

static void a_cancelled_query_stops(void **state)
{
	fixture *f = *state;
	atomic_int cancel = 1;

	f->q->deadline.cancel = &cancel;
	assert_int_equal(open_with(f, "[fake, group]"), XS_OK);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_ECANCEL);
	assert_string_equal(xs_error(), "the search was stopped before its stage fake");
}

static void sample_plugin_reorders(void **state)
{
	fixture *f = *state;

	/* Scores 9 … 4, the newest is last: with weight 1 and a short half-life it alone gains 5. */
	set(f, "stages.recency.weight", "1");
	set(f, "stages.recency.half_life", "1");
	runs(f, "[fake, recency, group]");
	assert_string_equal(order(f), "051234");
}

static void sample_plugin_checks_its_settings(void **state)
{
	fixture *f = *state;

	set(f, "stages.recency.weight", "much");
	refuses(f, "[fake, recency, group]",
		"stages.recency.weight: much is not a number from 0 to 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(groups_by_page),
		TEST(no_more_places_than_wanted),
		TEST(pages_of_results),
		TEST(too_many_results),
		TEST(orders_are_checked),
		TEST(optional_failure_changes_nothing),
		TEST(groups_survive_a_failure),
		TEST(required_failure_ends_the_search),
		TEST(a_cancelled_query_stops),
		TEST(sample_plugin_reorders),
		TEST(sample_plugin_checks_its_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
