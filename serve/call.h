/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.h - one HTTP request on its way to its reply.
 *
 * Knows nothing of sockets and of the library that speaks HTTP: server.c fills the first part, a
 * handler (route.h) reads it and sets the reply (reply.h).  A call belongs to one thread at a time;
 * all that it holds lives in its arena until the reply has been sent. */
#ifndef XS_SERVE_CALL_H
#define XS_SERVE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

struct xs_key;
struct xs_metrics;
struct xs_route;
struct xs_site;

/* A parameter or a header; never NULL, UTF-8. */
typedef struct xs_pair {
	const char *name, *value;
} xs_pair;

/* A reply as it will be sent. */
typedef struct xs_reply {
	int status; /* of HTTP; 0: not set yet */
	char *body; /* malloc()ed, as free() will take it; NULL: none */
	size_t len;
	const char *type; /* Content-Type */
	xs_pair headers[16];
	size_t n_headers;
} xs_reply;

typedef struct xs_call {
	xs_arena *arena;

	/* The request. */
	const char *method, *path;
	const xs_pair *params; /* of the query string, decoded, in their order */
	size_t n_params;
	const xs_pair *headers;
	size_t n_headers;
	const char *body; /* whole, at most serve.max_body bytes; a NUL follows */
	size_t body_len;
	const char *address;  /* of who asks, "unix" for a local socket; not for the query log */
	int64_t arrived;      /* xs_clock_ns() when its head had been read */
	xs_deadline deadline; /* over: the client has gone, or serve.timeout_ms has passed */
	const struct xs_route *route; /* NULL: there is none of that path */
	/* How its errors are told (route.h); NULL: in the common form. */
	int (*error)(struct xs_call *c, int status, const char *sentence);

	/* What it may do. */
	const struct xs_key *key;   /* NULL: no keys are configured */
	const char *client;	    /* whose turn it is: the key's name or the address */
	const char *const *filters; /* conditions that all it gets to see must meet: to be given to
				     * whatever searches, completes or counts (xs_call_filters()) */
	size_t n_filters;
	const char
		*no_rerank; /* a sentence: the reranker is left out of this call; NULL: it is not */

	/* What it works on; of this call until its end. */
	struct xs_site *site;
	struct xs_metrics *metrics;

	struct xs_recent_answer *answer; /* of the last search; NULL: none */

	xs_reply reply;

	/* Told in the access log. */
	double wait_ms, work_ms;

	/* Set when the client has gone; what `deadline` looks at. */
	atomic_int cancel;
} xs_call;

/* A call with nothing in it.  The caller frees it. */
xs_call *xs_call_new(void);
void xs_call_free(xs_call *c); /* NULL is fine */

/* The first parameter of that name; NULL: there is none.  Borrowed. */
const char *xs_call_param(const xs_call *c, const char *name);
/* All of that name, n and then a NULL, in the call's arena. */
const char *const *xs_call_params(size_t *n, xs_call *c, const char *name);
/* A whole number from min to max; `fallback` where there is none.  XS_EINPUT names it. */
int xs_call_number(long *out, const xs_call *c, const char *name, long fallback, long min,
		   long max);
/* "on", "true", "1", "yes", or the contrary. */
int xs_call_switch(bool *out, const xs_call *c, const char *name, bool fallback);

/* A header by its name, whatever the case; NULL: there is none.  Borrowed. */
const char *xs_call_header(const xs_call *c, const char *name);

/* The body as a JSON object.  XS_EINPUT: it is not one; the sentence says where.  The caller
 * gives the reference back. */
int xs_call_json(json_t **out, const xs_call *c);

/* The conditions of the call (filters above) and then those that the request names in its
 * parameters `filter`: what an xs_query has to be given. */
const char *const *xs_call_filters(size_t *n, xs_call *c);

#endif
