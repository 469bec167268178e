/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.c - searches and their kin, repeated once when the index changed meanwhile. */
#include "index/query.h"

#include <string.h>

#include "index/handle.h"

enum { QUERY_TRIES = 2 };

/* A question of one kind; `request` and `out` are of that kind. */
typedef int query_ask(void *out, xs_arena *a, xs_xap *x, const xs_xap_options *o,
		      const void *request);

/* Asks, and once more when the index changed meanwhile.  `out` of `size` bytes is zero unless it went
 * well. */
static int query_repeat(void *out, size_t size, xs_arena *a, xs_index *ix, query_ask *ask,
			const void *request)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		xs_xap *xap;

		memset(out, 0, size);
		rc = xs_handle_fresh(&xap, ix);
		if (rc == XS_OK)
			rc = ask(out, a, xap, &ix->xap_options, request);
	}
	if (rc < 0)
		memset(out, 0, size);
	return rc;
}

static int query_search(void *out, xs_arena *a, xs_xap *x, const xs_xap_options *o,
			const void *request)
{
	return xs_xap_search(out, a, x, o, request);
}

static int query_facets(void *out, xs_arena *a, xs_xap *x, const xs_xap_options *o,
			const void *request)
{
	return xs_xap_facets(out, a, x, o, request);
}

static int query_suggest(void *out, xs_arena *a, xs_xap *x, const xs_xap_options *o,
			 const void *request)
{
	return xs_xap_suggest(out, a, x, o, request);
}

static int query_similar(void *out, xs_arena *a, xs_xap *x, const xs_xap_options *o,
			 const void *request)
{
	return xs_xap_similar(out, a, x, o, request);
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
