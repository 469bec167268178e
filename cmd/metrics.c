/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.c - how good a ranking is, given judgements; whether two systems differ. */
#include "cmd/metrics.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { METRICS_CUT = 10, METRICS_EXACT = 13, METRICS_ROUNDS = 10000 };

static int metrics_compare_ranked(const void *left, const void *right)
{
	const xs_ranked *a = left, *b = right;
	float x = (float)a->score, y = (float)b->score;

	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(b->doc, a->doc);
}

void xs_metrics_sort(xs_ranked *docs, size_t n)
{
	if (n > 1)
		qsort(docs, n, sizeof *docs, metrics_compare_ranked);
}

static int metrics_compare_judged(const void *left, const void *right)
{
	return strcmp(((const xs_judged *)left)->doc, ((const xs_judged *)right)->doc);
}

void xs_metrics_judged(xs_judged *judged, size_t n)
{
	if (n > 1)
		qsort(judged, n, sizeof *judged, metrics_compare_judged);
}

static int metrics_compare_grades(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;

	return (a < b) - (a > b);
}

static double metrics_gain(int grade, size_t place)
{
	return grade > 0 ? grade / log2((double)place + 2) : 0;
}

/* DCG of the best order there could be; *relevant counts the grades above 0. */
static double metrics_ideal(const xs_judged *judged, size_t n, size_t *relevant)
{
	int *grades = xs_malloc((n + 1) * sizeof *grades);
	double sum = 0;

	*relevant = 0;
	for (size_t i = 0; i < n; i++) {
		grades[i] = judged[i].grade;
		*relevant += grades[i] > 0;
	}
	if (n > 1)
		qsort(grades, n, sizeof *grades, metrics_compare_grades);
	for (size_t i = 0; i < n && i < METRICS_CUT; i++)
		sum += metrics_gain(grades[i], i);
	free(grades);
	return sum;
}

xs_metrics xs_metrics_of(const xs_ranked *docs, size_t n, const xs_judged *judged, size_t n_judged,
			 size_t depth)
{
	xs_metrics m = {0, 0, 0};
	size_t relevant, found = 0;
	double ideal = metrics_ideal(judged, n_judged, &relevant);

	if (relevant == 0)
		return m;
	for (size_t i = 0; i < n && (i < depth || i < METRICS_CUT); i++) {
		const xs_judged key = {docs[i].doc, 0};
		const xs_judged *hit =
			bsearch(&key, judged, n_judged, sizeof key, metrics_compare_judged);

		if (!hit || hit->grade <= 0)
			continue;
		if (i < METRICS_CUT) {
			m.ndcg += metrics_gain(hit->grade, i);
			if (m.mrr == 0)
				m.mrr = 1.0 / (double)(i + 1);
		}
		found += i < depth;
	}
	m.ndcg /= ideal;
	m.recall = (double)found / (double)relevant;
	return m;
}

/* Marsaglia's xorshift64*: a stream that is the same on every machine. */
static uint64_t metrics_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* Whether the sum under these signs is as far from 0 as the one seen; the tolerance keeps sums
 * that differ by rounding alone together. */
static int metrics_extreme(double sum, double seen)
{
	return fabs(sum) >= fabs(seen) - 1e-12 * (1 + fabs(seen));
}

static double metrics_exact(const double *difference, size_t n, double seen)
{
	size_t all = (size_t)1 << n, hits = 0;

	for (size_t signs = 0; signs < all; signs++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += signs >> i & 1 ? -difference[i] : difference[i];
		hits += (size_t)metrics_extreme(sum, seen);
	}
	return (double)hits / (double)all;
}

static double metrics_drawn(const double *difference, size_t n, double seen)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15), bits = 0;
	size_t hits = 0;

	for (int round = 0; round < METRICS_ROUNDS; round++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++) {
			if (i % 64 == 0)
				bits = metrics_random(&state);
			sum += bits >> (i % 64) & 1 ? -difference[i] : difference[i];
		}
		hits += (size_t)metrics_extreme(sum, seen);
	}
	return (double)(hits + 1) / (METRICS_ROUNDS + 1);
}

double xs_metrics_significance(const double *a, const double *b, size_t n)
{
	double *difference, seen = 0, p;

	if (n == 0)
		return 1;
	difference = xs_malloc(n * sizeof *difference);
	for (size_t i = 0; i < n; i++) {
		difference[i] = a[i] - b[i];
		seen += difference[i];
	}
	p = n <= METRICS_EXACT ? metrics_exact(difference, n, seen)
			       : metrics_drawn(difference, n, seen);
	free(difference);
	return p;
}
