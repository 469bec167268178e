/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_metrics.c - measures against values worked out by hand after trec_eval's definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/metrics.h"

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9)
		fail_msg("got %.12g, expected %.12g", got, expected);
}

static void test_graded(void **state)
{
	/* DCG 2/log2(2) + 3/log2(4) = 3.5; ideal 3 + 2/log2(3) + 1/2. */
	xs_judged judged[] = {{"e", -1}, {"d", 0}, {"c", 1}, {"b", 2}, {"a", 3}};
	const xs_ranked docs[] = {{"b", 9}, {"x", 8}, {"a", 7}, {"e", 6}};
	xs_metrics m;

	(void)state;
	xs_metrics_judged(judged, 5);
	assert_string_equal(judged[0].doc, "a");
	m = xs_metrics_of(docs, 4, judged, 5, 30);
	near(m.ndcg, 0.7350069851388743);
	near(m.mrr, 1);
	near(m.recall, 2.0 / 3);
	m = xs_metrics_of(docs, 4, judged, 5, 2);
	near(m.ndcg, 0.7350069851388743);
	near(m.recall, 1.0 / 3);
}

static void test_order_of_ties(void **state)
{
	/* Equal scores: the later name first.  The last two differ beyond a float alone. */
	xs_ranked docs[] = {{"a", 1}, {"c", 1}, {"b", 1}, {"d", 2}, {"y", 0.5}, {"z", 0.5 - 1e-12}};

	(void)state;
	xs_metrics_sort(docs, 6);
	assert_string_equal(docs[0].doc, "d");
	assert_string_equal(docs[1].doc, "c");
	assert_string_equal(docs[2].doc, "b");
	assert_string_equal(docs[3].doc, "a");
	assert_string_equal(docs[4].doc, "z");
	assert_string_equal(docs[5].doc, "y");
}

static void test_cut_at_ten(void **state)
{
	xs_judged judged[] = {{"k", 1}, {"l", 1}};
	xs_ranked docs[12];
	char names[12][4];
	xs_metrics m;

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(names[i], sizeof names[i], "%c", 'b' + i);
		docs[i] = (xs_ranked){names[i], 100 - i};
	}
	/* k is 10th, l is 11th. */
	m = xs_metrics_of(docs, 12, judged, 2, 12);
	near(m.ndcg, (1 / log2(11)) / (1 + 1 / log2(3)));
	near(m.mrr, 0.1);
	near(m.recall, 1);
	m = xs_metrics_of(docs + 1, 11, judged, 1, 5);
	near(m.ndcg, 1 / log2(10));
	near(m.recall, 0);
	m = xs_metrics_of(docs, 9, judged, 2, 12);
	near(m.ndcg, 0);
	near(m.mrr, 0);
}

static void test_nothing(void **state)
{
	const xs_judged zero[] = {{"a", 0}, {"b", -2}}, one[] = {{"a", 1}};
	const xs_ranked docs[] = {{"a", 1}};
	xs_metrics m = xs_metrics_of(docs, 1, zero, 2, 10);

	(void)state;
	near(m.ndcg + m.mrr + m.recall, 0);
	m = xs_metrics_of(docs, 1, NULL, 0, 10);
	near(m.ndcg + m.mrr + m.recall, 0);
	/* A query that the run lacks. */
	m = xs_metrics_of(NULL, 0, one, 1, 10);
	near(m.ndcg + m.mrr + m.recall, 0);
	m = xs_metrics_of(docs, 1, one, 1, 10);
	near(m.ndcg + m.mrr + m.recall, 3);
}

static void test_significance(void **state)
{
	const double a[] = {0.5, 0.5, 0.5, 0.25}, b[] = {0, 0.25, 0.25, 0.375};
	double left[100], right[100];

	(void)state;
	/* Of the 16 sign changes of (.5 .25 .25 -.125), four are as far from 0 as .875: + + + + and
	 * + + + - (1.125), and their opposites. */
	near(xs_metrics_significance(a, b, 4), 4.0 / 16);
	near(xs_metrics_significance(b, a, 4), 4.0 / 16);
	near(xs_metrics_significance(a, a, 4), 1);
	near(xs_metrics_significance(a, b, 1), 1);
	near(xs_metrics_significance(NULL, NULL, 0), 1);
	/* No drawing reaches a difference that always has one sign. */
	for (int i = 0; i < 100; i++) {
		left[i] = 0.6;
		right[i] = 0.1;
	}
	near(xs_metrics_significance(left, right, 100), 1.0 / 10001);
	/* As many ups as downs of the same size. */
	for (int i = 0; i < 100; i++)
		right[i] = i % 2 ? 0.5 : 0.7;
	near(xs_metrics_significance(left, right, 100), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_graded),	   cmocka_unit_test(test_order_of_ties),
		cmocka_unit_test(test_cut_at_ten), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_significance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
