/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peers.h - the open connections: which are slow, which have gone.
 *
 * A thread of its own closes those that take too long to send a request or are silent too long, and tells
 * the work of one whose client has hung up to stop.  When there are too many, those that have waited
 * longest without a request under way make room.  Knows sockets, nothing of what is sent.  Any thread. */
#ifndef XS_SERVE_PEERS_H
#define XS_SERVE_PEERS_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct xs_peers xs_peers;
typedef struct xs_peer xs_peer; /* one connection */

/* At most `most` connections; seconds to send a request, and to be silent between two. */
xs_peers *xs_peers_new(size_t most, int read_s, int idle_s);
void xs_peers_free(xs_peers *p); /* NULL is fine; no connection may be left */

/* A connection has been opened; it is to send a request.  The socket is borrowed until remove(). */
xs_peer *xs_peers_add(xs_peers *p, int fd);
void xs_peers_remove(xs_peers *p, xs_peer *peer);

/* It begins to send a request; it is worked on, and *cancel is set when the client hangs up; it has had its
 * reply. */
void xs_peers_reading(xs_peers *p, xs_peer *peer);
void xs_peers_working(xs_peers *p, xs_peer *peer, atomic_int *cancel);
void xs_peers_idle(xs_peers *p, xs_peer *peer);

/* Stops the work of all. */
void xs_peers_cancel(xs_peers *p);

/* How many there are; how many were closed by us so far, and how many hung up while they were worked for. */
typedef struct xs_peers_count {
	size_t open, working;
	unsigned long long closed, gone;
} xs_peers_count;
void xs_peers_counts(xs_peers_count *out, xs_peers *p);

#endif
