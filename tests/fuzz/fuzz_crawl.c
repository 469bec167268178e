/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_crawl.c - any bytes as what servers send to a crawler: the first says which.  Links and addresses must be in
 * normal form, which means that they stay as they are when they are read again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crawl/links.h"
#include "crawl/robots.h"
#include "crawl/sitemap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Aborts unless a URL is the same when it is read again. */
static void crawl_normal(xs_arena *a, const char *url)
{
	const char *again;

	if (xs_url_resolve(&again, a, NULL, url, NULL) != XS_OK || strcmp(url, again) != 0)
		abort();
	xs_url_shape(a, url);
	xs_url_host(a, url);
	xs_url_repeats(url);
}

static void crawl_see(void *user, const xs_sitemap_entry *entry)
{
	const char *url;

	if (xs_url_resolve(&url, user, NULL, entry->url, NULL) == XS_OK)
		crawl_normal(user, url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	xs_arena *a = xs_arena_new();
	const char *text = xs_arena_dupn(a, (const char *)data, len);
	xs_links links = {0};
	xs_robots robots;

	if (!len) {
		xs_arena_free(a);
		return 0;
	}
	switch (*text) {
	case 'r':
		xs_robots_parse(&robots, a, text + 1, len - 1, "xapian-search");
		xs_robots_allows(&robots, "/a/b?c=d*$%41");
		break;
	case 's': xs_sitemap_read(text + 1, len - 1, crawl_see, a); break;
	case 'x': xs_links_robots(&links, text + 1, "xapian-search"); break;
	case 'l': xs_links_canonical(a, text + 1); break;
	default:
		xs_links_read(&links, a, "http://a.example/b/c", text, len, NULL, "xapian-search");
		for (size_t i = 0; i < links.n; i++)
			crawl_normal(a, links.urls[i]);
	}
	xs_links_fini(&links);
	xs_arena_free(a);
	return 0;
}
