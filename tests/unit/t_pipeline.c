/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_pipeline.c - order, failures and records of the stages, on candidates out of nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "conf/conf.h"
#include "plugin/passage_text.h"
#include "plugin/pipeline.h"
#include "rerank/rerank.h"
#include "tests/unit/module.h"

typedef struct fixture {
	xs_arena *arena;
	xs_conf *conf;
	xs_pipeline *pipeline;
	xs_query *q;
	char index[32]; /* a folder for scores.db */
} fixture;

static int set_up(void **state)
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

static int tear_down(void **state)
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

static void set(fixture *f, const char *key, const char *value)
{
	if (xs_conf_set(f->conf, key, value))
		fail_msg("%s: %s", key, xs_error());
}

static int open_with(fixture *f, const char *stages)
{
	set(f, "pipeline", stages);
	return xs_pipeline_open(&f->pipeline, f->conf);
}

static void runs(fixture *f, const char *stages)
{
	if (open_with(f, stages) || xs_pipeline_run(f->pipeline, NULL, f->q))
		fail_msg("%s: %s", stages, xs_error());
}

static void refuses(fixture *f, const char *stages, const char *sentence)
{
	assert_int_equal(open_with(f, stages), XS_EINPUT);
	assert_null(f->pipeline);
	assert_string_equal(xs_error(), sentence);
}

/* The candidates' places in the index, in their order now: "012345". */
static const char *order(const fixture *f)
{
	const char *text = "";

	for (size_t i = 0; i < f->q->n_candidates; i++)
		text = xs_arena_printf(f->arena, "%s%u", text,
				       (unsigned)f->q->candidates[i]->rank_before);
	return text;
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
		"snippet, fake, spoil, silent, broken, unopened and recency");
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

/* Asks again in a new pipeline, as another process would: how many scores were known. */
static size_t hits_again(fixture *f)
{
	xs_query *q = xs_query_new();
	size_t hits;

	q->text = f->q->text;
	xs_pipeline_close(f->pipeline);
	f->pipeline = NULL;
	if (xs_pipeline_open(&f->pipeline, f->conf) || xs_pipeline_run(f->pipeline, NULL, q))
		fail_msg("%s", xs_error());
	hits = q->rerank.cache_hits;
	if (hits == f->q->n_candidates) {
		assert_int_equal(q->rerank.status, XS_RERANK_FULL);
		assert_int_equal(q->rerank.query_tokens, f->q->rerank.query_tokens);
		assert_int_equal(q->rerank.query_tokens_used, f->q->rerank.query_tokens_used);
		assert_int_equal(q->n_warnings, f->q->n_warnings);
		assert_int_equal(q->rerank.tokens, f->q->rerank.tokens);
	}
	for (size_t i = 0; i < hits && hits == f->q->n_candidates; i++) {
		assert_true(q->candidates[i]->cached);
		assert_int_equal(q->candidates[i]->rank_before, f->q->candidates[i]->rank_before);
		assert_true(q->candidates[i]->logit == f->q->candidates[i]->logit);
		assert_true(q->candidates[i]->probability == f->q->candidates[i]->probability);
	}
	xs_query_free(q);
	return hits;
}

static int count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* With no time at all the scores that are kept are there: nothing was computed, nor made ready to
 * compute. */
static void known_scores_cost_nothing(void **state)
{
	fixture *f = *state;
	int before;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.threads", "3");
	runs(f, "[fake, rerank, blend, group]");
	xs_pipeline_close(f->pipeline);
	f->pipeline = NULL;
	before = count_threads();
	set(f, "rerank.depth", "30");
	set(f, "rerank.budget_ms", "0.001");
	assert_int_equal(hits_again(f), 6);
	assert_int_equal(count_threads(), before);
	f->q->text = "another question";
	assert_int_equal(hits_again(f), 0);
}

/* Whether this process has a model's weights mapped. */
static bool model_is_open(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[4096];
	bool found = false;

	assert_non_null(maps);
	while (fgets(line, sizeof line, maps))
		found = found || strstr(line, "model.safetensors");
	fclose(maps);
	return found;
}

/* A process that finds all scores known does not open the model, though it tells its name; files that
 * are not as they were make it look. */
