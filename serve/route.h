/* SPDX-License-Identifier: GPL-2.0-or-later */
/* route.h - which handler answers which path.
 *
 * To add one: write `int xs_NAME_run(xs_call *c)` in serve/NAME.c, declare it in serve/handlers.h, and
 * put a row into the table of route.c.  A handler runs in a thread of its lane, with the whole body at
 * hand; it reads the request with xs_call_param() and its kin, and ends with `return xs_reply_…(c, …)`,
 * or with a code whose sentence is set: that becomes an error reply by the one table of reply.c.
 * What searches takes its query from xs_call_query() and runs it with xs_call_search(); other reading
 * of the index takes a handle (site.h) and gives xs_call_filters() to it, always. */
#ifndef XS_SERVE_ROUTE_H
#define XS_SERVE_ROUTE_H

#include "serve/call.h"

/* Which threads work on a call.  Each lane has a queue of its own, so that one that is full leaves
 * the others as they are. */
typedef enum xs_lane_id {
	XS_LANE_SEARCH, /* quick: no reranking */
	XS_LANE_RERANK, /* a search with reranking */
	XS_LANE_SCORE,	/* the rerank and embedding APIs */
	XS_LANES
} xs_lane_id;

enum {
	XS_ROUTE_OPEN =
		1,	  /* answered without a key, because it shows nothing of the site's pages */
	XS_ROUTE_NOW = 2, /* quick and never waits: answered before those that queue */
	XS_ROUTE_LIKE = 4,     /* `path` is the beginning of paths */
	XS_ROUTE_SCORES = 8,   /* is nothing without the reranker: a key has to allow it */
	XS_ROUTE_METRICS = 16, /* a key has to allow it */
	XS_ROUTE_JSON = 32,    /* its body is JSON */
	XS_ROUTE_EMBEDS =
		64 /* is nothing without the embedder; with XS_ROUTE_SCORES, either will do */
};

/* Replies with an error, in the form that clients of the path know. */
typedef int xs_route_error(xs_call *c, int status, const char *sentence);

typedef struct xs_route {
	const char *method; /* "GET" stands for HEAD as well */
	const char *path;
	int (*run)(xs_call *c);
	xs_lane_id (*lane)(const xs_call *c); /* NULL: XS_LANE_SEARCH */
	xs_route_error *error;		      /* NULL: {"error": sentence, "status": status} */
	unsigned flags;
} xs_route;

/* The row of a method and a path; NULL: none.  Slashes that stand twice or at the end do not count.
 * *other: a row of the path with another method, or NULL. */
const xs_route *xs_route_find(const xs_route **other, const char *method, const char *path);

/* How errors are told where a path has no row; NULL as in a row. */
xs_route_error *xs_route_errors(const char *path);

#endif
