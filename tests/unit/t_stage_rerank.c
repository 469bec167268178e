/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_stage_rerank.c - the stage that scores: what the model reads, how deep, and why it is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <pthread.h>

#include "plugin/passage_text.h"
#include "rerank/rerank.h"
#include "tests/unit/pipeline.h"

/* What the model reads of a passage, to the byte: models were trained on it. */
static void the_text_of_a_passage(void **state)
{
	static const struct {
		const char *title, *heading, *text, *want;
	} cases[] = {
		{"T", "H > I", "some text", "T. H > I. some text"},
		{"T", "T", "some text", "T. some text"},
		{"T", "", "some text", "T. some text"},
		{"", "H", "some text", "H. some text"},
		{"", "", "some text", "some text"},
		{"T", "H", "", "T. H. "},
		{"", "", "", ""},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t len = xs_passage_text(NULL, cases[i].title, cases[i].heading, cases[i].text);

		assert_int_equal(strlen(cases[i].want), len);
		assert_int_equal(len, xs_passage_text(out, cases[i].title, cases[i].heading,
						      cases[i].text));
		assert_string_equal(cases[i].want, out);
	}
}

static void missing_model_is_told(void **state)
{
	fixture *f = *state;
	const xs_rerank_record *r = &f->q->rerank;

	set(f, "rerank.model", "/nowhere/model");
	runs(f, "[fake, rerank, blend, group]");
	assert_string_equal(order(f), "012345");
	assert_int_equal(r->status, XS_RERANK_SKIPPED);
	assert_int_equal(r->scored, 0);
	assert_int_equal(r->skipped, 6);
	assert_non_null(strstr(r->reason, "/nowhere/model"));
	assert_int_equal(f->q->n_warnings, 1);
	assert_int_equal(f->q->n_groups, 3);
}

static void disabled_never_opens(void **state)
{
	fixture *f = *state;

	set(f, "rerank.model", "/nowhere/model");
	set(f, "rerank.enabled", "false");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->rerank.status, XS_RERANK_SKIPPED);
	assert_string_equal(f->q->rerank.reason, "rerank.enabled is false");
	assert_int_equal(f->q->n_warnings, 0);
}

static void left_out_for_one_query(void **state)
{
	fixture *f = *state;

	f->q->no_rerank = true;
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->rerank.status, XS_RERANK_SKIPPED);
	assert_string_equal(xs_rerank_status_name(f->q->rerank.status), "skipped");
	assert_null(f->q->rerank.model);
}

static void nothing_found(void **state)
{
	fixture *f = *state;

	set(f, "stages.fake.candidates", "0");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->n_groups, 0);
	assert_string_equal(f->q->rerank.reason, "nothing was found");
}

/* The built-in model puts the passage that answers first. */
static void scores_all(void **state)
{
	fixture *f = *state;
	xs_query *q = f->q;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.batch", "4");
	set(f, "blend.weights.rerank", "1");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(q->rerank.status, XS_RERANK_FULL);
	assert_null(q->rerank.reason);
	assert_int_equal(q->rerank.scored, 6);
	assert_int_equal(q->rerank.skipped, 0);
	assert_int_equal(q->rerank.cache_hits, 0);
	assert_int_equal(q->rerank.query_tokens, 10);
	assert_string_equal(q->rerank.model, "default");
	assert_int_equal(q->candidates[0]->rank_before, 2);
	assert_int_equal(q->groups[0].best->rank_before, 2);
	assert_true(q->candidates[0]->probability > 0 && q->candidates[0]->tokens > 10);
}

/* Token ids of the index are what is scored, if the model's vocabulary made them and they are not
 * switched off; heading and title stand before them. */
static void stored_tokens_are_used(void **state)
{
	fixture *f = *state;
	const char *before = "";
	xs_model_info info;
	xs_model *m;
	float as_text;
	int tokens;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.cache_entries", "0");
	runs(f, "[fake, rerank, group]");
	tokens = (int)f->q->rerank.tokens;
	as_text = f->q->candidates[0]->logit;

	for (size_t i = 0; i < f->q->n_candidates; i++) {
		const xs_candidate *c = f->q->candidates[i];

		before = xs_arena_printf(f->arena, "%s%s. %s%s", before, c->title, c->heading,
					 *c->heading ? ". " : "");
	}
	assert_int_equal(xs_model_open(&m, NULL), XS_OK);
	xs_model_info_get(&info, m);
	set(f, "stages.fake.vocabulary",
	    xs_arena_printf(f->arena, "%" PRIx64, info.vocabulary_hash));
	reopen(f);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal(f->q->rerank.scored, 6);
	assert_int_equal((int)f->q->rerank.tokens,
			 xs_model_tokenize(NULL, 0, m, before, strlen(before)) + 6);
	assert_true(f->q->candidates[0]->logit != as_text);
	xs_model_close(m);

	set(f, "rerank.cache_tokens", "false");
	reopen(f);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal((int)f->q->rerank.tokens, tokens);
	assert_true(f->q->candidates[0]->logit == as_text);

	set(f, "rerank.cache_tokens", "true");
	set(f, "stages.fake.vocabulary", "1234");
	reopen(f);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal((int)f->q->rerank.tokens, tokens);
}

