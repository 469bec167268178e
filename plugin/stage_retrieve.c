/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_retrieve.c - the stage that asks the index: candidates by words and by meaning, in the order of both.
 *
 * The best passage of each page comes first, page by page; what else was found of these pages
 * follows.  So the first candidates, which the model scores, are of different pages. */
#include <stdlib.h>

#include "base/memory.h"
#include "conf/conf.h"
#include "index/query.h"
#include "index/question/query_parse.h"
#include "plugin/paging_token.h"
#include "plugin/query.h"
#include "plugin/question_vector.h"
#include "plugin/registry.h"
#include "plugin/setting.h"

typedef struct retrieve_state {
	int depth, results, sub_results;
	bool spelling;
	xs_question_vector *meaning; /* NULL: switched off */
} retrieve_state;

static void retrieve_close(void *state)
{
	retrieve_state *s = state;

	xs_question_vector_free(s->meaning);
	free(s);
}

static int retrieve_open(void **state, const xs_host *host)
{
	retrieve_state *s = xs_calloc(1, sizeof *s);
	int rc;

	if ((rc = xs_setting_int(&s->depth, host, "rerank.depth")) ||
	    (rc = xs_setting_int(&s->results, host, "search.results")) ||
	    (rc = xs_setting_int(&s->sub_results, host, "search.sub_results")) ||
	    (rc = xs_setting_bool(&s->spelling, host, "search.spelling")) ||
	    (rc = xs_question_vector_new(&s->meaning, host))) {
		retrieve_close(s);
		return rc;
	}
	s->depth = xs_conf_depth(s->depth);
	*state = s;
	return XS_OK;
}

/* Strings are borrowed: the search put them in the query's arena. */
static void retrieve_candidate(xs_candidate *c, const xs_hit *h, size_t rank, bool mixed)
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
		.versions = h->versions,
		.date = h->date,
		.ids = h->ids,
		.n_ids = h->n_ids,
		.vocabulary = h->vocabulary,
		.bm25 = h->bm25,
		.near = h->near,
		.cosine = h->cosine,
		.by_words = h->by_words,
		.by_meaning = h->by_meaning,
		.mixed = mixed,
		.both = mixed ? h->score : 0,
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
		retrieve_candidate(&all[n], &found->hits[i], i, found->meaning == XS_MEANING_DONE);
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

/* The cosine of the nearest page; -1: none has one. */
static float retrieve_nearest(const xs_search_result *found)
{
	float nearest = -1;

	for (size_t i = 0; i < found->n_pages; i++)
		if (found->hits[i].near && found->hits[i].cosine > nearest)
			nearest = found->hits[i].cosine;
	return nearest;
}

/* No page has the words: what the question probably meant is searched for, and told.  A word that just is
 * not used here ("reimbursement" where pages say refund) may be corrected to another that is.  Then the
 * question as it is comes nearer to some page than the corrected one does: a word that is misspelt means
 * little to the embedder. */
static int retrieve_corrected(xs_search_result *found, const retrieve_state *s, const xs_host *host,
			      xs_query *q, xs_search_request *request)
{
	const xs_meaning *meaning = request->meaning, *own = NULL;
	double share = q->meaning_share;
	xs_search_result other;
	xs_meaning always;
	xs_parsed parsed;
	int rc = xs_query_parse(&parsed, xs_query_arena(q), found->corrected, NULL);

	if (rc != XS_OK)
		return rc;
	request->text = found->corrected;
	if (meaning)
		own = xs_question_vector_get(s->meaning, host, q, parsed.plain);
	request->meaning = own;
	if (own) { /* there is nothing to compare but cosines */
		always = *own;
		always.last = false;
		request->meaning = &always;
	}
	rc = xs_index_search(&other, xs_query_arena(q), xs_query_index(q), request);
	request->meaning = own;
	/* No better than before: the answer stays, and the other spelling is offered. */
	if (rc != XS_OK || !other.n || other.meaning_alone ||
	    (found->meaning_alone && retrieve_nearest(found) > retrieve_nearest(&other))) {
		request->meaning = meaning;
		q->meaning_share = share;
		return rc;
	}
	if (own && own->last) {
		rc = xs_index_search(&other, xs_query_arena(q), xs_query_index(q), request);
		if (rc != XS_OK)
			return rc;
	}
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
		.languages = q->languages,
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
	/* A pipeline may do without the stage that reads it. */
	request.meaning =
		xs_question_vector_get(s->meaning, host, q, q->question ? q->question : q->text);
	rc = xs_index_search(&found, xs_query_arena(q), xs_query_index(q), &request);
	if (rc == XS_OK && (!found.n || found.meaning_alone) && found.corrected)
		rc = retrieve_corrected(&found, s, host, q, &request);
	if (rc == XS_OK) {
		retrieve_take(q, host, &found);
		if (request.meaning)
			xs_question_vector_tell(s->meaning, host, q, &found);
		q->n_unread = found.found - found.n_pages;
	}
	return rc;
}

xs_embedding_model *xs_embedding_model_of_stage(void *state)
{
	retrieve_state *s = state;

	return xs_question_vector_model(s->meaning);
}

const xs_stage xs_stage_retrieve = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "retrieve",
	.summary = "finds candidates by words and by meaning",
	.open = retrieve_open,
	.close = retrieve_close,
	.run = retrieve_run,
	.gives = XS_CANDIDATES,
};
