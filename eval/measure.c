/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.c - how good a ranking is, given judgements; whether two systems differ. */
#include "eval/measure.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { MEASURE_EXACT = 13, MEASURE_ROUNDS = 10000 };

static int measure_compare_ranked(const void *left, const void *right)
{
	const xs_ranked *a = left, *b = right;
	/* As trec_eval: scores are floats, and of equal ones the later name comes first.
	 * Another order of ties changes the values. */
	float x = (float)a->score, y = (float)b->score;

	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(b->doc, a->doc);
}

void xs_measure_sort(xs_ranked *docs, size_t n)
{
	if (n > 1)
		qsort(docs, n, sizeof *docs, measure_compare_ranked);
}

static int measure_compare_judged(const void *left, const void *right)
{
	return strcmp(((const xs_judged *)left)->doc, ((const xs_judged *)right)->doc);
}

void xs_measure_sort_judged(xs_judged *judged, size_t n)
{
	if (n > 1)
		qsort(judged, n, sizeof *judged, measure_compare_judged);
}

/* The grade of a document; 0 and *known false: it was not judged. */
static int measure_grade(bool *known, const char *doc, const xs_judged *judged, size_t n)
{
	const xs_judged key = {doc, 0};
	const xs_judged *hit =
		n ? bsearch(&key, judged, n, sizeof key, measure_compare_judged) : NULL;

	*known = hit != NULL;
	return hit ? hit->grade : 0;
}

static int measure_compare_grades(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;

	return (a < b) - (a > b);
}

/* The linear gain of trec_eval's ndcg, not 2^grade - 1; a negative grade counts as 0. */
static double measure_gain(int grade, size_t place)
{
	return grade > 0 ? grade / log2((double)place + 2) : 0;
}

/* DCG of the best order there could be. */
static double measure_ideal(const xs_judged *judged, size_t n, size_t cut)
{
	int *grades = xs_malloc((n + 1) * sizeof *grades);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		grades[i] = judged[i].grade;
	if (n > 1)
		qsort(grades, n, sizeof *grades, measure_compare_grades);
	for (size_t i = 0; i < n && i < cut; i++)
		sum += measure_gain(grades[i], i);
	free(grades);
	return sum;
}

/* What one pass over the first documents counts. */
typedef struct measure_count {
	size_t first, found, judged; /* rank of the first relevant one, 0: none; how many */
	double dcg, precision;	     /* sums: of gains; of the precision at each relevant one */
} measure_count;

static measure_count measure_look(int grade, const xs_ranked *docs, size_t n,
				  const xs_judged *judged, size_t n_judged)
{
	measure_count c = {0, 0, 0, 0, 0};

	for (size_t i = 0; i < n; i++) {
		bool known;
		int got = measure_grade(&known, docs[i].doc, judged, n_judged);

		c.judged += known;
		c.dcg += measure_gain(got, i);
		if (got < grade)
			continue;
		c.found++;
		/* Average precision is the mean of the precision at each relevant document. */
		c.precision += (double)c.found / (double)(i + 1);
		if (c.first == 0)
			c.first = i + 1;
	}
	return c;
}

