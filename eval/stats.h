/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats.h - whether two systems differ, and whether they are equivalent.
 *
 * Plain arrays; knows nothing of queries. */
#ifndef XS_EVAL_STATS_H
#define XS_EVAL_STATS_H

#include <stddef.h>

/* P(T > t) of Student's distribution with df degrees of freedom (df > 0, may be fractional). */
double xs_student_above(double t, double df);
/* The t for which P(T > t) is p, 0 < p < 1. */
double xs_student_quantile(double p, double df);

/* A pair of systems over the same n queries. */
typedef struct xs_paired {
	size_t n;
	double difference; /* mean of a - b */
	double low,
		high;  /* the 90 % interval of the difference, the one that TOST at 5 % looks at */
	double p;      /* paired t-test, two-sided: are they different? */
	double p_tost; /* two one-sided t-tests: are they equivalent within ± margin? */
	size_t better, worse; /* queries */
} xs_paired;

/* Compares a with b by the paired t-test (Student 1908) and by two one-sided tests (Schuirmann
 * 1987; Lakens 2017), p_tost being the greater of both p-values.  Where all differences are alike
 * there is no variance to test with: p is 1 if they are 0, else 0; p_tost is 0 if they lie within
 * the margin, else 1.  With n < 2 nothing can be told: both are 1. */
xs_paired xs_paired_compare(const double *a, const double *b, size_t n, double margin);

/* Corrects n p-values for their number (Holm 1979, step-down), in place; `place` is scratch of n. */
void xs_holm(double *p, size_t n, size_t *place);

#endif
