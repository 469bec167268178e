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

/* The kind that the setting says; NULL: it is auto. */
static const xs_kind *source_set(const xs_source *s)
{
	return s->type ? xs_kind_named(s->type) : NULL;
}

/* The kind of what a server calls `type`, and its filter; NULL: none that is read.  `path` of its URL, without
 * query. */
static const xs_kind *source_fetched_kind(const xs_filter **filter, const xs_source *s,
					  const char *type, const char *path)
{
	bool known;
	const xs_kind *kind = NULL, *set = source_set(s);

	*filter = set ? NULL : xs_source_filter_named(s, path);
	if (!set && !*filter)
		*filter = xs_source_filter_typed(s, type);
	if (*filter)
		return xs_kind_named((*filter)->output);
	/* Hosts of source code show a file as HTML under its name, too. */
	if (set && set->asked && xs_kind_has(set, path) &&
	    xs_kind_mime(type) != xs_kind_named("html"))
		return set;
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

/* Whether a page of this type ("" for none) at this URL is of a kind that is read. */
static bool source_wants(const void *user, const char *type, const char *url)
{
	xs_arena *a = xs_arena_new();
	const xs_filter *filter;
	bool wants = source_fetched_kind(&filter, user, type, source_url_path(a, url)) != NULL;

	xs_arena_free(a);
	return wants;
}

static void source_fetched(xs_source_item *item, xs_arena *a, const xs_source *s,
			   const xs_crawl_page *page, xs_crawl *crawl)
{
	const char *path = source_url_path(a, page->url);
	const xs_filter *filter;
	const xs_kind *kind = source_fetched_kind(&filter, s, page->type, path);

	*item = (xs_source_item){
		.key = page->url,
		.path = page->url,
		.rel = page->path,
		.kind = kind,
		.filter = filter,
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
	const xs_kind *want = source_set(s);
	xs_crawl_settings *set = xs_arena_alloc(a, sizeof *set); /* until the crawl is closed */
	xs_crawl_page *pages;
	size_t all = 0, i;
	int rc;

	*n = 0;
	*set = *s->crawl;
	set->wants = source_wants;
	set->wants_user = s;
	rc = xs_crawl_open(crawl, kept, set);
	if (rc == XS_OK)
		rc = xs_crawl_run(summary, *crawl, watch, user, stop);
	if (rc == XS_OK)
		rc = xs_crawl_list(&pages, &all, a, *crawl, summary);
	*items = xs_arena_array(a, all + 1, sizeof **items);
	for (i = 0; i < all; i++) {
		source_fetched(&(*items)[*n], a, s, &pages[i], *crawl);
		/* A kind that was read by another release may be none that is read now. */
		if ((*items)[*n].rc < 0 ||
		    ((*items)[*n].kind && (!want || want == (*items)[*n].kind)))
			++*n;
	}
	return rc;
}
