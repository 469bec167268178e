/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sitemap.h - the addresses that a sitemap lists (sitemaps.org/protocol.html): XML or lines of text, also
 * packed by gzip, and indexes of sitemaps.
 *
 * libxml2 reads it; entities are not followed.  Any number of threads. */
#ifndef XS_CRAWL_SITEMAP_H
#define XS_CRAWL_SITEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What the protocol allows of one file. */
enum { XS_SITEMAP_MAX = 50 << 20, XS_SITEMAP_URLS = 50000 };

typedef struct xs_sitemap_entry {
	const char *url; /* as written; borrowed for the call */
	int64_t changed; /* <lastmod>, seconds since 1970; 0: none that can be read */
	bool index;	 /* it is another sitemap */
} xs_sitemap_entry;

typedef void xs_sitemap_see(void *user, const xs_sitemap_entry *entry);

/* Calls `see` for each entry, in order.  What stands before a damage counts.
 * XS_EFORMAT: it is no sitemap, damaged, or larger than the protocol allows, also when unpacked. */
int xs_sitemap_read(const char *bytes, size_t len, xs_sitemap_see *see, void *user);

/* A date of W3C's form, "2024-05-31" or with "T10:00:00+02:00" behind it, in seconds since 1970; 0: it
 * is none. */
int64_t xs_sitemap_date(const char *text);

#endif
