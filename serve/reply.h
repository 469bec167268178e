/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reply.h - how a handler answers.
 *
 * Each sets the call's reply in place of one that was set before, and returns XS_OK, so that a
 * handler may end with `return xs_reply_json(...)`. */
#ifndef XS_SERVE_REPLY_H
#define XS_SERVE_REPLY_H

#include "serve/call.h"

/* A JSON value; takes the reference. */
int xs_reply_json(xs_call *c, int status, json_t *value);

/* Bytes of a type ("text/html; charset=utf-8"); they are copied. */
int xs_reply_bytes(xs_call *c, int status, const char *type, const void *bytes, size_t len);

/* A malloc()ed body, which becomes the call's. */
int xs_reply_take(xs_call *c, int status, const char *type, char *body, size_t len);

/* A sentence that says what was wrong, in the form that the route's errors have (route.h). */
int xs_reply_error(xs_call *c, int status, const char *format, ...) XS_PRINTF(3, 4);

/* The error of a result code, with xs_error() as its sentence. */
int xs_reply_failed(xs_call *c, int rc);

/* Adds a header, or replaces it; `name` is static, `value` is copied. */
void xs_reply_header(xs_call *c, const char *name, const char *value);

/* No answer now: 503 or 429 with Retry-After in seconds. */
int xs_reply_later(xs_call *c, int status, int seconds, const char *sentence);

#endif
