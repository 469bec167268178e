/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intake.h - takes requests in from the library that speaks HTTP, and sends the replies.
 *
 * The library (libmicrohttpd) calls these functions in its one event thread: with the head of a request,
 * with pieces of its body, when all has arrived, and when the reply has been sent.  Knows nothing of how
 * a server starts and stops: `user` is what all its requests share, an xs_traffic. */
#ifndef XS_SERVE_INTAKE_H
#define XS_SERVE_INTAKE_H

#include <microhttpd.h>

/* The request line has been read: begins an xs_exchange.  MHD_OPTION_URI_LOG_CALLBACK. */
void *xs_intake_line(void *user, const char *uri, struct MHD_Connection *connection);

/* The head, a piece of the body, its end, or the reply that a lane has made.  The handler of
 * MHD_start_daemon(); *context is the xs_exchange. */
enum MHD_Result xs_intake_handle(void *user, struct MHD_Connection *connection, const char *path,
				 const char *method, const char *version, const char *bytes,
				 size_t *len, void **context);

/* The reply has been sent, or the client has gone: counts and logs the call and frees it.
 * MHD_OPTION_NOTIFY_COMPLETED. */
void xs_intake_completed(void *user, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode how);

/* The library has said something: what it is about to send wrongly is sent right. */
void xs_intake_logged(void);

#endif
