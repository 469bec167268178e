/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_crawl.c - pages of a crawl as items of a source. */
#define _GNU_SOURCE
#include <string.h>
#include <xxhash.h>

#include "crawl/url.h"
#include "index/pages/source.h"

/* Types that servers give to what they do not know, so that a name says more. */
static bool source_vague(const char *type)
{
	return !*type || !strcmp(type, "text/plain") || !strcmp(type, "application/octet-stream") ||
	       !strcmp(type, "binary/octet-stream");
}

/* The kind of what a server calls `type`; NULL: none that is read.  `path` of its URL, without query. */
static const xs_kind *source_fetched_kind(const char *type, const char *path)
{
	bool known;
	const xs_kind *kind = NULL;

	if (!strcmp(type, "text/markdown") || !strcmp(type, "text/x-markdown"))
		kind = xs_kind_named("markdown");
	else if (source_vague(type))
		kind = xs_kind_extension(&known, path);
	if (!kind && *type)
		kind = xs_kind_mime(type);
	else if (!kind && !known)
		/* Without a type and an extension it is what a browser is most likely to show. */
		kind = xs_kind_named("html");
	/* A file of many pages is none that has an address of its own. */
	return kind && !kind->list ? kind : NULL;
}

static const char *source_url_path(xs_arena *a, const char *url)
{
	const char *path = xs_url_path(url);

	return xs_arena_dupn(a, path, strcspn(path, "?"));
}

bool xs_source_wants(void *user, const char *type, const char *url)
{
	xs_arena *a = xs_arena_new();
	bool wants = source_fetched_kind(type, source_url_path(a, url)) != NULL;

	(void)user;
	xs_arena_free(a);
	return wants;
}

static void source_fetched(xs_source_item *item, xs_arena *a, const xs_crawl_page *page,
			   xs_crawl *crawl)
{
	*item = (xs_source_item){
		.key = page->url,
		.path = page->url,
		.rel = page->path,
		.kind = source_fetched_kind(page->type, source_url_path(a, page->url)),
		.crawl = crawl,
		.charset = *page->charset ? page->charset : NULL,
		.noindex = page->noindex,
		.offset = page->id,
		.size = page->size,
		.mtime_ns = page->changed * 1000000000,
		/* What headers say is part of the page, though not of its bytes. */
		.hash = {page->hash[0] ^ (uint64_t)page->noindex,
			 page->hash[1] ^ XXH3_64bits(page->charset, strlen(page->charset))},
		.hashed = true,
		.rc = page->error && !page->kept ? XS_EIO : XS_OK,
		.error = page->error,
	};
}

int xs_source_crawl(xs_source_item **items, size_t *n, xs_crawl **crawl, xs_crawl_summary *summary,
		    xs_arena *a, const xs_source *s, const char *kept, xs_crawl_watch *watch,
		    void *user, const xs_deadline *stop)
{
	const xs_kind *want =
		s->type && *s->type && strcmp(s->type, "auto") != 0 ? xs_kind_named(s->type) : NULL;
	xs_crawl_page *pages;
	size_t all = 0, i;
	int rc = xs_crawl_open(crawl, kept, s->crawl);

	*n = 0;
	if (rc == XS_OK)
		rc = xs_crawl_run(summary, *crawl, watch, user, stop);
	if (rc == XS_OK)
		rc = xs_crawl_list(&pages, &all, a, *crawl, summary);
	*items = xs_arena_array(a, all + 1, sizeof **items);
	for (i = 0; i < all; i++) {
		source_fetched(&(*items)[*n], a, &pages[i], *crawl);
		/* A kind that was read by another release may be none that is read now. */
		if ((*items)[*n].rc < 0 ||
		    ((*items)[*n].kind && (!want || want == (*items)[*n].kind)))
			++*n;
	}
	return rc;
}
