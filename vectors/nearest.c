/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - the rows nearest to a question, in two steps.
 *
 * First the distances of all signs, then the products of those rows whose signs are nearest.  Of few rows the
 * products are made at once. */
#include <stdlib.h>

#include "vectors/chosen.h"
#include "vectors/kern/scan.h"
#include "vectors/layout.h"
#include "vectors/vector.h"

enum {
	NEAREST_CHUNK = 1024, /* rows whose products are made at a time */
	/* So few rows, or this part of all of them, are compared by products alone: that reads less
	 * memory than the signs of all, eight times smaller than items, or hardly more. */
	NEAREST_FEW = 4096,
	NEAREST_SHARE = 16
};

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

/* Adds rows with their cosines. */
static void nearest_products(nearest_heap *h, const xs_vectors *v, const xs_vector_query *q,
			     const size_t *rows, size_t n)
{
	const xs_scan *kern = xs_scan_get();
	int32_t products[NEAREST_CHUNK];

	for (size_t done = 0, some; done < n; done += some, rows += some) {
		some = n - done < NEAREST_CHUNK ? n - done : NEAREST_CHUNK;
		kern->dots(products, v->items, v->dimensions, rows, some, q->items);
		for (size_t i = 0; i < some; i++)
			nearest_add(h, (xs_near){rows[i], xs_vector_cosine(products[i], q->scale,
									   v->scales[rows[i]])});
	}
}

/* How many rows may be seen.  Bits beyond the rows count for nothing. */
static size_t nearest_count(const xs_vectors *v, const uint64_t *allowed)
{
	size_t n = 0, words = v->n / 64;

	if (!allowed)
		return v->n;
	for (size_t i = 0; i < words; i++)
		n += (size_t)__builtin_popcountll(allowed[i]);
	for (size_t row = words * 64; row < v->n; row++)
		n += allowed[row / 64] >> row % 64 & 1;
	return n;
}

/* All rows that may be seen, some at a time. */
static void nearest_of_all(nearest_heap *h, const xs_vectors *v, const xs_vector_query *q,
			   const uint64_t *allowed)
{
	size_t rows[NEAREST_CHUNK], n = 0;

	for (size_t row = 0; row < v->n; row++) {
		if (allowed && !(allowed[row / 64] >> row % 64 & 1))
			continue;
		rows[n++] = row;
		if (n == NEAREST_CHUNK) {
			nearest_products(h, v, q, rows, n);
			n = 0;
		}
	}
	nearest_products(h, v, q, rows, n);
}

static void nearest_of_chosen(nearest_heap *h, const xs_vectors *v, const xs_vector_query *q,
			      const uint64_t *allowed, size_t room)
{
	size_t n, *rows = xs_vectors_chosen(&n, room, v, q, allowed);

	nearest_products(h, v, q, rows, n);
	free(rows);
}

void xs_vectors_nearest(xs_near *out, size_t *n, size_t room, const xs_vectors *v,
			const xs_vector_query *q, const uint64_t *allowed)
{
	nearest_heap h = {.near = out, .room = room < v->n ? room : v->n};
	size_t rows, chosen;

	*n = 0;
	if (!h.room || q->scale == 0)
		return;
	rows = nearest_count(v, allowed);
	chosen = xs_vectors_to_choose(rows, h.room);
	if (rows <= chosen || rows <= NEAREST_FEW || rows <= v->n / NEAREST_SHARE)
		nearest_of_all(&h, v, q, allowed);
	else
		nearest_of_chosen(&h, v, q, allowed, chosen);
	nearest_sort(&h);
	*n = h.n;
}
