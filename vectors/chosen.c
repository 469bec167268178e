/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chosen.c - the rows whose signs are nearest, in one pass.
 *
 * Rows that are nearer than the farthest of the best so far are kept, up to twice as many as wanted; then
 * the farther half goes.  Distances are small whole numbers: they are counted, not sorted.  Few rows are kept
 * after the first ones, as those are hard to surpass. */
#include "vectors/chosen.h"

#include <stdlib.h>

#include "base/memory.h"
#include "vectors/kern/scan.h"
#include "vectors/layout.h"
#include "vectors/vector.h"

enum { CHOSEN_GROUPS = 32 }; /* at a time: their distances stay in the first cache */

typedef struct chosen {
	size_t room, n, *rows; /* wanted; kept */
	uint16_t *distances;   /* of those kept */
	uint32_t below;	       /* what a row's distance must be to be kept */
	uint32_t *counts;      /* [65536], of each distance; all 0 */
} chosen;

size_t xs_vectors_to_choose(size_t n, size_t room)
{
	size_t few = 1000 + n / 500;

	return room < few / 10 ? few : room * 10;
}

/* Keeps the nearest `room`. */
static void chosen_halve(chosen *c)
{
	size_t last = 0, left = c->room, n = 0;

	if (c->n <= c->room)
		return;
	for (size_t i = 0; i < c->n; i++)
		c->counts[c->distances[i]]++;
	while (c->counts[last] < left)
		left -= c->counts[last++];
	for (size_t i = 0; i < c->n; i++)
		c->counts[c->distances[i]] = 0;
	for (size_t i = 0; i < c->n; i++) {
		bool at_last = c->distances[i] == last;

		if (c->distances[i] > last || (at_last && !left))
			continue;
		left -= at_last;
		c->rows[n] = c->rows[i];
		c->distances[n++] = c->distances[i];
	}
	c->n = n;
	c->below = (uint32_t)last;
}

/* Looks at a group's distances.  There is room for all of it. */
static void chosen_group(chosen *c, size_t first, const uint16_t *distances, uint64_t allowed)
{
	size_t n = c->n;

	/* Written always and counted where it holds: jumps would be guessed wrong too often. */
	for (size_t r = 0; r < XS_SIGN_ROWS; r++) {
		c->rows[n] = first + r;
		c->distances[n] = distances[r];
		n += (distances[r] < c->below) & (allowed >> r & 1);
	}
	c->n = n;
}

/* Bits of a group's rows that may be seen; a row that is not there may not. */
static uint64_t chosen_allowed(const xs_vectors *v, const uint64_t *allowed, size_t g)
{
	uint64_t bits = allowed ? allowed[g] : UINT64_MAX;
	size_t left = v->n - g * XS_SIGN_ROWS;

	return left < XS_SIGN_ROWS ? bits & ((UINT64_C(1) << left) - 1) : bits;
}

static void chosen_scan(chosen *c, const xs_vectors *v, const xs_vector_query *q,
			const uint64_t *allowed)
{
	size_t len = (size_t)v->dimensions / 8, groups = v->layout.groups, some;
	uint16_t distances[CHOSEN_GROUPS * XS_SIGN_ROWS];
	const xs_scan *kern = xs_scan_get();

	for (size_t g = 0; g < groups; g += some) {
		some = groups - g < CHOSEN_GROUPS ? groups - g : CHOSEN_GROUPS;
		kern->signs(distances, v->signs + g * len * XS_SIGN_ROWS,
			    v->levels + g * XS_SIGN_ROWS, some, (int)len, q->tables,
			    q->level_scale);
		for (size_t i = 0; i < some; i++) {
			chosen_group(c, (g + i) * XS_SIGN_ROWS, distances + i * XS_SIGN_ROWS,
				     chosen_allowed(v, allowed, g + i));
			if (c->n > 2 * c->room)
				chosen_halve(c);
		}
	}
	chosen_halve(c);
}

size_t *xs_vectors_chosen(size_t *n, size_t room, const xs_vectors *v, const xs_vector_query *q,
			  const uint64_t *allowed)
{
	chosen c = {.room = room < v->n ? room : v->n, .below = UINT32_MAX};
	size_t cap = 2 * c.room + 2 * XS_SIGN_ROWS;

	c.rows = xs_malloc(cap * sizeof *c.rows);
	c.distances = xs_malloc(cap * sizeof *c.distances);
	c.counts = xs_calloc(UINT16_MAX + 1, sizeof *c.counts);
	chosen_scan(&c, v, q, allowed);
	free(c.distances);
	free(c.counts);
	*n = c.n;
	return c.rows;
}
