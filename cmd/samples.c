/* SPDX-License-Identifier: GPL-2.0-or-later */
/* samples.c - numbers measured again and again, and their percentiles. */
#include "cmd/samples.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* What was in order stays so at the beginning; samples_sort() sees that more has come. */
void samples_add(samples *s, double value)
{
	s->values = xs_grow(s->values, s->n, &s->cap, sizeof *s->values);
	s->values[s->n++] = value;
}

void samples_fini(samples *s)
{
	free(s->values);
	*s = (samples){0};
}

static int samples_compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* When first needed: a percentile asks for order, adding must stay cheap. */
static void samples_sort(samples *s)
{
	assert(s->n);
	if (s->sorted < s->n)
		qsort(s->values, s->n, sizeof *s->values, samples_compare);
	s->sorted = s->n;
}

/* The nearest rank: a value that was measured, not one between two.  Percent 0 has rank 0, which is
 * the first one, too. */
double samples_percentile(samples *s, double percent)
{
	size_t rank = (size_t)ceil(percent / 100 * (double)s->n);

	samples_sort(s);
	return s->values[rank ? rank - 1 : 0];
}

double samples_median(samples *s)
{
	samples_sort(s);
	return (s->values[(s->n - 1) / 2] + s->values[s->n / 2]) / 2;
}

/* Quartiles, not the deviation: one interrupted run must not spoil a measurement.  A median of 0
 * has no share to speak of. */
double samples_spread(samples *s)
{
	double median = samples_median(s);

	return median > 0 ? (samples_percentile(s, 75) - samples_percentile(s, 25)) / 2 / median
			  : 0;
}
