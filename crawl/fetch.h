/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch.h - requests of HTTP, several at once in one thread, each with limits.
 *
 * libcurl's multi interface: HTTP/2 where the server has it, and what unpack.h unpacks.  It follows no
 * redirect, sends no cookie and asks no proxy.  The address that a connection goes to is looked at when it is opened, so that no
 * answer of DNS leads where it must not.  Knows nothing of robots.txt and of what is done with an answer.  One
 * thread. */
#ifndef XS_CRAWL_FETCH_H
#define XS_CRAWL_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Whether a body of this type (as in a header, "" for none) is to be read; else the answer has no body and
 * `unread` is set. */
typedef bool xs_fetch_wants(const void *user, const char *type, const char *url);

typedef struct xs_fetch_options {
	const char *agent;	   /* User-Agent, whole */
	bool private_peers;	   /* also addresses that are no public servers' (peer.h) */
	double connect_s, total_s; /* limits of one request, seconds */
} xs_fetch_options;

/* Borrowed until xs_fetch_start() returns; `wants_user` until the answer is there. */
typedef struct xs_fetch_request {
	const char *url;
	const char *etag, *modified; /* validators, sent where they are not "" */
	const char *login;	     /* "name:password" for Basic; NULL: none */
	const char *const *headers;  /* "Name: value", ends with NULL; NULL: none */
	size_t max_bytes;	     /* of the body, unpacked */
	bool cut;		     /* the beginning of a larger one will do */
	xs_fetch_wants *wants;	     /* NULL: any */
	const void *wants_user;
	void *user; /* comes back with the answer */
} xs_fetch_request;

enum { XS_FETCH_TAGS = 16 };

/* What came.  Strings are never NULL, and live until xs_answer_free(). */
typedef struct xs_answer {
	void *user;
	int rc;		   /* XS_OK: a whole answer.  XS_EIO: it did not come, and may another time.
			    * XS_EINPUT: it never will: too large, an address that is refused.
			    * XS_ECANCEL: xs_fetch_stop() */
	const char *error; /* then, without the URL */
	int status;
	const char *type;    /* MIME type in lower case, without parameters */
	const char *charset; /* of the type; "" if it names none */
	const char *etag, *modified, *location;
	const char *canonical;		   /* of a Link header, as written */
	const char *robots[XS_FETCH_TAGS]; /* X-Robots-Tag, n */
	size_t n_robots;
	double retry_s;	  /* that Retry-After asks for; < 0: nothing */
	const char *body; /* NUL follows */
	size_t len;
	bool unread;
	double ms;		    /* from the request's start to its end */
	struct xs_fetch_slot *slot; /* fetch.c's */
} xs_answer;

typedef struct xs_fetch xs_fetch;

/* Options are borrowed.  The caller closes it, which ends what is on its way. */
int xs_fetch_open(xs_fetch **out, const xs_fetch_options *options);
void xs_fetch_close(xs_fetch *f); /* NULL is fine */

/* Starts a request. */
int xs_fetch_start(xs_fetch *f, const xs_fetch_request *request);

/* Works for up to `ms` milliseconds, or until an answer is there. */
int xs_fetch_work(xs_fetch *f, int ms);

/* Takes an answer that is there; the caller frees it.  XS_ENOTFOUND: none is. */
int xs_fetch_take(xs_answer *out, xs_fetch *f);
void xs_answer_free(xs_answer *a);

/* Ends all requests on their way: their answers are XS_ECANCEL. */
void xs_fetch_stop(xs_fetch *f);

/* Requests on their way. */
size_t xs_fetch_active(const xs_fetch *f);

#endif
