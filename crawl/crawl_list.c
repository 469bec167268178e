/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crawl_list.c - the pages of a site as its last run left them. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "crawl/crawl_private.h"

/* Canonical addresses that lead to canonical addresses. */
enum { LIST_HOPS = 10 };

static int list_compare(const void *x, const void *y)
{
	const xs_visit *a = x, *b = y;

	return strcmp(a->url, b->url);
}

static const xs_visit *list_find(const xs_visit *list, size_t n, const char *url)
{
	const xs_visit key = {.url = url};

	return n ? bsearch(&key, list, n, sizeof *list, list_compare) : NULL;
}

/* Whether another page is shown for this one: the one that it names, if that is there.  Of pages that name each
 * other in a ring the first by its address stays. */
static bool list_is_other(const xs_visit *list, size_t n, const xs_visit *v)
{
	const xs_visit *at = v, *first = v;

	for (int i = 0; i < LIST_HOPS && *at->target; i++) {
		at = list_find(list, n, at->target);
		/* One that is not there, or has no page, stands for nothing. */
		if (!at || !at->kept || at->noindex)
			return i > 0;
		if (at == v)
			return first != v;
		if (strcmp(at->url, first->url) < 0)
			first = at;
	}
	return at != v;
}

int xs_crawl_list(xs_crawl_page **out, size_t *n, xs_arena *a, xs_crawl *c,
		  xs_crawl_summary *summary)
{
	xs_visit *list;
	size_t all = 0, i;
	int rc = xs_frontier_list(&list, &all, a, c->frontier);

	*n = 0;
	*out = xs_arena_array(a, all + 1, sizeof **out);
	for (i = 0; rc == XS_OK && i < all; i++) {
		const xs_visit *v = &list[i];

		if (v->kept && list_is_other(list, all, v)) {
			summary->canonical++;
			continue;
		}
		if (!xs_scope_listed(&c->scope, v->url))
			continue;
		(*out)[(*n)++] = (xs_crawl_page){
			.id = v->id,
			.url = v->url,
			.path = xs_scope_path(&c->scope, v->url),
			.type = v->type,
			.charset = v->charset,
			.size = v->size,
			.changed = v->changed,
			.hash = {v->hash[0], v->hash[1]},
			.noindex = v->noindex,
			.kept = v->kept,
			.error = v->state == XS_VISIT_FAILED
					 ? xs_arena_printf(a, "%s: %s", v->url, v->reason)
					 : NULL,
		};
	}
	return rc;
}

void xs_crawl_summary_add(xs_crawl_summary *to, const xs_crawl_summary *more)
{
	to->requests += more->requests;
	to->fetched += more->fetched;
	to->same += more->same;
	to->not_modified += more->not_modified;
	to->redirects += more->redirects;
	to->gone += more->gone;
	to->failed += more->failed;
	to->dropped += more->dropped;
	to->robots += more->robots;
	to->others += more->others;
	to->canonical += more->canonical;
	to->tries += more->tries;
	to->bounded += more->bounded;
	to->bytes += more->bytes;
	to->ms += more->ms;
	to->resumed |= more->resumed;
}
