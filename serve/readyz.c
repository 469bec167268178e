/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readyz.c - GET /readyz: the model is loaded, the index is open. */
#include "plugin/scorer.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

static int readyz_model(xs_call *c)
{
	const xs_scoring *use;
	double ms;

	if (!xs_site_conf(c->site)->rerank.enabled)
		return XS_OK;
	return xs_scorer_get(&use, xs_site_scorer(c->site), &ms);
}

int xs_readyz_run(xs_call *c)
{
	xs_index *ix;
	int rc = readyz_model(c);

	if (rc != XS_OK)
		return xs_reply_later(c, 503, 5, xs_error());
	rc = xs_site_take(&ix, c->site);
	if (rc != XS_OK)
		return xs_reply_later(c, 503, 5, xs_error());
	xs_site_give(c->site, ix, rc);
	return xs_reply_json(c, 200, json_pack("{s:s}", "status", "ready"));
}
