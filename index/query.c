/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.c - a search, repeated once when the index changed meanwhile. */
#include "index/query.h"

#include "index/handle.h"

enum { QUERY_TRIES = 2 };

int xs_index_search(xs_index *ix, const xs_search_request *request, xs_arena *a,
		    xs_search_result *out)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		xs_xap *xap;

		*out = (xs_search_result){0};
		rc = xs_handle_fresh(&xap, ix);
		if (rc == XS_OK)
			rc = xs_xap_search(xap, &ix->xap_options, request, a, out);
	}
	if (rc < 0)
		*out = (xs_search_result){0};
	return rc;
}

int xs_index_facets(xs_index *ix, const xs_facet_request *request, xs_arena *a, xs_facets *out)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		xs_xap *xap;

		*out = (xs_facets){0};
		rc = xs_handle_fresh(&xap, ix);
		if (rc == XS_OK)
			rc = xs_xap_facets(xap, &ix->xap_options, request, a, out);
	}
	if (rc < 0)
		*out = (xs_facets){0};
	return rc;
}

int xs_index_suggest(xs_index *ix, const xs_suggest_request *request, xs_arena *a,
		     xs_suggestions *out)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		xs_xap *xap;

		*out = (xs_suggestions){0};
		rc = xs_handle_fresh(&xap, ix);
		if (rc == XS_OK)
			rc = xs_xap_suggest(xap, &ix->xap_options, request, a, out);
	}
	if (rc < 0)
		*out = (xs_suggestions){0};
	return rc;
}

int xs_index_similar(xs_index *ix, const xs_similar_request *request, xs_arena *a,
		     xs_search_result *out)
{
	int tries, rc = XS_ESTALE;

	for (tries = 0; tries < QUERY_TRIES && rc == XS_ESTALE; tries++) {
		xs_xap *xap;

		*out = (xs_search_result){0};
		rc = xs_handle_fresh(&xap, ix);
		if (rc == XS_OK)
			rc = xs_xap_similar(xap, &ix->xap_options, request, a, out);
	}
	if (rc < 0)
		*out = (xs_search_result){0};
	return rc;
}
