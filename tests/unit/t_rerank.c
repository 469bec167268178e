/* SPDX-License-Identifier: MIT */
/* t_rerank.c - the engine against answers computed in PyTorch, and what scores may not depend on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rerank/verify.h"

static const char *data_path(xs_arena *a, const char *name)
{
	const char *top = getenv("top_srcdir");

	return xs_arena_printf(a, "%s/tests/data/golden/%s", top ? top : ".", name);
}

static xs_model *open_model(xs_arena *a, const char *name)
{
	xs_model *m;

	if (xs_model_open(&m, name ? data_path(a, name) : NULL) < 0)
		fail_msg("%s", xs_error());
	return m;
}

static void check_golden(const char *folder, const char *file, double least)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, folder);
	xs_verify_report report;

	if (xs_model_verify(&report, a, m, xs_arena_printf(a, "%s/%s", data_path(a, folder), file),
			    NULL) < 0)
		fail_msg("%s", xs_error());
	assert_true(report.n > 0);
	for (size_t i = 0; i < report.n; i++)
		if (!(report.rows[i].worst <= least))
			fail_msg("%s: pattern %s: pair %zu differs by %g", folder,
				 report.rows[i].pattern, report.rows[i].worst_pair,
				 report.rows[i].worst);
	assert_true(report.hidden_worst <= 1e-4);
	xs_model_close(m);
	xs_arena_free(a);
}

static void golden_logits(void **state)
{
	(void)state;
	check_golden("t16", "golden.json", 1e-4);
	check_golden("t32", "golden.json", 1e-4);
	check_golden("t64", "golden.json", 1e-4);
	check_golden("t32-float16", "golden.json", 1e-4);
	check_golden("t32-bfloat16", "golden.json", 1e-4);
	check_golden("t32-layered", "golden.json", 1e-4);
	check_golden("t32", "stretched.json", 1e-4);
}

/* The built-in model is the int8 form, so its logits are near the answers, not equal; the ids of
 * its texts are. */
static void default_model(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, NULL);
	xs_verify_report report;

	(void)state;
	if (xs_model_verify(&report, a, m, data_path(a, "default/golden.json"), NULL) < 0)
		fail_msg("%s", xs_error());
	assert_int_equal(report.texts, 66);
	assert_int_equal(report.texts_wrong, 0);
	assert_true(report.worst < 0.5);
	assert_true(report.worst > 0);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Texts of growing length: token ids that differ from text to text. */
enum { TEXTS = 24, LONGEST = 400 };
static int32_t text_ids[TEXTS][LONGEST];
static xs_input texts[TEXTS];

static void make_texts(void)
{
	for (size_t t = 0; t < TEXTS; t++) {
		for (size_t i = 0; i < LONGEST; i++)
			text_ids[t][i] = (int32_t)((i * 7 + t * 31) % 290 + 5);
		texts[t] =
		    (xs_input){.ids = text_ids[t], .n_ids = t * t * LONGEST / (TEXTS * TEXTS)};
	}
}

static void score_all(xs_score *scores, const xs_model *m, const xs_rerank_options *o,
		      unsigned threads, const xs_input *in, size_t n)
{
	static const int32_t query[] = {10, 20, 30, 40};
	xs_input q = {.ids = query, .n_ids = 4};
	xs_pool *pool = xs_pool_new(threads);
	xs_reranker *r;
	xs_request *request;

	assert_int_equal(xs_reranker_new(&r, m, o, pool), XS_OK);
	assert_int_equal(xs_request_new(&request, r, &q), XS_OK);
	assert_int_equal(xs_request_score(request, in, n, scores, NULL), XS_OK);
	xs_request_free(request);
	xs_reranker_free(r);
	xs_pool_free(pool);
}

static void scores_do_not_depend_on_company(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "t32");
	xs_rerank_options full = {.pattern = &xs_pattern_full};
	const xs_rerank_options *options[] = {NULL, &full};
	xs_score together[TEXTS], alone, backward[TEXTS];
	xs_input turned[TEXTS];

	(void)state;
	make_texts();
	for (size_t o = 0; o < 2; o++) {
		score_all(together, m, options[o], 3, texts, TEXTS);
		for (size_t t = 0; t < TEXTS; t++)
			turned[TEXTS - 1 - t] = texts[t];
		score_all(backward, m, options[o], 1, turned, TEXTS);
		for (size_t t = 0; t < TEXTS; t++) {
			score_all(&alone, m, options[o], 2, &texts[t], 1);
			assert_memory_equal(&alone.logit, &together[t].logit, sizeof(float));
			assert_memory_equal(&alone.logit, &backward[TEXTS - 1 - t].logit,
					    sizeof(float));
		}
	}
	xs_model_close(m);
	xs_arena_free(a);
}