static void known_scores_need_no_model(void **state)
{
	static const char *const files[] = {"config.json", "model.safetensors", "vocab.txt"};
	const char *top = getenv("top_srcdir"), *to;
	fixture *f = *state;
	char *bytes;
	size_t len;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.model", xs_arena_printf(f->arena, "%s/models/default//", top ? top : "."));
	runs(f, "[fake, rerank, blend, group]");
	assert_string_equal(f->q->rerank.model, "default");
	assert_true(model_is_open());
	assert_int_equal(hits_again(f), 6);
	assert_false(model_is_open());
	set(f, "rerank.model", xs_arena_printf(f->arena, "%s/model", f->index));
	assert_int_equal(mkdir(xs_file_join(f->arena, f->index, "model"), 0755), 0);
	for (int i = 0; i < 3; i++) {
		to = xs_arena_printf(f->arena, "%s/model/%s", f->index, files[i]);
		assert_int_equal(xs_file_read(&bytes, &len, f->arena,
					      xs_arena_printf(f->arena, "%s/models/default/%s",
							      top ? top : ".", files[i]),
					      64 << 20),
				 XS_OK);
		assert_int_equal(xs_file_write(to, bytes, len), XS_OK);
	}
	assert_int_equal(hits_again(f), 6);
	assert_true(model_is_open()); /* to see that it is the same */
	assert_int_equal(hits_again(f), 6);
	assert_false(model_is_open());
	to = xs_arena_printf(f->arena, "%s/model/config.json", f->index);
	assert_int_equal(xs_file_write(to, "{}", 2), XS_OK);
	assert_int_equal(hits_again(f), 0);
	for (int i = 0; i < 3; i++)
		unlink(xs_arena_printf(f->arena, "%s/model/%s", f->index, files[i]));
	rmdir(xs_file_join(f->arena, f->index, "model"));
}

/* The question that is cut is told of when its scores are known, too. */
static void known_scores_warn_alike(void **state)
{
	fixture *f = *state;

	f->q->text =
		"how do I make the server read its settings again when it has been running for a "
		"long while and may not be stopped and started once more for the sake of the people "
		"who are using it at that moment";
	set(f, "rerank.budget_ms", "0");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->n_warnings, 1);
	assert_true(f->q->rerank.query_tokens_used < f->q->rerank.query_tokens);
	assert_int_equal(hits_again(f), 6);
}

/* What makes another score makes another entry; what does not, does not. */
static void scores_are_kept_by_what_makes_them(void **state)
{
	static const struct {
		const char *key, *value, *back;
		size_t hits;
	} cases[] = {
		{"rerank.window", "16", "model", 0},
		{"rerank.pattern", "full", "model", 0},
		{"rerank.query_doc", "on", "model", 0},
		{"rerank.max_tokens", "9", "0", 0},
		{"rerank.query_tokens", "40", "0", 0},
		{"rerank.overlong", "first", "max", 0},
		{"rerank.positions", "600", "0", 0},
		{"rerank.cache_entries", "0", "1000", 0},
		{"rerank.precision", "f32", "int8", 0},
		{"rerank.precision", "bf16", "int8", 0},
		{"rerank.threads", "1", "0", 6},
		{"rerank.batch", "1", "8", 6},
		{"rerank.cache_tokens", "false", "true", 6},
	};
	fixture *f = *state;

	set(f, "rerank.budget_ms", "0");
	runs(f, "[fake, rerank, blend, group]");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		set(f, cases[i].key, cases[i].value);
		if (hits_again(f) != cases[i].hits)
			fail_msg("%s: %s has not %zu hits", cases[i].key, cases[i].value,
				 cases[i].hits);
		set(f, cases[i].key, cases[i].back);
		assert_int_equal(hits_again(f), 6);
	}
}

static void a_lost_file_is_no_failure(void **state)
{
	fixture *f = *state;
	const char *path = xs_file_join(f->arena, f->index, "scores.db");

	set(f, "rerank.budget_ms", "0");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(hits_again(f), 6);
	assert_int_equal(xs_file_write(path, "no scores", 9), XS_OK);
	assert_int_equal(hits_again(f), 0);
	assert_int_equal(hits_again(f), 6);
	set(f, "index.path", "/dev/null/nowhere");
	assert_int_equal(hits_again(f), 0);
	assert_int_equal(hits_again(f), 0);
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
	hits_again(f);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal(f->q->rerank.scored, 6);
	assert_int_equal((int)f->q->rerank.tokens,
			 xs_model_tokenize(NULL, 0, m, before, strlen(before)) + 6);
	assert_true(f->q->candidates[0]->logit != as_text);
	xs_model_close(m);

	set(f, "rerank.cache_tokens", "false");
	hits_again(f);
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_OK);
	assert_int_equal((int)f->q->rerank.tokens, tokens);
	assert_true(f->q->candidates[0]->logit == as_text);

	set(f, "rerank.cache_tokens", "true");
	set(f, "stages.fake.vocabulary", "1234");
	hits_again(f);
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

