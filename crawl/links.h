/* SPDX-License-Identifier: GPL-2.0-or-later */
/* links.h - what a page tells a crawler: its links, its canonical address, and what robots may do.
 *
 * Reads HTML with libxml2, and the headers Link and X-Robots-Tag.  Knows nothing of the page's text.  Any number of
 * threads. */
#ifndef XS_CRAWL_LINKS_H
#define XS_CRAWL_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "crawl/url.h"

enum { XS_LINKS_MAX = 10000 }; /* links that are taken of one page */

typedef struct xs_links {
	const char **
		urls; /* in normal form (without rules, which may change while the page stays), each
			    * once, in the page's order */
	size_t n, cap;
	const char *canonical; /* likewise; NULL: none */
	bool noindex, nofollow;
} xs_links;

/* Reads a page of address `url`: <a>, <area>, <iframe> and <frame>, <link> to other languages and to the next
 * page, where a refresh leads.  `agent` may have directives of its own beside those of "robots".  With nofollow
 * there are no links.  A NUL follows the bytes.  `encoding` as the header of HTTP names it; NULL: as the page does.  All lives in
 * `a`; urls is freed by xs_links_fini(). */
void xs_links_read(xs_links *out, xs_arena *a, const char *url, const char *bytes, size_t len,
		   const char *encoding, const char *agent);
void xs_links_fini(xs_links *l);

/* The target of the canonical link among those of a header Link (RFC 8288, RFC 6596), as written, in `a`; NULL: none. */
const char *xs_links_canonical(xs_arena *a, const char *value);

/* Adds what one X-Robots-Tag says; what it says to another agent is left out. */
void xs_links_robots(xs_links *l, const char *value, const char *agent);

#endif
