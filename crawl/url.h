/* SPDX-License-Identifier: GPL-2.0-or-later */
/* url.h - addresses of the web in one form, so that two ways to write one are one.
 *
 * libcurl takes them apart.  Knows nothing of what is at an address.  Any number of threads. */
#ifndef XS_CRAWL_URL_H
#define XS_CRAWL_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* Bytes; a longer one is none that a person made. */
enum { XS_URL_MAX = 2000 };

/* What is done with the query of a URL.  Borrowed. */
typedef struct xs_url_rules {
	const char *const
		*drop; /* fnmatch(3) patterns of parameters that mean nothing, in either case
				  * ("utm_*"); also of those behind ";" in a path.  Ends with NULL;
				  * NULL: none */
	bool sort;     /* parameters by name, those of one name in their order */
} xs_url_rules;

/* Makes `text`, as it stands in a page of address `base` (NULL: it is whole), a whole URL in normal form
 * (RFC 3986, 6.2.2 and 6.2.3): scheme and host in lower case, names of other scripts as Punycode, no
 * default port, no dot segments, "/" for an empty path, %XX only where needed and in upper case, no
 * fragment, no empty query.  In `a`.
 * XS_EINPUT (no sentence): it is no URL of http or https, has a user in it, or is too long. */
int xs_url_resolve(const char **out, xs_arena *a, const char *base, const char *text,
		   const xs_url_rules *rules);

/* Of a URL in normal form: "host:port", with the port always; "scheme://host:port"; where its path begins
 * (borrowed).  Strings in `a`. */
const char *xs_url_host(xs_arena *a, const char *url);
const char *xs_url_origin(xs_arena *a, const char *url);
const char *xs_url_path(const char *url);

/* A part of a URL in normal form: %XX in upper case, of what needs none the character itself, of what needs one its
 * code.  In `a`. */
char *xs_url_escape(xs_arena *a, const char *text, size_t len);

/* The form that endless pages share, such as those of a calendar: digits of the path as one "0", of the
 * query the names alone.  In `a`. */
const char *xs_url_shape(xs_arena *a, const char *url);

/* Whether the path repeats one of its parts more than three times: links that are relative by mistake make
 * such without end. */
bool xs_url_repeats(const char *url);

#endif
