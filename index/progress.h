/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - tells a watcher how far a run is, not too often.
 *
 * One thread. */
#ifndef XS_INDEX_PROGRESS_H
#define XS_INDEX_PROGRESS_H

#include "index/index.h"

typedef struct xs_progress {
	xs_index_watch *see; /* NULL: nobody watches */
	void *user;
	int64_t start, shown; /* xs_clock_ns() */
	xs_index_progress at;
} xs_progress;

/* Begins with the time of now; `see` (may be NULL) is called with `user`. */
void xs_progress_init(xs_progress *w, xs_index_watch *see, void *user);

/* Begins a phase, and shows it. */
void xs_progress_phase(xs_progress *w, xs_index_phase phase, size_t total);

/* Shows `done` and `failed` pages, when the last time is a twentieth of a second ago or the phase
 * is done. */
void xs_progress_show(xs_progress *w, size_t done, size_t failed);

#endif
