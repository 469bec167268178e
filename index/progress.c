/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c - 20 times a second at most. */
#include "index/progress.h"

enum { PROGRESS_NS = 50000000 };

static void progress_call(xs_progress *w)
{
	if (!w->see)
		return;
	w->shown = xs_clock_ns();
	w->at.ms = xs_clock_ms(w->start);
	w->see(w->user, &w->at);
}

void xs_progress_init(xs_progress *w, xs_index_watch *see, void *user)
{
	*w = (xs_progress){.see = see, .user = user, .start = xs_clock_ns()};
}

void xs_progress_phase(xs_progress *w, xs_index_phase phase, size_t total)
{
	w->at.phase = phase;
	w->at.done = 0;
	w->at.total = total;
	progress_call(w);
}

void xs_progress_show(xs_progress *w, size_t done, size_t failed)
{
	w->at.done = done;
	w->at.failed = failed;
	if (w->see && (done == w->at.total || xs_clock_ns() - w->shown >= PROGRESS_NS))
		progress_call(w);
}
