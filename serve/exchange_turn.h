/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exchange_turn.h - an exchange's turn in a lane: who waits, who is told to come later, who is worked on. */
#ifndef XS_SERVE_EXCHANGE_TURN_H
#define XS_SERVE_EXCHANGE_TURN_H

#include "serve/exchange.h"

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