/* The time was over before the first text: the order of the index stays. */
static void no_time_at_all(void **state)
{
	fixture *f = *state;

	set(f, "rerank.budget_ms", "0");
	f->q->deadline.at = 1;
	assert_int_equal(open_with(f, "[fake, rerank, group]"), XS_OK);
	/* A required stage is not begun then; the optional one is asked by itself. */
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, f->q), XS_ECANCEL);
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

/* As many as half of the budget is enough for, and the same ones when their scores are known. */
static void depth_by_the_pace(void **state)
{
	fixture *f = *state;

	set(f, "rerank.budget_ms", "3600000");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->rerank.status, XS_RERANK_FULL);
	assert_int_equal(f->q->rerank.scored, 6);
	assert_int_equal(hits_again(f), 6);
	set(f, "rerank.budget_ms", "1e-6");
	assert_int_equal(hits_again(f), 1);
	f->q->text = "another question";
	xs_pipeline_close(f->pipeline);
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->rerank.status, XS_RERANK_SKIPPED);
	assert_string_equal(f->q->rerank.reason,
			    "the budget of 1e-06 ms ended; the machine is busy");
}

/* rerank.so takes the place of the built-in stage, gives the same scores, and keeps them alike. */
static void the_module_scores_alike(void **state)
{
	fixture *f = *state;
	const char *module = getenv("XS_TEST_RERANK");
	xs_query *own = xs_query_new();

	own->text = f->q->text;
	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.cache_entries", "0");
	runs(f, "[fake, rerank, blend, group]");
	assert_string_equal(xs_pipeline_origin(f->pipeline, 1), "built in");
	xs_pipeline_close(f->pipeline);

	module = module ? module : "plugin/.libs/rerank.so";
	set(f, "plugins",
	    xs_arena_printf(f->arena, "[\"%s\", \"%s\"]", module,
			    module_path(f->arena, "plugin_stages")));
	assert_int_equal(open_with(f, "[fake, rerank, blend, group]"), XS_OK);
	assert_non_null(strstr(xs_pipeline_origin(f->pipeline, 1), "rerank.so"));
	assert_int_equal(xs_pipeline_run(f->pipeline, NULL, own), XS_OK);
	assert_int_equal(own->rerank.status, XS_RERANK_FULL);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(own->candidates[i]->rank_before, f->q->candidates[i]->rank_before);
		assert_true(own->candidates[i]->logit == f->q->candidates[i]->logit);
	}
	xs_query_free(own);

	set(f, "rerank.cache_entries", "100");
	assert_int_equal(hits_again(f), 0);
	assert_int_equal(hits_again(f), 6);
	set(f, "plugins",
	    xs_arena_printf(f->arena, "[\"%s\"]", module_path(f->arena, "plugin_stages")));
	assert_int_equal(hits_again(f), 6);
	assert_string_equal(xs_pipeline_origin(f->pipeline, 1), "built in");
}

/* A failure inside the module, whose error sentence is its own, arrives here. */
static void the_module_tells_its_failures(void **state)
{
	fixture *f = *state;
	const char *module = getenv("XS_TEST_RERANK");

	module = module ? module : "plugin/.libs/rerank.so";
	set(f, "plugins",
	    xs_arena_printf(f->arena, "[\"%s\", \"%s\"]", module,
			    module_path(f->arena, "plugin_stages")));
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

static void nothing_found(void **state)
{
	fixture *f = *state;

	set(f, "stages.fake.candidates", "0");
	runs(f, "[fake, rerank, blend, group]");
	assert_int_equal(f->q->n_groups, 0);
	assert_string_equal(f->q->rerank.reason, "nothing was found");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(groups_by_page),
		TEST(the_text_of_a_passage),
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
		TEST(missing_model_is_told),
		TEST(disabled_never_opens),
		TEST(left_out_for_one_query),
		TEST(scores_all),
		TEST(known_scores_cost_nothing),
		TEST(known_scores_need_no_model),
		TEST(known_scores_warn_alike),
		TEST(scores_are_kept_by_what_makes_them),
		TEST(a_lost_file_is_no_failure),
		TEST(stored_tokens_are_used),
		TEST(depth_leaves_the_rest_below),
		TEST(no_time_at_all),
		TEST(the_budget_ends),
		TEST(depth_by_the_pace),
		TEST(the_module_scores_alike),
		TEST(the_module_tells_its_failures),
		TEST(threads_share_a_pipeline),
		TEST(nothing_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
