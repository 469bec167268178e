/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_kept_scores.c - scores that are known from an earlier search: when they are taken; what they spare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "tests/unit/pipeline.h"

/* Asks again in a new pipeline, as another process would: how many scores were known. */
static size_t hits_again(fixture *f)
{
	xs_query *q = xs_query_new();
	size_t hits;

	q->text = f->q->text;
	reopen(f);
	if (xs_pipeline_run(f->pipeline, NULL, q))
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

/* rerank.so and the built-in stage keep the same scores in the same file. */
static void the_module_keeps_them_alike(void **state)
{
	fixture *f = *state;

	set(f, "rerank.budget_ms", "0");
	set(f, "rerank.cache_entries", "0");
	runs(f, "[fake, rerank, blend, group]");
	use_module(f);
	set(f, "rerank.cache_entries", "100");
	assert_int_equal(hits_again(f), 0);
	assert_int_equal(hits_again(f), 6);
	assert_non_null(strstr(xs_pipeline_origin(f->pipeline, 1), "rerank.so"));
	set(f, "plugins",
	    xs_arena_printf(f->arena, "[\"%s\"]", module_path(f->arena, "plugin_stages")));
	assert_int_equal(hits_again(f), 6);
	assert_string_equal(xs_pipeline_origin(f->pipeline, 1), "built in");
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

/* As many as a quarter of the budget is enough for, and the same ones when their scores are known. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(known_scores_cost_nothing),   TEST(known_scores_need_no_model),
		TEST(known_scores_warn_alike),	   TEST(scores_are_kept_by_what_makes_them),
		TEST(the_module_keeps_them_alike), TEST(a_lost_file_is_no_failure),
		TEST(depth_by_the_pace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
