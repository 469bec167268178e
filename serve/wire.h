/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.h - between the library that speaks HTTP (libmicrohttpd) and calls. */
#ifndef XS_SERVE_WIRE_H
#define XS_SERVE_WIRE_H

#include "serve/call.h"

struct MHD_Connection;

/* A call made of a request's head.  A parameter that is not UTF-8 is an error reply that is set. */
xs_call *xs_wire_call(struct MHD_Connection *connection, const char *method, const char *path);

/* The length that the head announces; 0: none. */
uint64_t xs_wire_announced(const xs_call *c);

/* Sends the call's reply; `last`: and closes the connection then.  False: it cannot be sent. */
bool xs_wire_reply(struct MHD_Connection *connection, xs_call *c, bool last);

#endif
