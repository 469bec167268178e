/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exchange.h - one request and its reply, between the library that speaks HTTP and the lanes.
 *
 * The library (libmicrohttpd) calls the functions here in its one event thread: with the head of a
 * request, with pieces of its body, when all has arrived, and when the reply has been sent.  The work in
 * between is done in a thread of a lane (exchange_turn.h).  Knows nothing of how a server starts and
 * stops: it is given what all exchanges share. */
#ifndef XS_SERVE_EXCHANGE_H
#define XS_SERVE_EXCHANGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <microhttpd.h>

#include "base/buf.h"
#include "serve/lane.h"
#include "serve/peers.h"
#include "serve/route.h"
#include "serve/traffic.h"

/* A request on its way; from its head until its reply has been sent. */
typedef struct xs_exchange {
	xs_turn turn; /* the first member: a lane's turn is an exchange */
	xs_traffic *traffic;
	xs_call *call;
	struct MHD_Connection *connection;
	xs_peer *peer;
	xs_buf body;
	/* In bytes: how long a body may be; what has come of this one; what of it is held here; how much
	 * may be held of all bodies together. */
	uint64_t limit, seen, held, most_bodies;
	xs_lane_id lane;
	bool dispatched; /* it has, or had, a turn in a lane */
} xs_exchange;

/* The request line has been read.  MHD_OPTION_URI_LOG_CALLBACK; `user` is the xs_traffic. */
void *xs_exchange_line(void *user, const char *uri, struct MHD_Connection *connection);

/* The head, a piece of the body, its end, or the reply that a lane has made.  The handler of
 * MHD_start_daemon(); `user` is the xs_traffic, *context becomes the xs_exchange. */
enum MHD_Result xs_exchange_handle(void *user, struct MHD_Connection *connection, const char *path,
				   const char *method, const char *version, const char *bytes,
				   size_t *len, void **context);

/* The reply has been sent, or the client has gone: counts and logs the call and frees it.
 * MHD_OPTION_NOTIFY_COMPLETED; `user` is the xs_traffic. */
void xs_exchange_completed(void *user, struct MHD_Connection *connection, void **context,
			   enum MHD_RequestTerminationCode how);

#endif
