/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.h - the search with all that is chosen for it, for bench and tests. */
#ifndef XS_VECTORS_NEAREST_H
#define XS_VECTORS_NEAREST_H

#include "vectors/kern/scan.h"
#include "vectors/vectors.h"

typedef struct xs_nearest_way {
	const xs_scan *kern;
	size_t chosen; /* how many rows the signs choose; 0: products of all rows are made */
} xs_nearest_way;

/* The way of xs_vectors_nearest(): of `n` rows that may be seen, `room` are wanted. */
void xs_nearest_way_init(xs_nearest_way *out, const xs_vectors *v, size_t n, size_t room);

/* As xs_vectors_nearest(), in a given way. */
void xs_nearest_by(xs_near *out, size_t *n, size_t room, const xs_vectors *v,
		   const xs_vector_query *q, const uint64_t *allowed, const xs_nearest_way *way);

#endif
