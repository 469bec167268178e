/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.c - searches and their kin, repeated once when the index changed meanwhile. */
#include "index/query.h"

#include <string.h>

#include "index/handle.h"
#include "index/meaning.h"

/* Twice: a writer that commits faster than a search runs would never let it end. */
enum { QUERY_TRIES = 2 };

/* A question of one kind; `request` and `out` are of that kind. */
typedef int query_ask(void *out, xs_arena *a, xs_index *ix, const void *request);

/* Asks, and once more when the index changed meanwhile.  `out` of `size` bytes is zero unless it went
 * well. */
static int query_repeat(void *out, size_t size, xs_arena *a, xs_index *ix, query_ask *ask,
			const void *request)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		memset(out, 0, size);
		rc = xs_handle_fresh(&(xs_xap *){NULL}, ix);
		if (rc == XS_OK)
			rc = ask(out, a, ix, request);
	}
	/* The first try may have left something. */
	if (rc < 0)
		memset(out, 0, size);
	return rc;
}

/* By words alone, where the index has no vectors to compare a meaning with. */
static int query_search(void *out, xs_arena *a, xs_index *ix, const void *asked)
{
	xs_search_result *result = out;
	xs_search_request request = *(const xs_search_request *)asked;
	xs_meaning_state state = XS_MEANING_OFF;
	int rc;

	if (request.meaning && !request.newest)
		state = xs_meaning_match(ix, request.meaning);
	if (state != XS_MEANING_DONE)
		request.meaning = NULL;
	rc = xs_xap_search(result, a, ix->xap, &ix->xap_options, &request);
	if (rc == XS_OK && state != XS_MEANING_DONE)
		result->meaning = state;
	if (state == XS_MEANING_DAMAGED)
		result->meaning_error = xs_arena_dup(a, ix->meaning.error);
	return rc;
}

bool xs_index_has_versions(xs_index *ix)
{
	xs_xap *x;

	return xs_handle_fresh(&x, ix) == XS_OK && xs_xap_has_versions(x);
}

static int query_facets(void *out, xs_arena *a, xs_index *ix, const void *request)
{
	return xs_xap_facets(out, a, ix->xap, &ix->xap_options, request);
}

static int query_suggest(void *out, xs_arena *a, xs_index *ix, const void *request)
{
	return xs_xap_suggest(out, a, ix->xap, &ix->xap_options, request);
}

static int query_similar(void *out, xs_arena *a, xs_index *ix, const void *request)
{
	xs_meaning_follow(ix);
	return xs_xap_similar(out, a, ix->xap, &ix->xap_options, request);
}

int xs_index_search(xs_search_result *out, xs_arena *a, xs_index *ix,
		    const xs_search_request *request)
{
	return query_repeat(out, sizeof *out, a, ix, query_search, request);
}

int xs_index_facets(xs_facets *out, xs_arena *a, xs_index *ix, const xs_facet_request *request)
{
	return query_repeat(out, sizeof *out, a, ix, query_facets, request);
}

int xs_index_suggest(xs_suggestions *out, xs_arena *a, xs_index *ix,
		     const xs_suggest_request *request)
{
	return query_repeat(out, sizeof *out, a, ix, query_suggest, request);
}

int xs_index_similar(xs_search_result *out, xs_arena *a, xs_index *ix,
		     const xs_similar_request *request)
{
	return query_repeat(out, sizeof *out, a, ix, query_similar, request);
}
