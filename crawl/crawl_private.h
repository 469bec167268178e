/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crawl_private.h - a run while it goes on, for the files crawl*.c alone.
 *
 * crawl.c opens and runs, crawl_server.c knows the servers and their robots.txt, crawl_answer.c takes answers,
 * crawl_list.c lists what came of it. */
#ifndef XS_CRAWL_CRAWL_PRIVATE_H
#define XS_CRAWL_CRAWL_PRIVATE_H

#include "crawl/crawl.h"
#include "crawl/frontier.h"
#include "crawl/polite.h"
#include "crawl/robots.h"
#include "crawl/scope.h"

/* What is known of a server's robots.txt. */
typedef enum crawl_robots_state {
	CRAWL_ROBOTS_UNKNOWN,
	CRAWL_ROBOTS_ASKED,
	CRAWL_ROBOTS_KNOWN,
	CRAWL_ROBOTS_UNREACHABLE /* nothing may be fetched (RFC 9309, 2.3.1.4) */
} crawl_robots_state;

/* A scheme, host and port. */
typedef struct crawl_server {
	const char *origin;
	crawl_robots_state state;
	const char *why; /* it is unreachable */
	xs_robots robots;
	xs_polite polite;
	int hops, tries;   /* of the request for robots.txt */
	int64_t due, read; /* seconds since 1970: not asked for it before; when it was read */
	const char *robots_url;
	struct crawl_server *next;
} crawl_server;

struct xs_crawl {
	const xs_crawl_settings *settings;
	xs_scope scope;
	xs_frontier *frontier;
	xs_arena *a; /* of all the crawl */
	/* During a run: */
	xs_fetch *fetch;
	xs_fetch_options fetch_options;
	crawl_server *servers;
	xs_arena *run; /* of this run */
	xs_crawl_summary *out;
	int64_t now; /* seconds since 1970 */
};

/* What a request is for. */
typedef struct crawl_request {
	crawl_server *server;
	bool robots;
	xs_visit visit;
	xs_arena *a; /* of the visit and this */
} crawl_request;

/* ---- crawl_server.c */

/* The server of an origin, made if it is new. */
crawl_server *xs_crawl_server(xs_crawl *c, const char *origin);

/* Asks for its robots.txt, if it has to be asked for, or takes the one that was kept within a day. */
int xs_crawl_server_ready(xs_crawl *c, crawl_server *s);

/* Takes the answer. */
int xs_crawl_server_answer(xs_crawl *c, crawl_server *s, const xs_answer *r);

/* Starts a request.  On a failure it is freed. */
int xs_crawl_server_ask(xs_crawl *c, crawl_request *q);

/* ---- crawl_answer.c */

/* Takes the answer for an address. */
int xs_crawl_answer(xs_crawl *c, crawl_request *q, const xs_answer *r);

/* Adds an address that was found, if the crawl may have it: `from` is where it was found. */
int xs_crawl_add(xs_crawl *c, const xs_visit *from, const char *url, int depth, int hops);

/* Adds a sitemap. */
int xs_crawl_add_sitemap(xs_crawl *c, const char *url, int hops);

/* Ends a visit as a failure, with this reason. */
int xs_crawl_failed(xs_crawl *c, xs_visit *v, const char *reason);

/* Ends a visit of something that is no page: what was kept of it goes. */
int xs_crawl_left(xs_crawl *c, xs_visit *v, xs_visit_state state, const char *reason);

#endif
