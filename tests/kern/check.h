/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - what the checks of the kernels share: guarded buffers, random numbers, counting.
 *
 * A check compares every variant of list.h that runs here with the reference, group by group;
 * with --bench it times them instead.  One thread. */
#ifndef XS_TESTS_KERN_CHECK_H
#define XS_TESTS_KERN_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "rerank/kern/kern.h"

/* n floats that end at an unmapped page, all NaN; the bytes before them are watched as well.
 * n may be 0: any access ends the program.  Lives until check_release(). */
float *check_floats(size_t n);

/* The same, filled with copies of `from`. */
float *check_copy(const float *from, size_t n);

/* Unmaps all buffers; counts a failure for each whose bytes in front were written. */
void check_release(void);

/* Numbers that are the same in every run: 0 … n-1; uniform in -1 … 1; normal, deviation 1. */
uint32_t check_below(uint32_t n);
float check_uniform(void);
float check_normal(void);
void check_fill(float *x, size_t n, float scale); /* normal × scale */

/* Counts one case; prints a failed one with its parameters, the first few of a group. */
void check_case(bool passed, const char *format, ...) XS_PRINTF(2, 3);

/* Prints a line for the cases since the last group. */
void check_group(const char *format, ...) XS_PRINTF(1, 2);

/* Distance of two floats in units in the last place; UINT32_MAX when only one is NaN. */
uint32_t check_ulp(float a, float b);

/* Whether two runs of floats are the same bits. */
bool check_same(const float *a, const float *b, size_t n);

/* Prints the time of one call, the best of several rounds, and its ratio to the first one timed
 * under the same name. */
void check_time(const char *name, const char *variant, void (*call)(void *), void *user);

/* Runs `test` for every variant that runs here, ref included, or with --bench `bench`; prints the
 * count.  Returns the exit status. */
int check_main(int argc, char **argv, void (*test)(const xs_kern *), void (*bench)(const xs_kern *));

#endif
