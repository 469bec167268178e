/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recency.c - a sample plugin: newer pages move up.
 *
 * Adds to each candidate's score
 *
 *	weight × (best score - worst score) × 2^(-age / half_life)
 *
 * where the age is counted from the newest candidate.  Settings, in the configuration file:
 *
 *	plugins: [/path/to/recency.so]
 *	pipeline: [parse, retrieve, rerank, blend, recency, group, snippet]
 *	stages:
 *	  recency:
 *	    weight: 0.2        # 0 to 1
 *	    half_life: 365     # days
 */
#include <math.h>
#include <stdlib.h>

#include "plugin/plugin.h"

typedef struct recency_state {
	double weight, half_life;
} recency_state;

/* A number between two bounds, or `fallback` where the file does not set it. */
static int recency_setting(double *out, const xs_host *host, const char *key, double fallback,
			   double low, double high)
{
	const char *text = host->setting(host, key);
	char *end;

	*out = fallback;
	if (!text)
		return XS_OK;
	*out = strtod(text, &end);
	if (end == text || *end || !(*out >= low && *out <= high))
		return host->fail(XS_EINPUT, "stages.recency.%s: %s is not a number from %g to %g",
				  key, text, low, high);
	return XS_OK;
}

static int recency_open(void **state, const xs_host *host)
{
	recency_state *s = calloc(1, sizeof *s);
	int rc;

	if (!s)
		return host->fail(XS_EINTERNAL, "recency: out of memory");
	rc = recency_setting(&s->weight, host, "weight", 0.2, 0, 1);
	if (!rc)
		rc = recency_setting(&s->half_life, host, "half_life", 365, 1, 36500);
	if (rc)
		free(s);
	else
		*state = s;
	return rc;
}

static int recency_compare(const void *left, const void *right)
{
	const xs_candidate *a = *(xs_candidate *const *)left, *b = *(xs_candidate *const *)right;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->rank_before > b->rank_before) - (a->rank_before < b->rank_before);
}

static int recency_run(void *state, const xs_host *host, xs_query *q)
{
	const recency_state *s = state;
	double low = INFINITY, high = -INFINITY;
	int64_t newest = 0;

	(void)host;
	for (size_t i = 0; i < q->n_candidates; i++) {
		const xs_candidate *c = q->candidates[i];
		low = fmin(low, c->score);
		high = fmax(high, c->score);
		if (c->date > newest)
			newest = c->date;
	}
	for (size_t i = 0; i < q->n_candidates; i++) {
		xs_candidate *c = q->candidates[i];
		double days = (double)(newest - c->date) / 86400;
		if (c->date > 0)
			c->score += s->weight * (high - low) * exp2(-days / s->half_life);
	}
	if (q->n_candidates > 1)
		qsort(q->candidates, q->n_candidates, sizeof *q->candidates, recency_compare);
	return XS_OK;
}

static const xs_stage recency_stage = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "recency",
	.summary = "newer pages first",
	.open = recency_open,
	.close = free,
	.run = recency_run,
	.optional = true,
	.needs = XS_CANDIDATES,
};

static const xs_stage *const recency_stages[] = {&recency_stage, NULL};

XS_EXPORT const struct xs_plugin xs_plugin = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(struct xs_plugin),
	.name = "recency",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.stages = recency_stages,
};
