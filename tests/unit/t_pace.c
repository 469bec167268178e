/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_pace.c - how many candidates fit a budget, and the pace that is measured for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/pace.h"

enum { CANDIDATES = 5 };

static xs_candidate candidates[CANDIDATES] = {
	{.title = "abcd", .heading = "efgh", .text = "", .n_ids = 98}, /* 100 tokens */
	{.title = "", .heading = "", .text = "a text of no ids: forty bytes, ten tokens"},
	{.title = "", .heading = "", .text = "", .n_ids = 90},
	{.title = "", .heading = "", .text = "", .n_ids = 1000},
	{.title = "", .heading = "", .text = "", .n_ids = 1},
};

typedef struct pace_case {
	size_t most;
	double ns, budget_ms;
	int max_tokens;
	size_t want;
} pace_case;

static const pace_case cases[] = {
	{5, 1e6, 0, 0, 5},	   /* no budget */
	{9, 1e6, 0, 0, 5},	   /* no more than there are */
	{3, 1, 1000, 0, 3},	   /* fast */
	{5, 1e6, 0.001, 0, 1},	   /* the first always */
	{5, 1e6, 4 * 100.5, 0, 1}, /* a token a millisecond, a quarter of the budget */
	{5, 1e6, 4 * 110.5, 0, 2}, /* a text without ids is counted by its bytes */
	{5, 1e6, 4 * 205, 0, 3},   /* the long one does not fit, and none behind it is taken */
	{5, 1e6, 4 * 205, 100, 3}, /* … even where it is cut to 100 */
	{5, 1e6, 4 * 305, 100, 5},
};

static void fits(void **state)
{
	xs_candidate *list[CANDIDATES];
	xs_query q = {.candidates = list, .n_candidates = CANDIDATES};

	(void)state;
	for (size_t i = 0; i < CANDIDATES; i++)
		list[i] = &candidates[i];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const pace_case *c = &cases[i];
		size_t got = xs_pace_fit(&q, c->most, c->ns, c->budget_ms, c->max_tokens);

		if (got != c->want)
			fail_msg("case %zu: %zu, expected %zu", i, got, c->want);
		/* Known scores, which are with the candidates then, change nothing. */
		list[0]->scored = true;
		list[0]->tokens = 7;
		assert_int_equal(xs_pace_fit(&q, c->most, c->ns, c->budget_ms, c->max_tokens),
				 c->want);
		list[0]->scored = false;
	}
}

/* Up to a power of the root of 2, and no further where it is one already. */
static void steps(void **state)
{
	(void)state;
	assert_float_equal(xs_pace_step(100), 128, 1e-6);
	assert_float_equal(xs_pace_step(90), 90.50967, 1e-4);
	assert_float_equal(xs_pace_step(128), 128, 1e-6);
	for (double ns = 0.001; ns < 1e9; ns *= 1.7) {
		double step = xs_pace_step(ns);

		assert_true(step >= ns * 0.999 && step < ns * 1.4143);
		assert_float_equal(xs_pace_step((double)(float)step) / step, 1, 1e-6);
	}
}

/* Between a nanosecond and a second a token: no more can be said of any machine. */
static void measures(void **state)
{
	xs_model *model;
	xs_model_info info;
	xs_reranker *reranker;
	double ns = 0;

	(void)state;
	assert_int_equal(xs_model_open(&model, NULL), XS_OK);
	xs_model_info_get(&info, model);
	assert_int_equal(xs_reranker_new(&reranker, model, NULL, NULL), XS_OK);
	assert_int_equal(xs_pace_measure(&ns, reranker, info.vocabulary), XS_OK);
	assert_true(ns > 1 && ns < 1e9);
	xs_reranker_free(reranker);
	xs_model_close(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits),
		cmocka_unit_test(steps),
		cmocka_unit_test(measures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
