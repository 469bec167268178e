/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_samples.c - medians, nearest-rank percentiles and the spread. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/samples.h"

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-12)
		fail_msg("got %.12g, expected %.12g", got, expected);
}

/* 15, 20, 35, 40, 50: the usual example of the nearest-rank method. */
static void test_ranks(void **state)
{
	static const double values[] = {50, 15, 40, 20, 35};
	samples s = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		samples_add(&s, values[i]);
	near(samples_percentile(&s, 5), 15);
	near(samples_percentile(&s, 30), 20);
	near(samples_percentile(&s, 40), 20);
	near(samples_percentile(&s, 50), 35);
	near(samples_percentile(&s, 100), 50);
	near(samples_percentile(&s, 0), 15);
	near(samples_median(&s), 35);
	near(samples_spread(&s), (40.0 - 20) / 2 / 35);
	samples_fini(&s);
}

static void test_more(void **state)
{
	samples s = {0};

	(void)state;
	samples_add(&s, 3);
	near(samples_median(&s), 3);
	near(samples_spread(&s), 0);
	samples_add(&s, 1); /* after it was sorted */
	near(samples_median(&s), 2);
	near(samples_percentile(&s, 99), 3);
	for (int i = 0; i < 98; i++)
		samples_add(&s, 100 + i);
	near(samples_percentile(&s, 99), 196);
	near(samples_percentile(&s, 1), 1);
	samples_fini(&s);
	assert_int_equal(s.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_ranks),
					   cmocka_unit_test(test_more)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
