/* SPDX-License-Identifier: GPL-2.0-or-later */
/* head.h - heads of requests that a proxy in front may read otherwise than the library does.
 *
 * Where the two differ on how long a request is, or for which host, a client can hide one request in
 * another (RFC 9112, section 11.2).  The library (libmicrohttpd) is lenient; what it lets through is found
 * here.  In the event thread. */
#ifndef XS_SERVE_HEAD_H
#define XS_SERVE_HEAD_H

#include <stdbool.h>

#include <microhttpd.h>

/* The request line, while it is as it came. */
typedef struct xs_head_line {
	const char *uri, *end; /* end: one past the NUL that the library has put behind it */
	bool bad;	       /* a blank or a control character stands in it */
	bool nul;	       /* its path has an encoded NUL */
} xs_head_line;

/* Looks at the line.  In MHD_OPTION_URI_LOG_CALLBACK. */
void xs_head_line_read(xs_head_line *out, const char *uri);

/* What is wrong with the head, a static sentence; NULL: nothing.  `method` and `version` are as the
 * library gave them to the handler. */
const char *xs_head_wrong(struct MHD_Connection *connection, const xs_head_line *line,
			  const char *method, const char *version);

/* The value for MHD_OPTION_STRICT_FOR_CLIENT. */
int xs_head_strict(void);

/* Whether the library will send a reply's head twice, as it does in 0.9.75 for a length that is no number: it
 * says so in its log and goes on.  In the logger, with the connection whose head it reads. */
bool xs_head_twice(struct MHD_Connection *connection);

#endif