static void depth_leaves_the_rest_below(void **state)
{
	fixture *f = *state;
	const xs_query *q = f->q;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.depth", "3");
	runs(f, "[fake, rerank, group]");
	assert_int_equal(q->rerank.status, XS_RERANK_FULL);
	assert_int_equal(q->rerank.scored, 3);
	assert_int_equal(q->rerank.skipped, 3);
	assert_string_equal(order(f) + 3, "345");
	assert_false(q->candidates[3]->scored);
	for (size_t i = 1; i < 6; i++)
		assert_true(q->candidates[i - 1]->score >= q->candidates[i]->score);
}

/* The time was over before the first text: the order of the index stays, and no required stage is begun. */
static void no_time_at_all(void **state)
{
	fixture *f = *state;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.cache_entries", "0");
	assert_int_equal(open_with(f, "[fake, late, rerank, group]"), XS_OK);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_ECANCEL);
	assert_string_equal(xs_error(), "the search was stopped before its stage group");
	assert_int_equal(f->q->n_timings, 3);
	assert_int_equal(f->q->rerank.status, XS_RERANK_SKIPPED);
	assert_string_equal(f->q->rerank.reason, "the time for this query ended");
	assert_int_equal(f->q->rerank.skipped, 6);
	assert_string_equal(order(f), "012345");

	set(f, "pipeline", "[fake, rerank, group]");
	reopen(f);
	f->q->deadline.at = 1;
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_ECANCEL);
	assert_int_equal(f->q->n_timings, 0);
	f->q->deadline.at = 0;
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal(f->q->rerank.status, XS_RERANK_FULL);
}

static void the_budget_ends(void **state)
{
	fixture *f = *state;

	set(f, "rerank.budget_ms", "0.001");
	set(f, "rerank.depth", "30");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->rerank.status, XS_RERANK_SKIPPED);
	assert_string_equal(f->q->rerank.reason, "the budget of 0.001 ms ended");
	assert_string_equal(order(f), "012345");
	assert_int_equal(f->q->n_groups, 3);
}

/* rerank.so takes the place of the built-in stage and gives the same scores. */
static void the_module_scores_alike(void **state)
{
	fixture *f = *state;
	xs_query *own = xs_query_new();

	own->text = f->q->text;
	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.cache_entries", "0");
	runs(f, "[fake, rerank, blend, group]");
	assert_string_equal(xs_pipeline_origin(f->pipeline, 1), "built in");
	xs_pipeline_close(f->pipeline);

	use_module(f);
	assert_int_equal(open_with(f, "[fake, rerank, blend, group]"), XS_OK);
	assert_non_null(strstr(xs_pipeline_origin(f->pipeline, 1), "rerank.so"));
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, own), XS_OK);
	assert_int_equal(own->rerank.status, XS_RERANK_FULL);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(own->candidates[i]->rank_before, f->q->candidates[i]->rank_before);
		assert_true(own->candidates[i]->logit == f->q->candidates[i]->logit);
	}
	xs_query_free(own);
}

/* A failure inside the module, whose error sentence is its own, arrives here. */
static void the_module_tells_its_failures(void **state)
{
	fixture *f = *state;

	use_module(f);
	set(f, "rerank.model", "/nowhere/model");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->rerank.status, XS_RERANK_SKIPPED);
	assert_non_null(strstr(f->q->rerank.reason, "/nowhere/model"));
	assert_string_equal(order(f), "012345");
}

static void *one_thread(void *pipeline)
{
	xs_query *q = xs_query_new();
	int rc;

	q->text = "why does the sea rise";
	rc = xs_pipeline_run(pipeline, NULL, q);
	if (!rc && (q->rerank.status != XS_RERANK_FULL || q->groups[0].best->page != 30))
		rc = XS_EINTERNAL;
	xs_query_free(q);
	return rc ? pipeline : NULL;
}

/* The first queries of a server come at once: one opens the model, the others wait. */
static void threads_share_a_pipeline(void **state)
{
	fixture *f = *state;
	pthread_t threads[4];
	void *failed;

	set(f, "rerank.budget_ms", "0");
	assert_int_equal(open_with(f, "[fake, rerank, group]"), XS_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_thread, f->pipeline), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_text_of_a_passage),
		TEST(missing_model_is_told),
		TEST(disabled_never_opens),
		TEST(left_out_for_one_query),
		TEST(nothing_found),
		TEST(scores_all),
		TEST(stored_tokens_are_used),
		TEST(depth_leaves_the_rest_below),
		TEST(no_time_at_all),
		TEST(the_budget_ends),
		TEST(the_module_scores_alike),
		TEST(the_module_tells_its_failures),
		TEST(threads_share_a_pipeline),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
