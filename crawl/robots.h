/* SPDX-License-Identifier: GPL-2.0-or-later */
/* robots.h - robots.txt as RFC 9309 has it: which paths a crawler may fetch.
 *
 * Knows nothing of fetching: what an absent or unreachable file means is the caller's.  Beside the
 * RFC's rules it reads Crawl-delay and Sitemap lines.  Once read, any number of threads may ask. */
#ifndef XS_CRAWL_ROBOTS_H
#define XS_CRAWL_ROBOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Bytes that are read of a file (RFC 9309, 2.5); a line that is cut there does not count. */
enum { XS_ROBOTS_MAX = 500 * 1024 };

typedef struct xs_robots_rule {
	const char *pattern; /* normalised; "*" and a last "$" are special */
	size_t len;	     /* bytes of the pattern: the longest that matches counts */
	bool allow;
} xs_robots_rule;

typedef struct xs_robots {
	const xs_robots_rule *rules; /* of the groups that are this crawler's */
	size_t n;
	double delay;		     /* seconds of Crawl-delay; 0: none is asked */
	const char *const *sitemaps; /* as written, of whatever group */
	size_t n_sitemaps;
} xs_robots;

/* Reads a file for the crawler whose product token is `agent` ("xapian-search"): the groups that
 * name it, in either case, else those of "*".  No file is wrong: lines that are none are left out.
 * All lives in `a`. */
void xs_robots_parse(xs_robots *out, xs_arena *a, const char *bytes, size_t len, const char *agent);

/* Whether the path of a URL, with its query ("/a?b"), may be fetched.  The longest rule decides, and
 * of two as long the one that allows; /robots.txt always may. */
bool xs_robots_allows(const xs_robots *r, const char *path);

#endif
