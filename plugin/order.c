/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order.c - puts candidates in the order of their scores. */
#include "plugin/order.h"

#include <stdlib.h>

/* qsort() is not stable, so equal scores need a second key: else the order of equal hits would
 * change from one C library to the next. */
static int order_by_rank(const xs_candidate *a, const xs_candidate *b)
{
	return (a->rank_before > b->rank_before) - (a->rank_before < b->rank_before);
}

static int order_compare(const void *left, const void *right)
{
	const xs_candidate *a = *(xs_candidate *const *)left, *b = *(xs_candidate *const *)right;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return order_by_rank(a, b);
}

static int order_compare_scored(const void *left, const void *right)
{
	const xs_candidate *a = *(xs_candidate *const *)left, *b = *(xs_candidate *const *)right;

	if (a->scored != b->scored)
		return a->scored ? -1 : 1;
	return a->scored ? order_compare(left, right) : order_by_rank(a, b);
}

void xs_order(xs_candidate **candidates, size_t n)
{
	if (n > 1)
		qsort(candidates, n, sizeof(xs_candidate *), order_compare);
}

void xs_order_scored(xs_candidate **candidates, size_t n)
{
	size_t i = 0;

	if (n > 1)
		qsort(candidates, n, sizeof(xs_candidate *), order_compare_scored);
	while (i < n && candidates[i]->scored)
		i++;
	/* `score` falls along the whole list, as plugin.h promises, also where nothing was scored. */
	for (; i > 0 && i < n; i++)
		candidates[i]->score = candidates[i - 1]->score - 1;
}
