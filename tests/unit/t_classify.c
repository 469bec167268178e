/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_classify.c - decisions by a threshold, against values of scikit-learn 1.7. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "eval/classify.h"

/* With many equal scores. */
static const xs_classify_item items[] = {
	{2, false},    {0, false},   {-0.5, false}, {2.5, false},  {-1.5, false}, {-0.5, false},
	{1.5, true},   {2.5, false}, {-1, false},   {-2.5, false}, {0.5, false},  {0.5, true},
	{-0.5, false}, {1.5, true},  {0, false},    {0.5, false},  {0.5, true},	  {2.5, true},
	{2.5, true},   {0, false},   {-0.5, false}, {1.5, true},   {0.5, false},  {0, true},
	{-0.5, false}, {2, true},    {1, true},	    {-0.5, false}, {1, true},	  {1, true},
};
enum { N = sizeof items / sizeof *items };

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9)
		fail_msg("got %.12g, expected %.12g", got, expected);
}

static xs_confusion count(double threshold)
{
	xs_confusion c = {0, 0, 0, 0};

	xs_classify_count(&c, items, N, threshold);
	return c;
}

static void test_measures(void **state)
{
	const xs_confusion c = count(0.25), nothing = {0, 0, 0, 5}, zero = {0, 0, 0, 0};
	xs_classify_item copy[N];

	(void)state;
	assert_int_equal(c.tp, 11);
	assert_int_equal(c.fp, 6);
	assert_int_equal(c.fn, 1);
	assert_int_equal(c.tn, 12);
	near(xs_classify_f1(&c), 0.7586206896551724);
	near(xs_classify_accuracy(&c), 23.0 / 30);
	near(xs_classify_precision(&c), 11.0 / 17);
	near(xs_classify_recall(&c), 11.0 / 12);
	near(xs_classify_f1(&nothing), 0);
	near(xs_classify_accuracy(&nothing), 1);
	near(xs_classify_accuracy(&zero), 0);
	memcpy(copy, items, sizeof items);
	near(xs_classify_ap(copy, N), 0.634628851541);
	near(xs_classify_ap(copy, 0), 0);
}

static void test_tune(void **state)
{
	xs_classify_item copy[N], same[] = {{1, true}, {1, false}, {1, false}},
				  none[] = {{1, false}, {3, false}};
	xs_classify_item all[] = {{1, true}, {3, true}};
	xs_confusion c = {0, 0, 0, 0};

	(void)state;
	memcpy(copy, items, sizeof items);
	near(xs_classify_tune(copy, N, XS_GOAL_F1), 0.25);
	near(xs_classify_tune(copy, N, XS_GOAL_ACCURACY), 0.75);
	/* Nothing parts equal scores: F1 takes all, accuracy none. */
	near(xs_classify_tune(same, 3, XS_GOAL_F1), 1);
	assert_true(xs_classify_tune(same, 3, XS_GOAL_ACCURACY) > 1);
	assert_true(xs_classify_tune(none, 2, XS_GOAL_ACCURACY) > 3);
	xs_classify_count(&c, all, 2, xs_classify_tune(all, 2, XS_GOAL_F1));
	assert_int_equal(c.tp, 2);
}

static void test_folds(void **state)
{
	int fold[N], n[3] = {0, 0, 0}, positive[3] = {0, 0, 0};

	(void)state;
	xs_classify_folds(fold, items, N, 3);
	for (int i = 0; i < N; i++) {
		assert_in_range(fold[i], 0, 2);
		n[fold[i]]++;
		positive[fold[i]] += items[i].label;
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(n[i], 10);
		assert_int_equal(positive[i], 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_tune),
		cmocka_unit_test(test_folds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
