/* SPDX-License-Identifier: MIT */
/* reranker.c - a model made ready: options checked, weights made. */
#include "rerank/reranker.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "rerank/sized.h"

static int reranker_check(const xs_model *m, const xs_rerank_options *o)
{
	int rc = xs_engine_check(o->precision);

	if (rc < 0)
		return rc;
	if (!m->outputs)
		return xs_fail(XS_EINPUT,
			       "model %s has no classifier: it can embed texts, and score no pairs",
			       m->name);
	/* 8: CLS, a query of one token, two SEP, a text and its SEP, and a little more; 2^20 keeps
	 * the table of positions within memory. */
	if (o->positions && (o->positions < 8 || o->positions > 1 << 20))
		return xs_fail(XS_EINPUT, "positions %d: expected 8 to %d, or 0 for the model's %d",
			       o->positions, 1 << 20, m->positions);
	if (o->query_tokens < 0 || o->max_tokens < 0)
		return xs_fail(XS_EINPUT, "query_tokens %d and max_tokens %d: expected 0 or more",
			       o->query_tokens, o->max_tokens);
	if (o->pattern && o->pattern->window < -1)
		return xs_fail(XS_EINPUT, "window %d: expected -1 (all), 0 or more",
			       o->pattern->window);
	return XS_OK;
}

int xs_reranker_new_sized(xs_reranker **out, const xs_model *m, const xs_rerank_options *options,
			  size_t size, xs_pool *pool)
{
	int64_t begin = xs_clock_ns();
	xs_rerank_options o = {0};
	xs_pattern *patterns;
	xs_reranker *r;
	int i, rc = XS_OK;

	*out = NULL;
	if (options)
		rc = xs_sized_in(&o, sizeof o, options, size, "xs_rerank_options");
	if (rc == XS_OK)
		rc = reranker_check(m, &o);
	if (rc < 0)
		return rc;
	r = xs_calloc(1, sizeof *r);
	patterns = xs_calloc((size_t)m->layers, sizeof *patterns);
	/* One row a layer in either case, so the encoder knows nothing of options. */
	for (i = 0; i < m->layers; i++)
		patterns[i] = o.pattern ? *o.pattern : m->patterns[i];
	r->m = m;
	r->options = o;
	r->options.pattern = NULL; /* the caller's, who may free it */
	xs_engine_init(&r->engine,
		       xs_encoder_new(m, patterns, o.positions, o.precision, XS_ENDING_LOGIT),
		       pool);
	free(patterns);
	xs_engine_log(&r->engine, o.precision, begin);
	*out = r;
	return XS_OK;
}

void xs_reranker_free(xs_reranker *r)
{
	if (!r)
		return;
	xs_engine_fini(&r->engine);
	free(r);
}

size_t xs_reranker_bytes(const xs_reranker *r)
{
	return xs_engine_bytes(&r->engine);
}

void xs_reranker_spent(int64_t spent[XS_WORKS], const xs_reranker *r)
{
	xs_engine_spent(spent, &r->engine);
}
