/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.c - GET /search: results as JSON. */
#include "plugin/answer.h"
#include "plugin/pipeline.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

static int search_read(xs_query *q, xs_call *c)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const char *text = xs_call_param(c, "q");
	long n, page;
	bool rerank;
	int rc;

	if ((rc = xs_call_number(&n, c, "n", conf->search.results, 1, conf->search.max_results)) ||
	    (rc = xs_call_number(&page, c, "page", 1, 1, 1000000)) ||
	    (rc = xs_call_switch(&rerank, c, "rerank", true)))
		return rc;
	if (!text)
		return xs_fail(XS_EINPUT, "q: the question is missing");
	xs_call_query(c, q);
	q->text = text;
	q->n = (size_t)n;
	q->offset = (size_t)n * (size_t)(page - 1);
	q->no_rerank = q->no_rerank || !rerank;
	return XS_OK;
}

int xs_search_run(xs_call *c)
{
	xs_query *q = xs_query_new();
	int64_t begin = xs_clock_ns();
	int rc = search_read(q, c);

	if (!rc)
		rc = xs_call_search(c, q);
	if (!rc)
		rc = xs_reply_json(c, 200, xs_answer_json(q, xs_clock_ms(begin)));
	xs_query_free(q);
	return rc;
}
