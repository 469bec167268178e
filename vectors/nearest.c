/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - the rows nearest to a question, in two steps.
 *
 * First the distances of all signs, then the products of those rows whose signs are nearest.  Of few rows the
 * products are made at once. */
#include <stdlib.h>

#include "base/memory.h"
#include "vectors/kern/scan.h"
#include "vectors/layout.h"
#include "vectors/vector.h"

enum {
	NEAREST_CHUNK = 2048, /* rows at a time: their distances stay in the first cache */
	NEAREST_DISTANCES = ((1 << XS_SIGN_PLANES) - 1) * XS_VECTOR_DIMENSIONS + 1
};

/* How many rows of n the signs choose, of which the nearest `room` are wanted. */
static size_t nearest_chosen(size_t n, size_t room)
{
	size_t chosen = 1000 + n / 100;

	return room < chosen / 10 ? chosen : room * 10;
}

/* The rows that were the nearest so far, a heap with the farthest on top. */
typedef struct nearest_heap {
	xs_near *near;
	size_t n, room;
} nearest_heap;

static bool nearest_is_nearer(const xs_near *a, const xs_near *b)
{
	return a->cosine > b->cosine || (a->cosine == b->cosine && a->row < b->row);
}

/* Puts `x` in the place of `at`, and moves it below those that are farther. */
static void nearest_sink(nearest_heap *h, size_t at, xs_near x)
{
	for (size_t child; (child = 2 * at + 1) < h->n; at = child) {
		if (child + 1 < h->n && nearest_is_nearer(&h->near[child], &h->near[child + 1]))
			child++;
		if (!nearest_is_nearer(&x, &h->near[child]))
			break;
		h->near[at] = h->near[child];
	}
	h->near[at] = x;
}

static void nearest_add(nearest_heap *h, xs_near x)
{
	size_t at;

	if (h->n == h->room) {
		if (nearest_is_nearer(&x, &h->near[0]))
			nearest_sink(h, 0, x);
		return;
	}
	for (at = h->n++; at && nearest_is_nearer(&h->near[(at - 1) / 2], &x); at = (at - 1) / 2)
		h->near[at] = h->near[(at - 1) / 2];
	h->near[at] = x;
}

/* The nearest first. */
static void nearest_sort(nearest_heap *h)
{
	size_t n = h->n;

	while (h->n > 1) {
		xs_near last = h->near[--h->n];

		h->near[h->n] = h->near[0];
		nearest_sink(h, 0, last);
	}
	h->n = n;
}

/* What one question needs. */
typedef struct nearest_scan {
	const xs_vectors *v;
	const xs_vector_query *q;
	const uint64_t *allowed;
	const xs_scan *kern;
	nearest_heap heap;
	size_t rows[NEAREST_CHUNK], n_rows; /* whose products are to be made */
	int32_t products[NEAREST_CHUNK];
} nearest_scan;

static bool nearest_allows(const nearest_scan *s, size_t row)
{
	return !s->allowed || (s->allowed[row / 64] >> row % 64 & 1);
}

static void nearest_flush(nearest_scan *s)
{
	const xs_vectors *v = s->v;

	s->kern->dots(s->products, v->items, v->dimensions, s->rows, s->n_rows, s->q->items);
	for (size_t i = 0; i < s->n_rows; i++)
		nearest_add(&s->heap,
			    (xs_near){s->rows[i], xs_vector_cosine(s->products[i], s->q->scale,
								   v->scales[s->rows[i]])});
	s->n_rows = 0;
}

static void nearest_take(nearest_scan *s, size_t row)
{
	s->rows[s->n_rows++] = row;
	if (s->n_rows == NEAREST_CHUNK)
		nearest_flush(s);
}

/* Products of all rows. */
static void nearest_by_products(nearest_scan *s)
{
	for (size_t row = 0; row < s->v->n; row++)
		if (nearest_allows(s, row))
			nearest_take(s, row);
	nearest_flush(s);
}

/* Distances of all rows, and how many of those that are allowed have each. */
static void nearest_distances(uint16_t *distances, uint32_t *counts, const nearest_scan *s)
{
	const xs_vectors *v = s->v;
	size_t chunk = NEAREST_CHUNK / XS_SIGN_ROWS;

	for (size_t g = 0; g < v->layout.groups; g += chunk) {
		size_t first = g * XS_SIGN_ROWS, last = first + NEAREST_CHUNK;
		size_t groups = v->layout.groups - g;

		s->kern->signs(distances + first,
			       v->signs + g * (size_t)v->layout.words * XS_SIGN_ROWS,
			       groups < chunk ? groups : chunk, v->layout.words, s->q->planes);
		for (size_t row = first; row < last && row < v->n; row++)
			counts[distances[row]] += nearest_allows(s, row);
	}
}

/* Products of the `chosen` rows whose signs are nearest; of those at the last distance the first. */
static void nearest_by_signs(nearest_scan *s, size_t chosen)
{
	uint16_t *distances = xs_malloc(s->v->layout.groups * XS_SIGN_ROWS * sizeof *distances);
	uint32_t *counts = xs_calloc(NEAREST_DISTANCES, sizeof *counts);
	uint32_t last = 0;

	nearest_distances(distances, counts, s);
	while (counts[last] < chosen)
		chosen -= counts[last++];
	for (size_t row = 0; row < s->v->n; row++) {
		if (distances[row] > last || !nearest_allows(s, row))
			continue;
		if (distances[row] < last)
			nearest_take(s, row);
		else if (chosen) {
			nearest_take(s, row);
			chosen--;
		}
	}
	nearest_flush(s);
	free(counts);
	free(distances);
}

/* How many rows may be seen.  Bits beyond the rows count for nothing. */
static size_t nearest_count(const nearest_scan *s)
{
	size_t n = 0, words = s->v->n / 64;

	if (!s->allowed)
		return s->v->n;
	for (size_t i = 0; i < words; i++)
		n += (size_t)__builtin_popcountll(s->allowed[i]);
	for (size_t row = words * 64; row < s->v->n; row++)
		n += nearest_allows(s, row);
	return n;
}

void xs_vectors_nearest(xs_near *out, size_t *n, size_t room, const xs_vectors *v,
			const xs_vector_query *q, const uint64_t *allowed)
{
	nearest_scan s = {.v = v, .q = q, .allowed = allowed, .kern = xs_scan_get()};
	size_t rows, chosen;

	*n = 0;
	s.heap = (nearest_heap){.near = out, .room = room};
	if (!room || q->scale == 0)
		return;
	rows = nearest_count(&s);
	chosen = nearest_chosen(rows, room);
	if (rows <= chosen)
		nearest_by_products(&s);
	else
		nearest_by_signs(&s, chosen);
	nearest_sort(&s.heap);
	*n = s.heap.n;
}