/* A long text's logit is the maximum of its windows', each scored as a text of its own. */
static void long_texts_take_their_best_window(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "t32");
	int room = 160 - 1 - 5 - 1, stride = room - room / 4; /* CLS, query and SEP, SEP */
	xs_input windows[3];
	xs_score whole, part[3];

	(void)state;
	make_texts();
	texts[0] = (xs_input){.ids = text_ids[0], .n_ids = (size_t)(room + stride + 40)};
	windows[0] = (xs_input){.ids = text_ids[0], .n_ids = (size_t)room};
	windows[1] = (xs_input){.ids = text_ids[0] + stride, .n_ids = (size_t)room};
	windows[2] = (xs_input){.ids = text_ids[0] + stride + 40, .n_ids = (size_t)room};
	score_all(&whole, m, NULL, 2, texts, 1);
	score_all(part, m, NULL, 2, windows, 3);
	assert_int_equal(whole.tokens, room + stride + 40);
	assert_int_equal(whole.tokens_scored, whole.tokens);
	assert_false(whole.truncated);
	for (int i = 0; i < 3; i++)
		assert_true(part[i].logit <= whole.logit);
	assert_true(part[whole.best_window].logit == whole.logit);
	score_all(&whole, m, &(xs_rerank_options){.overlong = XS_CUT}, 2, texts, 1);
	assert_true(whole.logit == part[0].logit);
	assert_true(whole.truncated);
	assert_int_equal(whole.tokens_scored, room);
	score_all(&whole, m, &(xs_rerank_options){.max_tokens = 10}, 2, texts, 1);
	assert_int_equal(whole.tokens_scored, 10);
	assert_true(whole.truncated);
	xs_model_close(m);
	xs_arena_free(a);
}

static void wrong_input_is_told(void **state)
{
	static const int32_t good[] = {7, 8}, bad[] = {7, 300};
	xs_input query = {.ids = good, .n_ids = 2};
	xs_input two[] = {{.ids = good, .n_ids = 2}, {.ids = bad, .n_ids = 2}},
		 text = xs_input_text("words");
	atomic_int cancel = 1;
	xs_deadline over = {.cancel = &cancel};
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "t32");
	xs_reranker *r;
	xs_request *q;
	xs_score scores[2];

	(void)state;
	assert_int_equal(xs_reranker_new(&r, m, &(xs_rerank_options){.positions = 3}, NULL),
			 XS_EINPUT);
	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_OK);
	assert_int_equal(xs_request_new(&q, r, &text), XS_EUNSUPPORTED);
	assert_non_null(strstr(xs_error(), "vocabulary"));
	assert_int_equal(xs_request_new(&q, r, &two[1]), XS_EINPUT);
	assert_int_equal(xs_request_new(&q, r, &query), XS_OK);
	assert_int_equal(xs_request_score(q, two, 2, scores, NULL), XS_EINPUT);
	assert_int_equal(scores[0].rc, XS_OK);
	assert_int_equal(scores[1].rc, XS_EINPUT);
	assert_non_null(strstr(xs_error(), "token id 300 at place 1"));
	assert_int_equal(xs_request_score(q, two, 1, scores, &over), XS_ECANCEL);
	assert_int_equal(scores[0].rc, XS_ECANCEL);
	assert_int_equal(xs_request_score(q, two, 0, scores, NULL), XS_OK);
	xs_request_free(q);
	xs_reranker_free(r);
	xs_model_close(m);
	xs_arena_free(a);
}

static void queries_have_a_budget(void **state)
{
	static const char words[] =
	    "one two three four five six seven eight nine ten eleven twelve "
	    "one two three four five six seven eight nine ten eleven twelve "
	    "one two three four five six seven eight nine ten eleven twelve";
	xs_input query = xs_input_text(words);
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, NULL);
	xs_reranker *r;
	xs_request *q;
	int tokens, used;

	(void)state;
	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_OK);
	assert_int_equal(xs_request_new(&q, r, &query), XS_OK);
	xs_request_query(q, &tokens, &used);
	assert_int_equal(tokens, 36);
	assert_int_equal(used, XS_QUERY_TOKENS);
	xs_request_free(q);
	xs_reranker_free(r);
	xs_model_close(m);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(golden_logits),
	    cmocka_unit_test(default_model),
	    cmocka_unit_test(scores_do_not_depend_on_company),
	    cmocka_unit_test(long_texts_take_their_best_window),
	    cmocka_unit_test(wrong_input_is_told),
	    cmocka_unit_test(queries_have_a_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
