/* SPDX-License-Identifier: GPL-2.0-or-later */
/* similar.c - GET /similar: pages like that of a URL. */
#include "plugin/extras.h"
#include "plugin/json.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

enum { SIMILAR_N = 5, SIMILAR_MOST = 50 };

int xs_similar_run(xs_call *c)
{
	const char *url = xs_call_param(c, "url");
	xs_similar_request request = {.url = url};
	xs_search_result found;
	xs_index *ix;
	long n;
	int rc = xs_call_number(&n, c, "n", SIMILAR_N, 1, SIMILAR_MOST);

	if (rc == XS_OK && (!url || !*url))
		rc = xs_fail(XS_EINPUT, "url: the address of a page is missing");
	if (rc != XS_OK)
		return rc;
	request.n = (size_t)n;
	request.filters = xs_call_filters(&request.n_filters, c);
	rc = xs_site_take(&ix, c->site);
	if (rc != XS_OK)
		return rc;
	rc = xs_index_similar(&found, c->arena, ix, &request);
	xs_site_give(c->site, ix, rc);
	/* Also where the key's conditions hide the page: that it exists is not told. */
	if (rc == XS_ENOTFOUND)
		return xs_reply_error(c, 404, "the index has no page %.500s", url);
	if (rc != XS_OK)
		return rc;
	return xs_reply_json(c, 200,
			     json_pack("{s:o, s:s, s:o}", "url", xs_json_text(url), "by",
				       xs_extras_similar_by(&found), "similar",
				       xs_extras_pages(&found)));
}
