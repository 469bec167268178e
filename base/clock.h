/* SPDX-License-Identifier: MIT */
/* clock.h - time that only goes forward, and deadlines with a cancel flag.
 *
 * CLOCK_MONOTONIC; nothing here reads the wall clock. */
#ifndef XS_BASE_CLOCK_H
#define XS_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
#include <atomic>
using std::atomic_int;
extern "C" {
#else
#include <stdatomic.h>
#endif

/* The tree is built with hidden symbols; these are librerank's. */
#pragma GCC visibility push(default)

/* Nanoseconds since some fixed moment. */
int64_t xs_clock_ns(void);

/* Milliseconds between `since` (from xs_clock_ns) and now. */
double xs_clock_ms(int64_t since);

/* A moment after which work should stop, and a flag that stops it earlier.
 * Any number of threads may test one. */
typedef struct xs_deadline {
	int64_t at;	    /* xs_clock_ns() of the end; 0: none */
	atomic_int *cancel; /* not 0: stop now; NULL: none.  Borrowed. */
} xs_deadline;

/* A deadline `ms` from now; ms <= 0: none. */
xs_deadline xs_deadline_in(double ms);

/* Whether to stop.  NULL never stops. */
bool xs_deadline_over(const xs_deadline *d);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
