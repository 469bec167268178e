/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope.h - which addresses a crawl may ask for.
 *
 * Any number of threads, once it is made. */
#ifndef XS_CRAWL_SCOPE_H
#define XS_CRAWL_SCOPE_H

#include "crawl/crawl.h"
#include "crawl/url.h"

typedef struct xs_scope {
	const xs_crawl_settings *settings;
	xs_url_rules rules;
	const char *start;  /* in normal form */
	const char *folder; /* of its path, up to the last "/" */
	const char *host;   /* without port where that is the scheme's own */
	const char **hosts; /* further ones, n, likewise */
	size_t n;
} xs_scope;

/* Strings in `a`; settings are borrowed.  XS_EINPUT: see xs_crawl_open(). */
int xs_scope_init(xs_scope *out, xs_arena *a, const xs_crawl_settings *settings);

/* Whether a URL in normal form is of the crawl's hosts. */
bool xs_scope_host(const xs_scope *s, const char *url);

/* Whether it is also below the start, and include and exclude leave it in.  The start itself always is. */
bool xs_scope_has(const xs_scope *s, const char *url);

/* Whether include and exclude leave it in, also if it is the start. */
bool xs_scope_listed(const xs_scope *s, const char *url);

/* Whether it is the start's own host, by the scheme of the start: secrets are for no other. */
bool xs_scope_own(const xs_scope *s, const char *url);

/* What include and exclude see: behind the start's folder, else the path.  Borrowed from `url`. */
const char *xs_scope_path(const xs_scope *s, const char *url);

#endif
