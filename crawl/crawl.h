/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crawl.h - the pages of a site on the web, fetched and kept, run after run.
 *
 * A run asks for each address once: what did not change costs a request without a body, what fails keeps its last
 * good bytes for a time, what is gone goes.  A run that was killed goes on.  Afterwards the pages are read from
 * the file, as often as one likes.  Knows nothing of indexes and of what is in a page beside its links. */
#ifndef XS_CRAWL_CRAWL_H
#define XS_CRAWL_CRAWL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "crawl/fetch.h"

/* The product token of this crawler, in robots.txt and in its User-Agent. */
#define XS_CRAWL_TOKEN "xapian-search"

/* What a crawl may do.  Borrowed for its life. */
typedef struct xs_crawl_settings {
	const char *start; /* the first address; all pages are below its last "/" */
	const char *const
		*hosts; /* further hosts, all of which is crawled: "host" or "host:port"; ends with
				   * NULL; NULL: none */
	const char *const *include,
		*const *exclude; /* fnmatch(3) patterns of what is behind the start's
						      * last "/", or of a further host's path; likewise */
	const char *const *drop; /* parameters that mean nothing (xs_url_rules) */
	bool sort_query;
	const char *contact;	    /* a URL or address of mail for the User-Agent; "": none */
	const char *login;	    /* "name:password"; NULL: none.  For the start's host alone, */
	const char *const *headers; /* as are these: "Name: value"; ends with NULL; NULL: none */
	bool sitemaps;		    /* read robots.txt's, or /sitemap.xml */
	bool private_peers;	    /* also private addresses (peer.h) */
	int depth, pages;	    /* most links from the start; most addresses of a run */
	int variants;		    /* most queries of one path */
	int chain; /* most pages of one form (xs_url_shape) that lead one to the next: a calendar's */
	double delay_ms; /* least time between two requests to one server */
	int connections; /* most requests to one server at once */
	double timeout_s;
	int tries;	       /* of an address in a run, at least 1 */
	double patience_s;     /* a Retry-After longer than this is a failure of this run */
	int64_t keep_s;	       /* for so long a page that fails stays as it was */
	size_t max_bytes;      /* of a page */
	xs_fetch_wants *wants; /* whether a body of that type and URL may be a page; HTML must be */
	const void *wants_user;
} xs_crawl_settings;

/* What a run did. */
typedef struct xs_crawl_summary {
	size_t requests;     /* in all */
	size_t fetched;	     /* pages with new or changed bytes */
	size_t same;	     /* pages with the bytes that were kept */
	size_t not_modified; /* of these, answered without a body (304) */
	size_t redirects, gone, failed;
	size_t dropped;	  /* pages that failed for too long, and are removed */
	size_t robots;	  /* addresses that robots.txt forbids */
	size_t others;	  /* of kinds that are not read */
	size_t canonical; /* pages that are left out for the one they name */
	size_t tries;	  /* repeated requests */
	size_t bounded;	  /* links left out by the limits of depth, pages, variants and chains */
	uint64_t bytes;	  /* of bodies */
	bool resumed;	  /* it went on with a run that had been stopped */
	double ms;
} xs_crawl_summary;

/* Adds a run's sums. */
void xs_crawl_summary_add(xs_crawl_summary *to, const xs_crawl_summary *more);

typedef struct xs_crawl_progress {
	size_t done, waiting, failed; /* addresses */
	double ms;
} xs_crawl_progress;
typedef void xs_crawl_watch(void *user, const xs_crawl_progress *p);

typedef struct xs_crawl xs_crawl;

/* Opens the file of crawls at `path`, which is made if absent.  The caller closes it.
 * XS_EINPUT: the start or a host is no address. */
int xs_crawl_open(xs_crawl **out, const char *path, const xs_crawl_settings *settings);
void xs_crawl_close(xs_crawl *c); /* NULL is fine */

/* One run, to its end.  `watch` (may be NULL) is called some times a second.
 * XS_EINPUT: the start leads to another host, or robots.txt forbids it.  XS_EIO: the start cannot be had and nothing
 * is kept of it, or the disk is full.  XS_ECANCEL: `stop` was over; the next run goes on. */
int xs_crawl_run(xs_crawl_summary *out, xs_crawl *c, xs_crawl_watch *watch, void *user,
		 const xs_deadline *stop);

/* A page that the last run found, or why there is none.  Strings live in the arena of xs_crawl_list(). */
typedef struct xs_crawl_page {
	int64_t id;
	const char *url;
	const char *path; /* what include and exclude see */
	const char *type, *charset;
	int64_t size, changed; /* bytes; seconds since 1970 when they were first seen */
	uint64_t hash[2];      /* XXH3_128bits of the bytes */
	bool noindex;	       /* the page or a header says so */
	const char *error;     /* it failed: a sentence; NULL: it did not */
	bool kept;	       /* there are bytes: where it failed, the last good ones */
} xs_crawl_page;

/* Lists them, by URL; those are left out that name another one as theirs.  Adds to summary->canonical. */
int xs_crawl_list(xs_crawl_page **out, size_t *n, xs_arena *a, xs_crawl *c,
		  xs_crawl_summary *summary);

/* The bytes of one, in `a`, NUL added.  Any number of threads, while nothing else runs. */
int xs_crawl_body(char **out, size_t *len, xs_arena *a, xs_crawl *c, int64_t id);

#endif
