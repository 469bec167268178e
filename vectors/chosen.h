/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chosen.h - the first step of the search: the rows whose signs are nearest to a question. */
#ifndef XS_VECTORS_CHOSEN_H
#define XS_VECTORS_CHOSEN_H

#include "vectors/vectors.h"

/* How many rows of n are to be chosen where the nearest `room` are wanted. */
size_t xs_vectors_to_choose(size_t n, size_t room);

/* The `room` (above 0) rows whose signs are nearest, of those with the same distance the first; they rise.
 * *n of them; fewer if no more are allowed (xs_vectors_nearest).  The caller frees them. */
size_t *xs_vectors_chosen(size_t *n, size_t room, const xs_vectors *v, const xs_vector_query *q,
			  const uint64_t *allowed);

#endif
