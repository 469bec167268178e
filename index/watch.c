/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.c - 20 times a second at most. */
#include "index/watch.h"

enum { WATCH_NS = 50000000 };

static void watch_call(xs_watch *w)
{
	if (!w->see)
		return;
	w->shown = xs_clock_ns();
	w->at.ms = xs_clock_ms(w->start);
	w->see(w->user, &w->at);
}

void xs_watch_init(xs_watch *w, xs_index_watch *see, void *user)
{
	*w = (xs_watch){.see = see, .user = user, .start = xs_clock_ns()};
}

void xs_watch_phase(xs_watch *w, xs_index_phase phase, size_t total)
{
	w->at.phase = phase;
	w->at.done = 0;
	w->at.total = total;
	watch_call(w);
}

void xs_watch_show(xs_watch *w, size_t done, size_t failed)
{
	w->at.done = done;
	w->at.failed = failed;
	if (w->see && (done == w->at.total || xs_clock_ns() - w->shown >= WATCH_NS))
		watch_call(w);
}
