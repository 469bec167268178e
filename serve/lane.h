/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lane.h - a bounded queue with threads that work it off, one client after the other.
 *
 * Each client has a line of its own, and the lines take turns, so that who asks much waits for itself.
 * When the queue is full, the last of the longest line makes room for one of a shorter line, or for one of
 * a client that waits for nothing, if it is the turn of others.  Knows
 * nothing of what the work is.  Any thread. */
#ifndef XS_SERVE_LANE_H
#define XS_SERVE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct xs_lane xs_lane;

/* A place in a lane; lives in what is to be done. */
typedef struct xs_turn {
	struct xs_turn *next;
	const char *client; /* the caller's, until run() or refuse() begins */
	int64_t since;	    /* set by xs_lane_push(): xs_clock_ns() */
} xs_turn;

/* Works on one; in a thread of the lane. */
typedef void xs_lane_run(xs_turn *t);

/* A lane of `threads` workers and room for `room` that wait. */
xs_lane *xs_lane_new(unsigned threads, size_t room, xs_lane_run *run);
/* Ends when all that waits has been done.  NULL is fine. */
void xs_lane_free(xs_lane *l);

/* Takes a turn where no more than `room` wait (at most the lane's).  Returns NULL, or who finds no room: `t`
 * itself or one that waited, which then no longer waits and is the caller's again. */
xs_turn *xs_lane_push(xs_lane *l, xs_turn *t, size_t room);

/* How many may wait so that the last of them has its turn within `ms`, from the time that the last turns
 * took; at least one, at most the lane's room. */
size_t xs_lane_fit(xs_lane *l, double ms);

/* How many wait; are being worked on; for how many there is room. */
size_t xs_lane_waiting(xs_lane *l);
size_t xs_lane_running(xs_lane *l);
size_t xs_lane_room(const xs_lane *l);

/* When one that comes now will have its turn, from the time that the last ones took: milliseconds. */
double xs_lane_wait_ms(xs_lane *l);

#endif
