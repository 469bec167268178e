/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_retrieve.c - the stage that asks the index: candidates in the order of BM25.
 *
 * The best passage of each page comes first, page by page; what else was found of these pages
 * follows.  So the first candidates, which the model scores, are of different pages. */
#include <stdlib.h>

#include "base/memory.h"
#include "index/query.h"
#include "plugin/paging_token.h"
#include "plugin/query.h"
#include "plugin/registry.h"
#include "plugin/setting.h"

typedef struct retrieve_state {
	int depth, results, sub_results;
	bool spelling;
} retrieve_state;

static int retrieve_open(void **state, const xs_host *host)
{
	retrieve_state *s = xs_calloc(1, sizeof *s);
	int rc;

	if ((rc = xs_setting_int(&s->depth, host, "rerank.depth")) ||
	    (rc = xs_setting_int(&s->results, host, "search.results")) ||
	    (rc = xs_setting_int(&s->sub_results, host, "search.sub_results")) ||
	    (rc = xs_setting_bool(&s->spelling, host, "search.spelling")))
		free(s);
	else
		*state = s;
	return rc;
}

/* Strings are borrowed: the search put them in the query's arena. */
static void retrieve_candidate(xs_candidate *c, const xs_hit *h, size_t rank)
{
	*c = (xs_candidate){
		.passage = h->docid,
		.page = h->page,
		.url = h->url,
		.anchor = h->anchor,
		.title = h->title,
		.heading = h->heading,
		.text = h->text,
		.path = h->path,
		.type = h->type,
		.language = h->language,
		.meta = h->meta,
		.date = h->date,
		.ids = h->ids,
		.n_ids = h->n_ids,
		.vocabulary = h->vocabulary,
		.bm25 = h->bm25,
		.rank_before = (uint32_t)rank,
		.exact = h->exact,
		.exact_page = h->exact_page,
		.score = h->score,
	};
}

/* Whether a page was shown before. */
static bool retrieve_seen(const xs_query *q, uint64_t page)
{
	uint32_t number = xs_paging_token_page(page);

	for (size_t i = 0; i < q->n_seen; i++)
		if (q->seen[i] == number)
			return true;
	return false;
}

static void retrieve_take(xs_query *q, const xs_host *host, const xs_search_result *found)
{
	xs_candidate *all = host->alloc(q, (found->n + 1) * sizeof *all);
	size_t i, n = 0;

	q->candidates = host->alloc(q, (found->n + 1) * sizeof(xs_candidate *));
	for (i = 0; i < found->n; i++) {
		if (retrieve_seen(q, found->hits[i].page))
			continue;
		retrieve_candidate(&all[n], &found->hits[i], i);
		q->candidates[n] = &all[n];
		n++;
	}
	q->n_candidates = n;
	q->total = found->passages;
	q->corrected = found->corrected;
	/* Read with the index at hand, the words are known better than to the stage before. */
	if (*found->plain)
		q->question = found->plain;
	q->terms = found->terms;
	q->n_terms = found->n_terms;
	for (i = 0; i < found->n_warnings; i++)
		host->warn(q, "%s", found->warnings[i]);
}

/* Nothing was found: what the question probably meant is searched for, and told. */
static int retrieve_corrected(xs_search_result *found, xs_query *q, xs_search_request *request)
{
	xs_search_result other;
	int rc;

	request->text = found->corrected;
	rc = xs_index_search(&other, xs_query_arena(q), xs_query_index(q), request);
	/* No better than before: the empty answer stays, and the other spelling is offered. */
	if (rc != XS_OK || !other.n)
		return rc;
	other.corrected = found->corrected;
	*found = other;
	q->corrected_shown = true;
	return XS_OK;
}

static int retrieve_run(void *state, const xs_host *host, xs_query *q)
{
	const retrieve_state *s = state;
	size_t want = q->offset + (q->n ? q->n : (size_t)s->results);
	xs_search_request request = {
		.text = q->text,
		.filters = q->filters,
		.n_filters = q->n_filters,
		/* Pages that were shown before are found again and left out: so many more are
		 * needed. */
		.depth = (want > (size_t)s->depth ? want : (size_t)s->depth) + q->n_seen,
		.sub = (size_t)s->sub_results,
		.spelling = s->spelling,
		.reticent = q->no_spelling,
		.newest = q->newest,
	};
	xs_search_result found;
	int rc;

	/* By date, the model has nothing to say: its scores would not change the order. */
	q->no_rerank = q->no_rerank || q->newest;
	if (q->no_rerank &&
	    !xs_query_foreign(q)) { /* the index's order stays: what is not shown is not read */
		request.read = want + q->n_seen;
		request.no_ids = true;
	}
	/* A query may be run without one, for stages that need none. */
	if (!xs_query_index(q))
		return host->fail(XS_EINPUT, "there is no index to search");
	rc = xs_index_search(&found, xs_query_arena(q), xs_query_index(q), &request);
	if (rc == XS_OK && !found.n && found.corrected)
		rc = retrieve_corrected(&found, q, &request);
	if (rc == XS_OK) {
		retrieve_take(q, host, &found);
		q->n_unread = found.found - found.n_pages;
	}
	return rc;
}

const xs_stage xs_stage_retrieve = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "retrieve",
	.summary = "finds candidates by BM25",
	.open = retrieve_open,
	.close = free,
	.run = retrieve_run,
	.gives = XS_CANDIDATES,
};
