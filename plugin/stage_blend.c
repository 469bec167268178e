/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_blend.c - the stage that mixes the model's scores with the index's. */
#include <stdlib.h>

#include "base/memory.h"
#include "plugin/blend.h"
#include "plugin/registry.h"
#include "plugin/setting.h"

typedef struct blend_state {
	xs_blend_weights weights;
	bool keep_exact;
} blend_state;

/* Settings are read once: a reload of the server opens a new pipeline. */
static int blend_open(void **state, const xs_host *host)
{
	blend_state *s = xs_calloc(1, sizeof *s);
	int rc;

	if ((rc = xs_setting_real(&s->weights.bm25, host, "blend.weights.bm25")) ||
	    (rc = xs_setting_real(&s->weights.meaning, host, "blend.weights.meaning")) ||
	    (rc = xs_setting_real(&s->weights.rerank, host, "blend.weights.rerank")) ||
	    (rc = xs_setting_bool(&s->keep_exact, host, "blend.keep_exact")))
		free(s);
	else
		*state = s;
	return rc;
}

static int blend_run(void *state, const xs_host *host, xs_query *q)
{
	const blend_state *s = state;
	xs_blend_weights weights = s->weights;

	(void)host;
	weights.meaning *= q->meaning_share;
	xs_blend(q->candidates, q->n_candidates, &weights, s->keep_exact);
	return XS_OK;
}

/* Optional: when it fails, the model's own order is a good answer. */
const xs_stage xs_stage_blend = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "blend",
	.summary = "orders by words, meaning and the model's score together",
	.open = blend_open,
	.close = free,
	.run = blend_run,
	.optional = true,
	.needs = XS_CANDIDATES,
};
