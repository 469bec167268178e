/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.h - the HTTP server: starts, reads its settings anew, stops.
 *
 * One thread talks to all connections (libmicrohttpd, epoll); a request whose body has arrived waits in its
 * route's lane, suspended, until a thread of the lane has made its reply.  Knows nothing of argv and
 * signals: the program calls reload and stop. */
#ifndef XS_SERVE_SERVER_H
#define XS_SERVE_SERVER_H

#include "conf/conf.h"

typedef struct xs_server xs_server;

/* Makes the settings, at the start and with each reload; XS_OK or a code with a sentence. */
typedef int xs_server_load(xs_conf **out, void *user);

/* Begins to serve.  The caller stops it.  XS_EINPUT: a setting is wrong or the address is in use; codes of
 * xs_site_open(). */
int xs_server_start(xs_server **out, xs_server_load *load, void *user);

/* Where it listens, for people.  Borrowed. */
const char *xs_server_url(const xs_server *s);

/* Reads the settings anew; requests under way end with the old ones.  Where, and with how many threads and
 * connections, stays as it was.  After a failure all stays. */
int xs_server_reload(xs_server *s);

/* Takes no new connection, lets requests end (at most serve.timeout_ms), frees all.  NULL is fine. */
void xs_server_stop(xs_server *s);

#endif
