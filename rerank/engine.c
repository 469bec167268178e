/* SPDX-License-Identifier: MIT */
/* engine.c - an encoder, a pool, and a workspace for each of its workers. */
#include "rerank/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

void xs_engine_init(xs_engine *g, xs_encoder *encoder, xs_pool *pool)
{
	*g = (xs_engine){.encoder = encoder};
	g->pool = pool ? pool : (g->own = xs_pool_new(0));
	g->workspace = xs_calloc(xs_pool_threads(g->pool), sizeof *g->workspace);
	/* All now and not at the first use: then no call would find memory out, and sizes can be
	 * told. */
	for (unsigned w = 0; w < xs_pool_threads(g->pool); w++)
		g->workspace[w] = xs_workspace_new(encoder);
}

void xs_engine_fini(xs_engine *g)
{
	for (unsigned w = 0; w < xs_pool_threads(g->pool); w++)
		xs_workspace_free(g->workspace[w]);
	free(g->workspace);
	xs_pool_free(g->own);
	xs_encoder_free(g->encoder);
}

int xs_engine_check(xs_precision precision)
{
	return precision >= XS_PRECISION_F32 && precision <= XS_PRECISION_INT8
		       ? XS_OK
		       : xs_fail(XS_EINPUT,
				 "precision %d: expected XS_PRECISION_F32, XS_PRECISION_BF16 or "
				 "XS_PRECISION_INT8",
				 (int)precision);
}

void xs_engine_log(const xs_engine *g, xs_precision precision, int64_t begin)
{
	static const char *const precisions[] = {"f32", "bf16", "int8"};

	xs_log(XS_LOG_DEBUG,
	       "librerank: model %s ready in %.1f ms: %s, kernels of %s, %u threads, %d positions",
	       g->encoder->m->name, xs_clock_ms(begin), precisions[precision],
	       g->encoder->kern->name, xs_pool_threads(g->pool), g->encoder->positions);
}

size_t xs_engine_bytes(const xs_engine *g)
{
	size_t bytes = xs_encoder_bytes(g->encoder);

	for (unsigned w = 0; w < xs_pool_threads(g->pool); w++)
		bytes += xs_workspace_bytes(g->workspace[w]);
	return bytes;
}

void xs_engine_spent(int64_t spent[XS_WORKS], const xs_engine *g)
{
	memset(spent, 0, XS_WORKS * sizeof *spent);
	for (unsigned w = 0; w < xs_pool_threads(g->pool); w++)
		xs_workspace_spent(spent, g->workspace[w]);
}
