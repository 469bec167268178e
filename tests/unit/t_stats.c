/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_stats.c - tests of difference and equivalence; the numbers are SciPy's (1.17: stats.t,
 * ttest_rel, ttest_1samp) and statsmodels' (multipletests). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "eval/stats.h"

static void near(double got, double expected, double share)
{
	if (!(fabs(got - expected) <= share * fabs(expected) + 1e-15))
		fail_msg("got %.17g, expected %.17g", got, expected);
}

static void student(void **state)
{
	static const double above[][3] = {{0, 3, 0.5},
					  {1, 1, 0.25},
					  {2.5, 7, 0.020496109292876444},
					  {-1.3, 4, 0.868274201764388},
					  {4.2, 99, 2.921897644864571e-05},
					  {12, 299, 1.2002487794232359e-27},
					  {1e-3, 2.5, 0.49963819136039245}};
	static const double quantile[][3] = {{0.05, 4, 2.131846786326651},
					     {0.05, 299, 1.64996576742639},
					     {0.975, 10, -2.228138851986274},
					     {1e-6, 30, 5.871117120418882},
					     {0.5, 8, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof above / sizeof *above; i++)
		near(xs_student_above(above[i][0], above[i][1]), above[i][2], 1e-10);
	for (size_t i = 0; i < sizeof quantile / sizeof *quantile; i++)
		near(xs_student_quantile(quantile[i][0], quantile[i][1]), quantile[i][2], 1e-9);
}

static const double a[] = {.52, .61, .33, 1, .0, .75, .42, .88, .5, .63};
static const double b[] = {.5, .64, .3, .97, .02, .75, .4, .9, .48, .61};

static void paired(void **state)
{
	static const double tost[][2] = {{0.02, 0.051343026174099755},
					 {0.005, 0.6068915461812225},
					 {0.1, 1.9487821878575433e-07}};

	(void)state;
	for (size_t i = 0; i < sizeof tost / sizeof *tost; i++) {
		xs_paired p = xs_paired_compare(a, b, 10, tost[i][0]);

		near(p.difference, 0.007, 1e-12);
		near(p.p, 0.35359758396894503, 1e-9);
		near(p.p_tost, tost[i][1], 1e-8);
		near(p.low, -0.006119534603893312, 1e-8);
		near(p.high, 0.020119534603893312, 1e-8);
		assert_int_equal(p.better, 6);
		assert_int_equal(p.worse, 3);
	}
}

/* Where there is no variance, or nothing at all. */
static void edges(void **state)
{
	static const double same[] = {.5, .5, .5}, more[] = {.625, .625, .625};
	xs_paired p = xs_paired_compare(same, same, 3, 0.02);

	(void)state;
	assert_true(p.p == 1 && p.p_tost == 0 && p.difference == 0);
	p = xs_paired_compare(more, same, 3, 0.02);
	assert_true(p.p == 0 && p.p_tost == 1 && p.low == p.high);
	p = xs_paired_compare(a, b, 1, 0.02);
	assert_true(p.p == 1 && p.p_tost == 1 && p.n == 1);
	p = xs_paired_compare(a, b, 0, 0.02);
	assert_true(p.p == 1 && p.p_tost == 1 && p.difference == 0);
}

static void holm(void **state)
{
	static const double expected[] = {0.05, 0.12, 0.12, 0.03, 0.8, 0.12};
	double p[] = {.01, .04, .03, .005, .8, .04}, half[] = {.5, .5, .5};
	size_t place[6];

	(void)state;
	xs_holm(p, 6, place);
	for (size_t i = 0; i < 6; i++)
		near(p[i], expected[i], 1e-12);
	xs_holm(half, 3, place);
	assert_true(half[0] == 1 && half[1] == 1 && half[2] == 1);
	xs_holm(half, 0, place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student),
		cmocka_unit_test(paired),
		cmocka_unit_test(edges),
		cmocka_unit_test(holm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
