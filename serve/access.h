/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access.h - the access log: a JSON object a line for each request.
 *
 * No question and no address is in it, unless the settings say so.  A disk that is full costs lines, not
 * requests.  Any thread. */
#ifndef XS_SERVE_ACCESS_H
#define XS_SERVE_ACCESS_H

#include "serve/call.h"

typedef struct xs_access xs_access;

/* Appends to the file at `path`, made if absent; "": nothing is written.  XS_EINPUT: it cannot be opened. */
int xs_access_open(xs_access **out, const char *path, bool addresses);
void xs_access_close(xs_access *a); /* NULL is fine */

/* Opens the file anew, perhaps another one, so that it may have been renamed.  A failure leaves all. */
int xs_access_reopen(xs_access *a, const char *path, bool addresses);

/* Writes one line.  `complete`: the reply reached the client. */
void xs_access_write(xs_access *a, const xs_call *c, bool complete);

/* Lines that could not be written. */
unsigned long long xs_access_lost(xs_access *a);

#endif
