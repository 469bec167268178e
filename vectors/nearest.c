/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - the rows nearest to a question, in two steps.
 *
 * First the distances of all signs, then the products of those rows whose signs are nearest.  Of few rows the
 * products are made at once. */
#include "vectors/nearest.h"

#include <stdlib.h>

#include "vectors/chosen.h"
#include "vectors/layout.h"
#include "vectors/vector.h"

enum {
	NEAREST_CHUNK = 1024, /* rows whose products are made at a time */
	/* So few rows, or this part of all of them, are compared by products alone: that reads less
	 * memory than the signs of all, eight times smaller than items, or hardly more. */
	NEAREST_FEW = 4096,
	NEAREST_SHARE = 16,
	/* Rows that the signs choose: so many, one of so many, and at least so many times the wanted
	 * ones. */
	NEAREST_CHOSEN = 1000,
	NEAREST_GROWTH = 500,
	NEAREST_TIMES = 10
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
			     const size_t *rows, size_t n, const xs_scan *kern)
{
	int32_t products[NEAREST_CHUNK];

	for (size_t done = 0, some; done < n; done += some, rows += some) {
		some = n - done < NEAREST_CHUNK ? n - done : NEAREST_CHUNK;
		kern->dots(products, v->items, v->dimensions, rows, some, q->items);
		for (size_t i = 0; i < some; i++)
			nearest_add(h, (xs_near){rows[i], xs_vector_cosine(products[i], q->scale,
									   v->scales[rows[i]])});
	}
}

/* How many rows may be seen. */
static size_t nearest_count(const xs_vectors *v, const uint64_t *allowed)
{
	size_t n = 0;

	if (!allowed)
		return v->n;
	for (size_t word = 0; word < v->layout.groups; word++)
		n += (size_t)__builtin_popcountll(xs_chosen_bits(v, allowed, word));
	return n;
}

/* All rows that may be seen, some at a time. */
static void nearest_of_all(nearest_heap *h, const xs_vectors *v, const xs_vector_query *q,
			   const uint64_t *allowed, const xs_scan *kern)
{
	size_t rows[NEAREST_CHUNK], n = 0;

	for (size_t word = 0; word < v->layout.groups; word++) {
		uint64_t bits = xs_chosen_bits(v, allowed, word);

		for (; bits; bits &= bits - 1)
			rows[n++] = word * XS_SIGN_ROWS + (size_t)__builtin_ctzll(bits);
		if (n > NEAREST_CHUNK - XS_SIGN_ROWS) {
			nearest_products(h, v, q, rows, n, kern);
			n = 0;
		}
	}
	nearest_products(h, v, q, rows, n, kern);
}

static void nearest_of_chosen(nearest_heap *h, const xs_vectors *v, const xs_vector_query *q,
			      const uint64_t *allowed, const xs_nearest_way *way)
{
	size_t n, *rows = xs_chosen_rows(&n, way->chosen, v, q, allowed, way->kern);

	nearest_products(h, v, q, rows, n, way->kern);
	free(rows);
}

void xs_nearest_way_init(xs_nearest_way *out, const xs_vectors *v, size_t n, size_t room)
{
	size_t chosen = NEAREST_CHOSEN + n / NEAREST_GROWTH;

	if (chosen < room * NEAREST_TIMES)
		chosen = room * NEAREST_TIMES;
	if (n <= chosen || n <= NEAREST_FEW || n <= v->n / NEAREST_SHARE)
		chosen = 0;
	*out = (xs_nearest_way){xs_scan_get(), chosen};
}

void xs_nearest_by(xs_near *out, size_t *n, size_t room, const xs_vectors *v,
		   const xs_vector_query *q, const uint64_t *allowed, const xs_nearest_way *way)
{
	nearest_heap h = {.near = out, .room = room};

	*n = 0;
	if (!room || q->scale == 0)
		return;
	if (way->chosen)
		nearest_of_chosen(&h, v, q, allowed, way);
	else
		nearest_of_all(&h, v, q, allowed, way->kern);
	nearest_sort(&h);
	*n = h.n;
}

void xs_vectors_nearest(xs_near *out, size_t *n, size_t room, const xs_vectors *v,
			const xs_vector_query *q, const uint64_t *allowed)
{
	xs_nearest_way way;

	/* More than all is not found, and ten times more would be no number. */
	room = room < v->n ? room : v->n;
	xs_nearest_way_init(&way, v, nearest_count(v, allowed), room);
	xs_nearest_by(out, n, room, v, q, allowed, &way);
}
