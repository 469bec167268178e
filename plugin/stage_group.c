/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_group.c - the stage that collapses passages of one page and cuts out what is shown. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conf/conf.h"
#include "index/query.h"
#include "plugin/paging_token.h"
#include "plugin/query.h"
#include "plugin/registry.h"
#include "plugin/setting.h"

typedef struct group_state {
	int results, max_results, sub_results, depth;
} group_state;

static int group_open(void **state, const xs_host *host)
{
	group_state *s = xs_calloc(1, sizeof *s);
	int rc = xs_setting_int(&s->results, host, "search.results");

	if (rc == XS_OK)
		rc = xs_setting_int(&s->max_results, host, "search.max_results");
	if (rc == XS_OK)
		rc = xs_setting_int(&s->sub_results, host, "search.sub_results");
	if (rc == XS_OK)
		rc = xs_setting_int(&s->depth, host, "rerank.depth");
	if (rc != XS_OK) {
		free(s);
		return rc;
	}
	s->depth = xs_conf_depth(s->depth);
	*state = s;
	return XS_OK;
}

/* A page's place among those seen, by open addressing; slots hold place + 1. */
static size_t group_place(size_t *slots, size_t n_slots, const xs_group *groups, uint64_t page)
{
	/* Fibonacci hashing: page numbers come in runs (Knuth, TAOCP 3, section 6.4). */
	size_t i = (size_t)((page * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % n_slots;

	while (slots[i] && groups[slots[i] - 1].best->page != page)
		i = (i + 1) % n_slots;
	return i;
}

/* Whether a result of the page links to that anchor already: windows of one long section. */
static bool group_links(const xs_group *g, const char *anchor)
{
	bool links = strcmp(g->best->anchor, anchor) == 0;

	for (size_t i = 0; i < g->n_sub && !links; i++)
		links = strcmp(g->sub[i]->anchor, anchor) == 0;
	return links;
}

/* Room for all sub-results is taken at the first one: most pages have none. */
static void group_add(xs_group *g, xs_candidate *c, const xs_host *host, xs_query *q, size_t limit)
{
	g->n_passages++;
	if (g->n_sub >= limit || group_links(g, c->anchor))
		return;
	if (!g->sub)
		g->sub = host->alloc(q, limit * sizeof *g->sub);
	g->sub[g->n_sub++] = c;
}

/* The place of a page in the order that was shown before; n: it has none. */
static size_t group_before(const uint32_t *order, size_t n, uint64_t page)
{
	uint32_t number = xs_paging_token_page(page);
	size_t i = 0;

	while (i < n && order[i] != number)
		i++;
	return i;
}

/* Candidates of pages that have a place in the order shown before come first, by it; the others follow as
 * they are, and so do several of one page. */
static void group_order(xs_query *q, const xs_host *host)
{
	size_t n_order, n = q->n_candidates, to = 0;
	const uint32_t *order = xs_query_order(&n_order, q);
	xs_candidate **sorted;
	size_t *places, *starts;

	if (!n_order)
		return;
	sorted = host->alloc(q, (n + 1) * sizeof *sorted);
	places = host->alloc(q, (n + 1) * sizeof *places);
	starts = host->alloc(q, (n_order + 2) * sizeof *starts);
	/* Sorted by counting, which keeps what is equal in its order. */
	for (size_t i = 0; i < n; i++) {
		places[i] = group_before(order, n_order, q->candidates[i]->page);
		starts[places[i]]++;
	}
	for (size_t i = 0; i <= n_order; i++) {
		size_t count = starts[i];

		starts[i] = to;
		to += count;
	}
	for (size_t i = 0; i < n; i++)
		sorted[starts[places[i]]++] = q->candidates[i];
	q->candidates = sorted;
}

/* Pages that match: as many as were found, where the search found fewer than it was to; else they are counted,
 * so that the number is the same on each page of results. */
static size_t group_total(const group_state *s, xs_query *q, size_t found, size_t want)
{
	static const char *const no_facets[] = {NULL};
	xs_facet_request request = {.text = xs_query_searched(q),
				    .filters = q->filters,
				    .n_filters = q->n_filters,
				    .names = no_facets};
	size_t depth = q->offset + want > (size_t)s->depth ? q->offset + want : (size_t)s->depth;
	xs_facets counted;

	/* A plugin's stage may have taken some away; those are not counted. */
	if (found < depth + q->n_seen || !xs_query_index(q) || xs_query_foreign(q))
		return found;
	request.added = xs_query_added(&request.n_added, q);
	/* Without the count the answer is still one. */
	if (xs_index_facets(&counted, xs_query_arena(q), xs_query_index(q), &request) != XS_OK)
		return found;
	return counted.exact && counted.pages > found ? (size_t)counted.pages : found;
}

static int group_run(void *state, const xs_host *host, xs_query *q)
{
	const group_state *s = state;
	/* Two slots for each page that there may be: many stay free, so that searches are short. */
	size_t want = q->n ? q->n : (size_t)s->results, n_slots = 2 * q->n_candidates + 1;
	xs_group *groups = host->alloc(q, (q->n_candidates + 1) * sizeof *groups);
	size_t *slots = host->alloc(q, n_slots * sizeof *slots);
	size_t n = 0;

	group_order(q, host);
	/* Cut and told, not refused: the first results are still what was asked for. */
	if (want > (size_t)s->max_results) {
		host->warn(q, "%zu results were asked for; search.max_results allows %d", want,
			   s->max_results);
		want = (size_t)s->max_results;
	}
	for (size_t i = 0; i < q->n_candidates; i++) {
		xs_candidate *c = q->candidates[i];
		size_t slot = group_place(slots, n_slots, groups, c->page);
		if (slots[slot]) {
			group_add(&groups[slots[slot] - 1], c, host, q, (size_t)s->sub_results);
		} else {
			groups[n] = (xs_group){.best = c, .n_passages = 1};
			slots[slot] = ++n;
		}
	}
	/* Pages shown before and pages not read count too. */
	q->n_pages = group_total(s, q, n + q->n_seen + q->n_unread, want);
	/* Not in the search: what stands further down depends on all that is above it. */
	q->groups = groups + (q->offset < n ? q->offset : n);
	q->n_groups = q->offset < n ? n - q->offset : 0;
	if (q->n_groups > want)
		q->n_groups = want;
	return XS_OK;
}

const xs_stage xs_stage_group = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "group",
	.summary = "collapses passages of one page",
	.open = group_open,
	.close = free,
	.run = group_run,
	.needs = XS_CANDIDATES,
	.gives = XS_GROUPS,
};
