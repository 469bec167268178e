/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_blend.c - the order that logits and BM25 give together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "plugin/blend.h"
#include "plugin/order.h"

enum { N = 4 };

typedef struct blend_case {
	xs_candidate c[N];
	xs_candidate *order[N];
} blend_case;

/* Candidates in BM25 order; a logit of NAN: not scored. */
static void blend_case_init(blend_case *t, const double bm25[N], const double logit[N])
{
	memset(t, 0, sizeof *t);
	for (int i = 0; i < N; i++) {
		t->c[i].bm25 = t->c[i].score = bm25[i];
		t->c[i].rank_before = (uint32_t)i;
		t->c[i].scored = !isnan(logit[i]);
		if (t->c[i].scored)
			t->c[i].logit = (float)logit[i];
		t->order[i] = &t->c[i];
	}
}

static void check_order(const blend_case *t, const int expected[N])
{
	for (int i = 0; i < N; i++) {
		assert_ptr_equal(t->order[i], &t->c[expected[i]]);
		if (i > 0)
			assert_true(t->order[i - 1]->score >= t->order[i]->score);
	}
}

static void normalises(void **state)
{
	const double bm25[N] = {4, 3, 2, 1}, logit[N] = {1, 2, 3, 6};
	/* By Python's statistics.pstdev. */
	const double expected[N] = {-0.10477067, -0.14182805, -0.17888544, 0.42548416};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	xs_blend(t.order, N, &(xs_blend_weights){0.4, 0, 0.6}, false);
	for (int i = 0; i < N; i++) {
		assert_true(t.c[i].blended);
		assert_true(fabs(t.c[i].blend - expected[i]) < 1e-6);
	}
	check_order(&t, (const int[]){3, 0, 1, 2});
}

/* What was mixed by retrieve stands for words and meaning, whatever these say. */
static void mixed_is_kept(void **state)
{
	const double bm25[N] = {1, 2, 3, 4}, logit[N] = {1, 1, 1, 1};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	for (int i = 0; i < N; i++) {
		t.c[i].near = t.c[i].mixed = true;
		t.c[i].cosine = (float)i;
		t.c[i].both = -i;
	}
	xs_blend(t.order, N, &(xs_blend_weights){0.25, 0.5, 0.25}, false);
	check_order(&t, (const int[]){0, 1, 2, 3});
	/* (1.5 / sqrt(1.25)) × .75 */
	assert_true(fabs(t.c[0].blend - 1.00623059) < 1e-6);
}

static void weights_at_the_ends(void **state)
{
	const double bm25[N] = {4, 3, 2, 1}, logit[N] = {0, 3, 1, 2};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	xs_blend(t.order, N, &(xs_blend_weights){1, 0, 0}, false);
	check_order(&t, (const int[]){0, 1, 2, 3});
	blend_case_init(&t, bm25, logit);
	xs_blend(t.order, N, &(xs_blend_weights){0, 0, 1}, false);
	check_order(&t, (const int[]){1, 3, 2, 0});
}

static void alike_scores_count_nothing(void **state)
{
	const double bm25[N] = {7, 7, 7, 7}, logit[N] = {0.5, 0.5, 0.5, 0.5};
	const double up[N] = {1, 2, 3, 4};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	xs_blend(t.order, N, &(xs_blend_weights){0.45, 0, 0.55}, false);
	for (int i = 0; i < N; i++)
		assert_true(t.c[i].blend == 0);
	check_order(&t, (const int[]){0, 1, 2, 3});
	blend_case_init(&t, bm25, up);
	xs_blend(t.order, N, &(xs_blend_weights){0.45, 0, 0.55}, false);
	check_order(&t, (const int[]){3, 2, 1, 0});
}

static void unscored_follow_in_their_order(void **state)
{
	const double bm25[N] = {9, 8, 7, 6}, logit[N] = {-3, NAN, 5, NAN};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	xs_blend(t.order, N, &(xs_blend_weights){0.1, 0, 0.9}, false);
	check_order(&t, (const int[]){2, 0, 1, 3});
	assert_false(t.c[1].blended);
}

static void nothing_scored_changes_nothing(void **state)
{
	const double bm25[N] = {9, 8, 7, 6}, logit[N] = {NAN, NAN, NAN, NAN};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	xs_blend(t.order, N, &(xs_blend_weights){0.1, 0, 0.9}, true);
	check_order(&t, (const int[]){0, 1, 2, 3});
	assert_true(t.c[0].score == 9);
	xs_blend(t.order, 0, &(xs_blend_weights){0.1, 0, 0.9}, true);
}

static void exact_hits_stay_on_top(void **state)
{
	const double bm25[N] = {9, 8, 7, 6}, logit[N] = {-4, -3, 2, 5};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, logit);
	t.c[0].exact = t.c[1].exact = true;
	xs_blend(t.order, N, &(xs_blend_weights){0, 0, 1}, true);
	check_order(&t, (const int[]){1, 0, 3, 2});
	/* A page that is named goes before what only has a heading of that name. */
	blend_case_init(&t, bm25, logit);
	t.c[0].exact = t.c[1].exact = t.c[0].exact_page = true;
	xs_blend(t.order, N, &(xs_blend_weights){0, 0, 1}, true);
	check_order(&t, (const int[]){0, 1, 3, 2});
	/* Not those that the index had below another hit, nor when told to leave them. */
	blend_case_init(&t, bm25, logit);
	t.c[1].exact = true;
	xs_blend(t.order, N, &(xs_blend_weights){0, 0, 1}, true);
	check_order(&t, (const int[]){3, 2, 1, 0});
	blend_case_init(&t, bm25, logit);
	t.c[0].exact = true;
	xs_blend(t.order, N, &(xs_blend_weights){0, 0, 1}, false);
	check_order(&t, (const int[]){3, 2, 1, 0});
}

static void equal_scores_keep_the_order_of_the_index(void **state)
{
	const double bm25[N] = {5, 5, 5, 5}, none[N] = {NAN, NAN, NAN, NAN};
	blend_case t;

	(void)state;
	blend_case_init(&t, bm25, none);
	t.order[0] = &t.c[2];
	t.order[2] = &t.c[0];
	xs_order(t.order, N);
	check_order(&t, (const int[]){0, 1, 2, 3});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normalises),
		cmocka_unit_test(mixed_is_kept),
		cmocka_unit_test(weights_at_the_ends),
		cmocka_unit_test(alike_scores_count_nothing),
		cmocka_unit_test(unscored_follow_in_their_order),
		cmocka_unit_test(nothing_scored_changes_nothing),
		cmocka_unit_test(exact_hits_stay_on_top),
		cmocka_unit_test(equal_scores_keep_the_order_of_the_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
