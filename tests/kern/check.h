/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - what the checks of the kernels share: guarded buffers, random numbers, counting.
 *
 * A check compares every variant of list.h that runs here with the definition, group by group;
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

/* The same, but that they begin behind an unmapped page, and the bytes after them are watched. */
float *check_floats_front(size_t n);

/* n words of 0x7fc00000, as check_floats. */
uint32_t *check_words(size_t n);

/* As check_floats, filled with copies of `from`. */
float *check_copy(const float *from, size_t n);

/* Unmaps all buffers; counts a failure for each beside which something was written. */
void check_release(void);

/* Numbers that are the same in every run: 0 … n-1; uniform in -1 … 1; normal, deviation 1. */
uint32_t check_below(uint32_t n);
float check_uniform(void);
float check_normal(void);
void check_fill(float *x, size_t n, float scale); /* normal × scale */

/* Whether a case is to be tried: all are, or with CHECK_EVERY=n in the environment each n-th, for processors
 * that are imitated. */
bool check_wanted(void);

/* Whether this kernel was tested before: variants share some.  Remembers it. */
typedef void check_kernel(void);
bool check_known(check_kernel *kernel);

/* Counts one case; prints a failed one with its parameters, the first few of a group. */
void check_case(bool passed, const char *format, ...) XS_PRINTF(2, 3);

/* Prints a line for the cases since the last group. */
void check_group(const char *format, ...) XS_PRINTF(1, 2);

/* The bits of a float, and the float of bits. */
uint32_t check_bits(float x);
float check_float(uint32_t bits);

/* Distance of two floats in units in the last place; UINT32_MAX when only one is NaN. */
uint32_t check_ulp(float a, float b);

/* Whether two runs of floats are the same bits. */
bool check_same(const float *a, const float *b, size_t n);

/* A matrix whose rows are `ld` apart: floats it takes when the last row has `cols` columns; cols
 * rounded up to XS_KERN_LANES; whether all beyond the first `cols` columns of each row is NaN. */
size_t check_size(size_t rows, size_t ld, size_t cols);
size_t check_lanes(int cols);
bool check_gaps(const float *m, size_t rows, size_t ld, size_t cols);

/* Prints the time of one call, the best of several rounds, its ratio to the first one timed under
 * the same name, and its share of what is possible: `work` (multiply-adds, bytes) a call, against
 * `limit` of them a second. */
void check_time(const char *name, const char *variant, double work, double limit,
		void (*call)(void *), void *user);

/* Prints the count of all cases; the exit status. */
int check_result(void);

/* Runs `test` for every variant that runs here, ref included, and for `more` unless that is NULL, or with
 * --bench `bench`; prints the count.  Returns the exit status. */
int check_main(int argc, char **argv, const xs_kern *more, void (*test)(const xs_kern *),
	       void (*bench)(const xs_kern *));

#endif
