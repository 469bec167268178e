/* SPDX-License-Identifier: MIT */
/* reranker.c - a model made ready: options checked, weights made, a workspace for each worker. */
#include "rerank/reranker.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "rerank/sized.h"

static int reranker_check(const xs_model *m, const xs_rerank_options *o)
{
	if (o->precision < XS_PRECISION_F32 || o->precision > XS_PRECISION_INT8)
		return xs_fail(
			XS_EINPUT,
			"precision %d: expected XS_PRECISION_F32, XS_PRECISION_BF16 or XS_PRECISION_INT8",
			(int)o->precision);
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

/* For whoever asks why scoring is slow: which kernels run, in which precision, on how many threads. */
static void reranker_log(const xs_reranker *r, int64_t begin)
{
	static const char *const precisions[] = {"f32", "bf16", "int8"};

	xs_log(XS_LOG_DEBUG,
	       "librerank: model %s ready in %.1f ms: %s, kernels of %s, %u threads, %d positions",
	       r->m->name, xs_clock_ms(begin), precisions[r->options.precision],
	       r->encoder->kern->name, xs_pool_threads(r->pool), r->encoder->positions);
}

int xs_reranker_new_sized(xs_reranker **out, const xs_model *m, const xs_rerank_options *options,
			  size_t size, xs_pool *pool)
{
	int64_t begin = xs_clock_ns();
	xs_rerank_options o = {0};
	xs_pattern *patterns;
	xs_reranker *r;
	unsigned w;
	int i, rc = XS_OK;

	*out = NULL;
	if (options)
		rc = xs_sized_in(&o, sizeof(o), options, size, "xs_rerank_options");
	if (rc == XS_OK)
		rc = reranker_check(m, &o);
	if (rc < 0)
		return rc;
	r = xs_calloc(1, sizeof(*r));
	patterns = xs_calloc((size_t)m->layers, sizeof(*patterns));
	for (i = 0; i < m->layers; i++)
		patterns[i] = o.pattern ? *o.pattern : m->patterns[i];
	r->m = m;
	r->options = o;
	r->options.pattern = NULL; /* the caller's, who may free it */
	r->encoder = xs_encoder_new(m, patterns, o.positions, o.precision);
	free(patterns);
	r->pool = pool ? pool : (r->own = xs_pool_new(0));
	r->workspace = xs_calloc(xs_pool_threads(r->pool), sizeof(*r->workspace));
	for (w = 0; w < xs_pool_threads(r->pool); w++)
		r->workspace[w] = xs_workspace_new(r->encoder);
	reranker_log(r, begin);
	*out = r;
	return XS_OK;
}

void xs_reranker_free(xs_reranker *r)
{
	unsigned w;

	if (!r)
		return;
	for (w = 0; w < xs_pool_threads(r->pool); w++)
		xs_workspace_free(r->workspace[w]);
	free(r->workspace);
	xs_pool_free(r->own);
	xs_encoder_free(r->encoder);
	free(r);
}

size_t xs_reranker_bytes(const xs_reranker *r)
{
	size_t bytes = xs_encoder_bytes(r->encoder);
	unsigned w;

	for (w = 0; w < xs_pool_threads(r->pool); w++)
		bytes += xs_workspace_bytes(r->workspace[w]);
	return bytes;
}

void xs_reranker_spent(int64_t spent[XS_WORKS], const xs_reranker *r)
{
	unsigned w;

	memset(spent, 0, XS_WORKS * sizeof(*spent));
	for (w = 0; w < xs_pool_threads(r->pool); w++)
		xs_workspace_spent(spent, r->workspace[w]);
}
