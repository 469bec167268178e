/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exchange.h - one request on its way to its reply, and its turn in a lane.
 *
 * It belongs to the event thread until it is pushed, then to a thread of its lane, and to the event
 * thread again when its connection goes on.  Knows nothing of how the bytes of a request come in
 * (intake.h). */
#ifndef XS_SERVE_EXCHANGE_H
#define XS_SERVE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "serve/head.h"
#include "serve/lane.h"
#include "serve/peers.h"
#include "serve/route.h"
#include "serve/traffic.h"

struct MHD_Connection;

/* A request on its way; from its first line until its reply has been sent. */
typedef struct xs_exchange {
	xs_turn turn; /* the first member: a lane's turn is an exchange */
	xs_traffic *traffic;
	xs_call *call; /* NULL until its head is there */
	struct MHD_Connection *connection;
	xs_peer *peer;
	xs_head_line line;
	xs_buf body;
	/* In bytes: how long a body may be; what has come of this one; what of it is held here; how much
	 * may be held of all bodies together. */
	uint64_t limit, seen, held, most_bodies;
	xs_lane_id lane;
	bool dispatched; /* it has, or had, a turn in a lane */
	bool broken;	 /* its head is, so nobody knows where the next request begins */
} xs_exchange;

/* Takes a turn in the lane of `x`, whose connection is suspended.  Where no turn is left, a reply that
 * says so is set for whoever finds no room, and that connection goes on at once.  In the event thread;
 * afterwards `x` may be at work in another thread. */
void xs_exchange_push(xs_exchange *x);

/* What a lane does with a turn: runs the handler, then lets the connection go on.  In a thread of the
 * lane. */
void xs_exchange_work(xs_turn *t);

/* Runs the handler of a call, which sets the reply.  Any thread. */
void xs_exchange_run(xs_call *c);

#endif
