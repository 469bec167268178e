/* SPDX-License-Identifier: MIT */
/* clock.c - monotonic time and deadlines. */
#include "base/clock.h"

#include <stddef.h>
#include <time.h>

int64_t xs_clock_ns(void)
{
	struct timespec t;

	/* A deadline must not move when the time of day is set. */
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

double xs_clock_ms(int64_t since)
{
	return (double)(xs_clock_ns() - since) / 1e6;
}

xs_deadline xs_deadline_in(double ms)
{
	xs_deadline d = {0, NULL};

	if (ms > 0)
		d.at = xs_clock_ns() + (int64_t)(ms * 1e6);
	return d;
}

bool xs_deadline_over(const xs_deadline *d)
{
	if (!d)
		return false;
	/* Relaxed: nothing else is read because of it. */
	if (d->cancel && atomic_load_explicit(d->cancel, memory_order_relaxed))
		return true;
	return d->at && xs_clock_ns() >= d->at;
}
