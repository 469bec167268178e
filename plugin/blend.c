/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blend.c - one order from two: the reranker's logit and the index's BM25. */
#include "plugin/blend.h"

#include <math.h>

#include "plugin/order.h"

/* Mean and deviation of one of the two scores. */
typedef struct blend_scale {
	double mean, deviation;
} blend_scale;

static double blend_logit(const xs_candidate *c)
{
	return c->logit;
}

static double blend_bm25(const xs_candidate *c)
{
	return c->bm25;
}

/* Over scored candidates alone: the others have no logit, and both scales must be of the same
 * candidates, else the weight would mean something else in each query. */
static blend_scale blend_measure(xs_candidate *const *c, size_t n,
				 double (*value)(const xs_candidate *))
{
	blend_scale s = {0, 0};
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (c[i]->scored) {
			s.mean += value(c[i]);
			count++;
		}
	if (count == 0)
		return s;
	s.mean /= (double)count;
	for (size_t i = 0; i < n; i++)
		if (c[i]->scored)
			s.deviation += pow(value(c[i]) - s.mean, 2);
	s.deviation = sqrt(s.deviation / (double)count);
	return s;
}

/* Scores that differ by rounding alone count as alike. */
static double blend_z(double value, blend_scale s)
{
	return s.deviation > 1e-9 * fmax(1, fabs(s.mean)) ? (value - s.mean) / s.deviation : 0;
}

/* Lifts the exact hits that stand before the index's first hit of another kind. */
static void blend_lift(xs_candidate **c, size_t n)
{
	uint32_t first = UINT32_MAX;
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		if (!c[i]->exact && c[i]->rank_before < first)
			first = c[i]->rank_before;
		low = fmin(low, c[i]->score);
		high = fmax(high, c[i]->score);
	}
	/* More than the whole range: above all others, and still in their own order.  Twice for a page that
	 * is named: before those that only have a heading of that name. */
	for (size_t i = 0; i < n; i++)
		if (c[i]->exact && c[i]->rank_before < first)
			c[i]->score += (high - low + 1) * (c[i]->exact_page ? 2 : 1);
	xs_order(c, n);
}

void xs_blend(xs_candidate **candidates, size_t n, double weight, bool keep_exact)
{
	blend_scale logit = blend_measure(candidates, n, blend_logit);
	blend_scale bm25 = blend_measure(candidates, n, blend_bm25);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		xs_candidate *c = candidates[i];
		if (!c->scored)
			continue;
		c->blend =
			weight * blend_z(c->logit, logit) + (1 - weight) * blend_z(c->bm25, bm25);
		c->score = c->blend;
		c->blended = any = true;
	}
	/* Without a score the order of the index stays, and so do its numbers. */
	if (!any)
		return;
	xs_order_scored(candidates, n);
	if (keep_exact)
		blend_lift(candidates, n);
}
