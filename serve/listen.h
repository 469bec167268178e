/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listen.h - the socket that connections come in by. */
#ifndef XS_SERVE_LISTEN_H
#define XS_SERVE_LISTEN_H

#include "base/arena.h"

/* Listens at `where`: "host:port" (port 0: any that is free) or "unix:PATH"; or takes the socket that
 * the service manager has opened (sd_listen_fds(3)).  *url, in `a`, says where that is, for people.  The
 * caller closes *fd.  XS_EINPUT: not such a place, or it is in use; XS_EIO. */
int xs_listen_open(int *fd, const char **url, xs_arena *a, const char *where);

/* Closes it and removes the local socket that xs_listen_open() made. */
void xs_listen_close(int fd, const char *where);

#endif
