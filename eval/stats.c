/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats.c - whether two systems differ, and whether they are equivalent. */
#include "eval/stats.h"

#include <math.h>

/* The regularised incomplete beta function by its continued fraction (Abramowitz and Stegun
 * 26.5.8), evaluated after Lentz (Thompson and Barnett 1986).  Converges within O(sqrt(max(a, b)))
 * steps where x < (a + 1) / (a + b + 2). */
static double stats_fraction(double a, double b, double x)
{
	/* In place of a divisor of 0. */
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1), h;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	h = d;
	for (int m = 1; m <= 10000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		if (fabs(d * c - 1) < 1e-15)
			break;
	}
	return h;
}

static double stats_beta(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	/* Where the fraction converges slowly, I(x; a, b) = 1 - I(1 - x; b, a) is used. */
	return x < (a + 1) / (a + b + 2) ? front * stats_fraction(a, b, x) / a
					 : 1 - front * stats_fraction(b, a, 1 - x) / b;
}

/* Abramowitz and Stegun 26.7.1: P(|T| > t) = I(df / (df + t²); df/2, 1/2), for small t by its
 * complement, so that no digits are lost. */
double xs_student_above(double t, double df)
{
	double both = t * t < df ? 1 - stats_beta(0.5, df / 2, t * t / (df + t * t))
				 : stats_beta(df / 2, 0.5, df / (df + t * t));

	return t >= 0 ? both / 2 : 1 - both / 2;
}

double xs_student_quantile(double p, double df)
{
	double low = -1, high = 1;

	while (xs_student_above(low, df) < p)
		low *= 2;
	while (xs_student_above(high, df) > p)
		high *= 2;
	for (int i = 0; i < 200 && low < high; i++) {
		double middle = (low + high) / 2;

		/* No number lies between: this is as near as doubles come. */
		if (middle <= low || middle >= high)
			break;
		if (xs_student_above(middle, df) > p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

xs_paired xs_paired_compare(const double *a, const double *b, size_t n, double margin)
{
	xs_paired out = {.n = n, .p = 1, .p_tost = 1};
	double sum = 0, squares = 0, error, lower, upper, df = (double)n - 1;

	for (size_t i = 0; i < n; i++) {
		sum += a[i] - b[i];
		out.better += a[i] > b[i];
		out.worse += a[i] < b[i];
	}
	out.difference = out.low = out.high = n ? sum / (double)n : 0;
	if (n < 2)
		return out;
	for (size_t i = 0; i < n; i++)
		squares += pow(a[i] - b[i] - out.difference, 2);
	error = sqrt(squares / df / (double)n);
	/* All differences are equal but for rounding: t would be infinite. */
	if (error <= 1e-12 * fabs(out.difference) || error <= 0) {
		out.p = fabs(out.difference) > 0 ? 0 : 1;
		out.p_tost = fabs(out.difference) < margin ? 0 : 1;
		return out;
	}
	out.p = 2 * xs_student_above(fabs(out.difference) / error, df);
	/* Two one-sided tests (Lakens 2017): the difference is above -margin, and it is below
	 * margin. Both must hold, so the larger p counts. */
	lower = xs_student_above((out.difference + margin) / error, df);
	upper = xs_student_above(-(out.difference - margin) / error, df);
	out.p_tost = lower > upper ? lower : upper;
	/* The 90 % interval, as each of the two tests has 5 %. */
	out.high = xs_student_quantile(0.05, df) * error;
	out.low = out.difference - out.high;
	out.high += out.difference;
	return out;
}

void xs_holm(double *p, size_t n, size_t *place)
{
	double least = 0;

	for (size_t i = 0; i < n; i++) { /* sorted by insertion: a study has a few dozen cells */
		size_t k = i;

		for (; k > 0 && p[place[k - 1]] > p[i]; k--)
			place[k] = place[k - 1];
		place[k] = i;
	}
	for (size_t i = 0; i < n; i++) {
		/* Holm 1979: the i-th smallest is multiplied by n - i, and none may be less
		 * than one before it. */
		double corrected = p[place[i]] * (double)(n - i);

		corrected = corrected < 1 ? corrected : 1;
		least = corrected > least ? corrected : least;
		p[place[i]] = least;
	}
}
