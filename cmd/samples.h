/* SPDX-License-Identifier: GPL-2.0-or-later */
/* samples.h - numbers measured again and again, and their percentiles.
 *
 * One thread at a time. */
#ifndef XS_CMD_SAMPLES_H
#define XS_CMD_SAMPLES_H

#include <stddef.h>

/* Zeroed: none yet.  samples_fini() releases it. */
typedef struct samples {
	double *values;
	size_t n, cap, sorted; /* how many at the beginning are in order */
} samples;

void samples_add(samples *s, double value);
void samples_fini(samples *s);

/* The nearest-rank percentile; sorts the values.  There must be some, percent is 0 to 100. */
double samples_percentile(samples *s, double percent);

/* The mean of the two middle ones, or the middle one. */
double samples_median(samples *s);

/* Half the distance of the quartiles as a share of the median: 0.01 is a steady measurement. */
double samples_spread(samples *s);

#endif
