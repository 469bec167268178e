/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.c - searches and their kin, repeated once when the index changed meanwhile. */
#include "index/query.h"

#include <string.h>

#include "index/handle.h"

enum { QUERY_TRIES = 2 };

/* A question of one kind; `request` and `out` are of that kind. */
typedef int query_ask(xs_xap *x, const xs_xap_options *o, const void *request, xs_arena *a,
		      void *out);

/* Asks, and once more when the index changed meanwhile.  `out` of `size` bytes is zero unless it went
 * well. */
static int query_repeat(xs_index *ix, query_ask *ask, const void *request, xs_arena *a, void *out,
			size_t size)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		xs_xap *xap;

		memset(out, 0, size);
		rc = xs_handle_fresh(&xap, ix);
		if (rc == XS_OK)
			rc = ask(xap, &ix->xap_options, request, a, out);
	}
	if (rc < 0)
		memset(out, 0, size);
	return rc;
}

static int query_search(xs_xap *x, const xs_xap_options *o, const void *request, xs_arena *a,
			void *out)
{
	return xs_xap_search(x, o, request, a, out);
}

static int query_facets(xs_xap *x, const xs_xap_options *o, const void *request, xs_arena *a,
			void *out)
{
	return xs_xap_facets(x, o, request, a, out);
}

static int query_suggest(xs_xap *x, const xs_xap_options *o, const void *request, xs_arena *a,
			 void *out)
{
	return xs_xap_suggest(x, o, request, a, out);
}

static int query_similar(xs_xap *x, const xs_xap_options *o, const void *request, xs_arena *a,
			 void *out)
{
	return xs_xap_similar(x, o, request, a, out);
}

int xs_index_search(xs_index *ix, const xs_search_request *request, xs_arena *a,
		    xs_search_result *out)
{
	return query_repeat(ix, query_search, request, a, out, sizeof(*out));
}

int xs_index_facets(xs_index *ix, const xs_facet_request *request, xs_arena *a, xs_facets *out)
{
	return query_repeat(ix, query_facets, request, a, out, sizeof(*out));
}

int xs_index_suggest(xs_index *ix, const xs_suggest_request *request, xs_arena *a,
		     xs_suggestions *out)
{
	return query_repeat(ix, query_suggest, request, a, out, sizeof(*out));
}

int xs_index_similar(xs_index *ix, const xs_similar_request *request, xs_arena *a,
		     xs_search_result *out)
{
	return query_repeat(ix, query_similar, request, a, out, sizeof(*out));
}
