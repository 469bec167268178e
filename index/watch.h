/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h - tells a watcher how far a run is, not too often.
 *
 * One thread. */
#ifndef XS_INDEX_WATCH_H
#define XS_INDEX_WATCH_H

#include "index/index.h"

typedef struct xs_watch {
	xs_index_watch *see; /* NULL: nobody watches */
	void *user;
	int64_t start, shown; /* xs_clock_ns() */
	xs_index_progress at;
} xs_watch;

/* Begins with the time of now; `see` (may be NULL) is called with `user`. */
void xs_watch_init(xs_watch *w, xs_index_watch *see, void *user);

/* Begins a phase, and shows it. */
void xs_watch_phase(xs_watch *w, xs_index_phase phase, size_t total);

/* Shows `done` and `failed` pages, when the last time is a twentieth of a second ago or the phase
 * is done. */
void xs_watch_show(xs_watch *w, size_t done, size_t failed);

#endif
