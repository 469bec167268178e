/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chosen.c - the rows whose signs are nearest, in one pass.
 *
 * Rows that are nearer than the farthest of the best so far are kept, up to twice as many as wanted; then
 * the farther half goes.  Distances are small whole numbers: they are counted, not sorted.  Few rows are kept
 * after the first ones, as those are hard to surpass. */
#include "vectors/chosen.h"

#include <stdlib.h>

#include "base/memory.h"
#include "vectors/layout.h"
#include "vectors/vector.h"

enum { CHOSEN_GROUPS = 32 }; /* at a time: their distances stay in the first cache */

typedef struct chosen {
	size_t room, n, *rows; /* wanted; kept */
	uint16_t *distances;   /* of those kept */
	xs_sign_query q;       /* with the distance up to which a row is kept */
	bool full;	       /* none can be nearer */
	uint32_t *counts;      /* [65536], of each distance; all 0 */
} chosen;

/* A group of signs has as many rows as a word has bits. */
_Static_assert(XS_SIGN_ROWS == 64, "a group is one word of the rows that may be seen");

uint64_t xs_chosen_bits(const xs_vectors *v, const uint64_t *allowed, size_t word)
{
	uint64_t bits = allowed ? allowed[word] : UINT64_MAX;
	size_t left = v->n - word * XS_SIGN_ROWS;

	return left < XS_SIGN_ROWS ? bits & ((UINT64_C(1) << left) - 1) : bits;
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
	/* Later rows at the same distance are not chosen. */
	c->full = last == 0;
	c->q.most = (uint16_t)(last ? last - 1 : 0);
}

static void chosen_scan(chosen *c, const xs_vectors *v, const uint64_t *allowed,
			const xs_scan *kern)
{
	size_t len = (size_t)v->dimensions / 8 * XS_SIGN_ROWS, groups = v->layout.groups, some;
	uint16_t distances[CHOSEN_GROUPS * XS_SIGN_ROWS];
	uint64_t near[CHOSEN_GROUPS];

	for (size_t g = 0; g < groups && !c->full; g += some) {
		some = groups - g < CHOSEN_GROUPS ? groups - g : CHOSEN_GROUPS;
		kern->signs(distances, near, v->signs + g * len, v->levels + g * XS_SIGN_ROWS, some,
			    &c->q);
		for (size_t i = 0; i < some; i++) {
			uint64_t bits = near[i] & xs_chosen_bits(v, allowed, g + i);

			for (; bits; bits &= bits - 1, c->n++) {
				size_t r = i * XS_SIGN_ROWS + (size_t)__builtin_ctzll(bits);

				c->rows[c->n] = g * XS_SIGN_ROWS + r;
				c->distances[c->n] = distances[r];
			}
			if (c->n > 2 * c->room)
				chosen_halve(c);
		}
	}
	chosen_halve(c);
}

size_t *xs_chosen_rows(size_t *n, size_t room, const xs_vectors *v, const xs_vector_query *q,
		       const uint64_t *allowed, const xs_scan *kern)
{
	chosen c = {.room = room < v->n ? room : v->n, .q = q->signs};
	size_t cap = 2 * c.room + XS_SIGN_ROWS;

	c.rows = xs_malloc(cap * sizeof *c.rows);
	c.distances = xs_malloc(cap * sizeof *c.distances);
	c.counts = xs_calloc(UINT16_MAX + 1, sizeof *c.counts);
	chosen_scan(&c, v, allowed, kern);
	free(c.distances);
	free(c.counts);
	*n = c.n;
	return c.rows;
}
