/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_measure.c - measures against values worked out by hand after trec_eval's definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "eval/measure.h"

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9)
		fail_msg("got %.12g, expected %.12g", got, expected);
}

static xs_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = xs_arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	xs_arena_free(arena);
	return 0;
}

/* The value of the measure of that name. */
static double value(const char *name, const xs_ranked *docs, size_t n, const xs_judged *judged,
		    size_t n_judged)
{
	xs_measure *metrics;
	size_t count;

	assert_int_equal(xs_measure_parse(&metrics, &count, arena, name), XS_OK);
	assert_int_equal(count, 1);
	return xs_measure_of(metrics, docs, n, judged, n_judged);
}

static void test_graded(void **state)
{
	/* DCG 2/log2(2) + 3/log2(4) = 3.5; ideal 3 + 2/log2(3) + 1/2. */
	xs_judged judged[] = {{"e", -1}, {"d", 0}, {"c", 1}, {"b", 2}, {"a", 3}};
	const xs_ranked docs[] = {{"b", 9}, {"x", 8}, {"a", 7}, {"e", 6}};

	(void)state;
	xs_measure_sort_judged(judged, 5);
	assert_string_equal(judged[0].doc, "a");
	near(value("nDCG@10", docs, 4, judged, 5), 0.7350069851388743);
	near(value("nDCG", docs, 4, judged, 5), 0.7350069851388743);
	near(value("nDCG@1", docs, 4, judged, 5), 2.0 / 3);
	near(value("MRR@10", docs, 4, judged, 5), 1);
	near(value("R@30", docs, 4, judged, 5), 2.0 / 3);
	near(value("R@2", docs, 4, judged, 5), 1.0 / 3);
	near(value("P@5", docs, 4, judged, 5), 2.0 / 5);
	near(value("P", docs, 4, judged, 5), 2.0 / 4);
	near(value("AP", docs, 4, judged, 5), (1 + 2.0 / 3) / 3);
	near(value("AP@2", docs, 4, judged, 5), 1.0 / 3);
	near(value("Judged@3", docs, 4, judged, 5), 2.0 / 3);
	near(value("Judged@100", docs, 4, judged, 5), 3.0 / 4);
	near(value("Success@1", docs + 1, 3, judged, 5), 0);
	near(value("Success@2", docs + 1, 3, judged, 5), 1);
	/* From grade 3 on only "a" is relevant, the third. */
	near(value("RR(rel=3)", docs, 4, judged, 5), 1.0 / 3);
	near(value("R(rel=3)@2", docs, 4, judged, 5), 0);
	near(value("AP(rel=2)", docs, 4, judged, 5), (1 + 2.0 / 3) / 2);
}

static void test_order_of_ties(void **state)
{
	/* Equal scores: the later name first.  The last two differ beyond a float alone. */
	xs_ranked docs[] = {{"a", 1}, {"c", 1}, {"b", 1}, {"d", 2}, {"y", 0.5}, {"z", 0.5 - 1e-12}};

	(void)state;
	xs_measure_sort(docs, 6);
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

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(names[i], sizeof names[i], "%c", 'b' + i);
		docs[i] = (xs_ranked){names[i], 100 - i};
	}
	/* k is 10th, l is 11th. */
	near(value("nDCG@10", docs, 12, judged, 2), (1 / log2(11)) / (1 + 1 / log2(3)));
	near(value("RR@10", docs, 12, judged, 2), 0.1);
	near(value("recall@12", docs, 12, judged, 2), 1);
	near(value("nDCG@10", docs + 1, 11, judged, 1), 1 / log2(10));
	near(value("R@5", docs + 1, 11, judged, 1), 0);
	near(value("nDCG@10", docs, 9, judged, 2), 0);
	near(value("MRR@9", docs, 12, judged, 2), 0);
}

static void test_nothing(void **state)
{
	static const char *const names[] = {"nDCG@10", "nDCG", "RR", "R",     "R@10",
					    "P@10",    "P",    "AP", "AP@10", "Success"};
	const xs_judged zero[] = {{"a", 0}, {"b", -2}}, one[] = {{"a", 1}};
	const xs_ranked docs[] = {{"a", 1}};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		near(value(names[i], docs, 1, zero, 2), 0);
		near(value(names[i], docs, 1, NULL, 0), 0);
		/* A query that the run lacks. */
		near(value(names[i], NULL, 0, one, 1), 0);
		near(value(names[i], docs, 1, one, 1), strcmp(names[i], "P@10") == 0 ? 0.1 : 1);
	}
	near(value("Judged", NULL, 0, one, 1), 0);
}

static void test_names(void **state)
{
	static const char *const bad[] = {"",		" , ",		"ndcg",
					  "nDCG@",	"nDCG@0",	"nDCG@-1",
					  "nDCG@1x",	"nDCG@1000001", "P@99999999999999999999",
					  "RR(rel=)",	"RR(rel=2",	"RR(rel=0)",
					  "RR(rel=2)5", "nDCG(rel=2)",	"AP@5(rel=2)",
					  "AP AP",	"@10"};
	xs_measure *m;
	size_t n;

	(void)state;
	assert_int_equal(xs_measure_parse(&m, &n, arena, " nDCG@10,RR\tAP(rel=2)@100 "), XS_OK);
	assert_int_equal(n, 3);
	assert_string_equal(m[0].name, "nDCG@10");
	assert_int_equal(m[0].cut, 10);
	assert_int_equal(m[1].kind, XS_MEASURE_RR);
	assert_int_equal(m[1].cut, 0);
	assert_int_equal(m[2].grade, 2);
	assert_int_equal(m[2].cut, 100);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (xs_measure_parse(&m, &n, arena, bad[i]) != XS_EINPUT)
			fail_msg("\"%s\" is taken", bad[i]);
}

static void test_significance(void **state)
{
	const double a[] = {0.5, 0.5, 0.5, 0.25}, b[] = {0, 0.25, 0.25, 0.375};
	double left[100], right[100];

	(void)state;
	/* Of the 16 sign changes of (.5 .25 .25 -.125), four are as far from 0 as .875: + + + + and
	 * + + + - (1.125), and their opposites. */
	near(xs_measure_significance(a, b, 4), 4.0 / 16);
	near(xs_measure_significance(b, a, 4), 4.0 / 16);
	near(xs_measure_significance(a, a, 4), 1);
	near(xs_measure_significance(a, b, 1), 1);
	near(xs_measure_significance(NULL, NULL, 0), 1);
	/* No drawing reaches a difference that always has one sign. */
	for (int i = 0; i < 100; i++) {
		left[i] = 0.6;
		right[i] = 0.1;
	}
	near(xs_measure_significance(left, right, 100), 1.0 / 10001);
	/* As many ups as downs of the same size. */
	for (int i = 0; i < 100; i++)
		right[i] = i % 2 ? 0.5 : 0.7;
	near(xs_measure_significance(left, right, 100), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_graded),	   cmocka_unit_test(test_order_of_ties),
		cmocka_unit_test(test_cut_at_ten), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_names),	   cmocka_unit_test(test_significance),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
