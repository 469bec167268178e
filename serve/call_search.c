/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call_search.c - a call that searches: its query, and an answer that is new or was kept. */
#include "serve/call_search.h"

#include "index/query.h"
#include "plugin/pipeline.h"
#include "serve/keys.h"
#include "serve/metrics.h"
#include "serve/recent.h"
#include "serve/reply.h"
#include "serve/site.h"

void xs_call_query(xs_call *c, xs_query *q)
{
	double budget = xs_site_conf(c->site)->rerank.budget_ms;

	q->filters = xs_call_filters(&q->n_filters, c);
	q->deadline = c->deadline;
	q->no_rerank = c->no_rerank != NULL;
	q->no_spelling = c->n_filters > 0; /* words of pages that it may not see */
	if (budget > 0)
		q->rerank_end = c->arrived + (int64_t)(budget * 1e6);
}

/* An answer that is kept.  Where the reranker is left out only because the server is busy, one that has been
 * reranked is better. */
static xs_recent_answer *call_kept(const xs_call *c, xs_query *q, uint64_t version)
{
	xs_recent *recent = xs_site_recent(c->site);
	xs_recent_answer *a = NULL;

	/* Never where the key forbids reranking: its owner would see an order that it may not
	 * have. */
	if (c->no_rerank && (!c->key || c->key->rerank)) {
		q->no_rerank = false;
		a = xs_recent_get(recent, q, version);
		q->no_rerank = !a;
	}
	return a ? a : xs_recent_get(recent, q, version);
}

int xs_call_search(xs_call *c, xs_query *q)
{
	xs_recent *recent = xs_site_recent(c->site);
	uint64_t version;
	bool known;
	xs_index *ix;
	/* Also for a kept answer: only the index says whether its version is still the one of
	 * the answer. */
	int rc = xs_site_take(&ix, c->site);

	if (rc != XS_OK)
		return rc;
	/* A handler may search twice; the answer of the first is let go. */
	xs_recent_release(recent, c->answer);
	known = xs_index_version(&version, ix) == XS_OK;
	/* Else one answer would be kept for each way of writing languages. */
	if (q->languages && !xs_index_has_versions(ix))
		q->languages = NULL;
	c->answer = known ? call_kept(c, q, version) : NULL;
	if (c->answer) {
		xs_recent_read(q, c->answer);
		xs_reply_header(c, "X-Answer", "kept");
		xs_metrics_kept(c->metrics);
	} else {
		rc = xs_pipeline_run(xs_site_pipeline(c->site), ix, q);
	}
	/* Given back before the answer is copied: copying needs no index, and another search
	 * may. */
	xs_site_give(c->site, ix, rc);
	if (rc != XS_OK)
		return rc;
	if (known && !c->answer)
		xs_recent_put(recent, q, version);
	if (c->no_rerank && q->rerank.status == XS_RERANK_SKIPPED)
		q->rerank.reason = c->no_rerank;
	/* A kept answer did no work: it is counted by xs_metrics_kept() alone. */
	if (!c->answer)
		xs_metrics_search(c->metrics, q);
	return XS_OK;
}