static double measure_share(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

double xs_measure_of(const xs_measure *m, const xs_ranked *docs, size_t n, const xs_judged *judged,
		     size_t n_judged)
{
	/* Without a cut all that was found is looked at. */
	size_t cut = m->cut ? m->cut : SIZE_MAX, seen = n < cut ? n : cut, relevant = 0;
	measure_count c = measure_look(m->grade, docs, seen, judged, n_judged);

	for (size_t i = 0; i < n_judged; i++)
		/* Of all that were judged, found or not: what was not found lowers recall. */
		relevant += judged[i].grade >= m->grade;
	switch (m->kind) {
	case XS_MEASURE_NDCG: return measure_share(c.dcg, measure_ideal(judged, n_judged, cut));
	case XS_MEASURE_RR: return c.first ? 1.0 / (double)c.first : 0;
	case XS_MEASURE_R: return measure_share((double)c.found, (double)relevant);
	/* As trec_eval: by the cut, also where fewer documents were found. */
	case XS_MEASURE_P: return measure_share((double)c.found, (double)(m->cut ? m->cut : n));
	case XS_MEASURE_AP: return measure_share(c.precision, (double)relevant);
	case XS_MEASURE_JUDGED: return measure_share((double)c.judged, (double)seen);
	case XS_MEASURE_SUCCESS: return c.found > 0;
	}
	return 0;
}

static const struct measure_name {
	const char *name;
	xs_measure_kind kind;
	bool graded; /* whether (rel=) means something */
} measure_names[] = {
	{"nDCG", XS_MEASURE_NDCG, false},
	{"RR", XS_MEASURE_RR, true},
	{"R", XS_MEASURE_R, true},
	{"P", XS_MEASURE_P, true},
	{"AP", XS_MEASURE_AP, true},
	{"Judged", XS_MEASURE_JUDGED, false},
	{"Success", XS_MEASURE_SUCCESS, true},
	/* Other names that people write for the same. */
	{"NDCG", XS_MEASURE_NDCG, false},
	{"MRR", XS_MEASURE_RR, true},
	{"recall", XS_MEASURE_R, true},
	{"precision", XS_MEASURE_P, true},
	{"MAP", XS_MEASURE_AP, true},
};

/* Takes a whole number from 1 to a million off *at. */
static bool measure_number(size_t *out, const char **at)
{
	const char *p = *at;

	/* Bounded on the way, so that no number of digits overflows. */
	for (*out = 0; *p >= '0' && *p <= '9' && *out <= 1000000; p++)
		*out = *out * 10 + (size_t)(*p - '0');
	if (p == *at || *out < 1 || *out > 1000000)
		return false;
	*at = p;
	return true;
}

/* Parses one name, which m->name is. */
static int metrics_parse_one(xs_measure *m)
{
	const struct measure_name *row = measure_names;
	const struct measure_name *end = row + sizeof measure_names / sizeof *measure_names;
	size_t len = strcspn(m->name, "(@"), grade = 1;
	const char *at = m->name + len;

	/* The whole name: "R" begins "RR". */
	while (row < end && (strlen(row->name) != len || strncmp(row->name, m->name, len) != 0))
		row++;
	if (row == end)
		return xs_fail(XS_EINPUT,
			       "there is no measure \"%.40s\"; there are " XS_MEASURE_NAMES
			       ", each with or without @K",
			       m->name);
	if (strncmp(at, "(rel=", 5) == 0 && row->graded) {
		at += 5;
		if (!measure_number(&grade, &at) || *at++ != ')')
			return xs_fail(XS_EINPUT, "%.40s: expected a whole grade as in (rel=2)",
				       m->name);
	}
	m->kind = row->kind;
	m->grade = (int)grade;
	m->cut = 0;
	if (*at == '@') {
		at++;
		if (!measure_number(&m->cut, &at))
			return xs_fail(XS_EINPUT,
				       "%.40s: expected a number from 1 to 1000000 after @",
				       m->name);
	}
	return *at ? xs_fail(XS_EINPUT, "%.40s: expected %s, got \"%.20s\"", m->name,
			     row->graded ? "NAME, NAME@K or NAME(rel=G)@K" : "NAME or NAME@K", at)
		   : XS_OK;
}

int xs_measure_parse(xs_measure **out, size_t *n, xs_arena *a, const char *text)
{
	char *rest = xs_arena_dup(a, text), *name;
	int rc = XS_OK;

	/* Each name but the last has a sign behind it, so there are no more. */
	*out = xs_arena_array(a, strlen(text) / 2 + 1, sizeof **out);
	*n = 0;
	while (rc == XS_OK && (name = strtok_r(rest, " \t\n,", &rest))) {
		xs_measure *m = &(*out)[(*n)++];

		m->name = name;
		rc = metrics_parse_one(m);
		for (size_t i = 0; rc == XS_OK && i + 1 < *n; i++)
			if (strcmp((*out)[i].name, name) == 0)
				rc = xs_fail(XS_EINPUT, "the measure %s stands twice", name);
	}
	if (rc == XS_OK && *n == 0)
		rc = xs_fail(XS_EINPUT, "no measure is named; there are " XS_MEASURE_NAMES);
	return rc;
}

/* Marsaglia's xorshift64*: a stream that is the same on every machine. */
static uint64_t measure_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* Whether the sum under these signs is as far from 0 as the one seen; the tolerance keeps sums
 * that differ by rounding alone together. */
static int measure_extreme(double sum, double seen)
{
	return fabs(sum) >= fabs(seen) - 1e-12 * (1 + fabs(seen));
}

static double measure_exact(const double *difference, size_t n, double seen)
{
	size_t all = (size_t)1 << n, hits = 0;

	/* All of 2^13 signs at most: 8192, fewer than are drawn for more queries. */
	for (size_t signs = 0; signs < all; signs++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += signs >> i & 1 ? -difference[i] : difference[i];
		hits += (size_t)measure_extreme(sum, seen);
	}
	return (double)hits / (double)all;
}

static double measure_drawn(const double *difference, size_t n, double seen)
{
	/* A fixed seed: the same results have the same p-value each time. */
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15), bits = 0;
	size_t hits = 0;

	for (int round = 0; round < MEASURE_ROUNDS; round++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++) {
			/* A bit is enough for a query, so one number serves 64. */
			if (i % 64 == 0)
				bits = measure_random(&state);
			sum += bits >> (i % 64) & 1 ? -difference[i] : difference[i];
		}
		hits += (size_t)measure_extreme(sum, seen);
	}
	/* The order that was seen counts as one of those drawn: p is never 0 (Phipson and Smyth
	 * 2010). */
	return (double)(hits + 1) / (MEASURE_ROUNDS + 1);
}

double xs_measure_significance(const double *a, const double *b, size_t n)
{
	double *difference, seen = 0, p;

	if (n == 0)
		return 1;
	difference = xs_malloc(n * sizeof *difference);
	for (size_t i = 0; i < n; i++) {
		difference[i] = a[i] - b[i];
		/* Sums and not means: both would be divided by the same n. */
		seen += difference[i];
	}
	p = n <= MEASURE_EXACT ? measure_exact(difference, n, seen)
			       : measure_drawn(difference, n, seen);
	free(difference);
	return p;
}
