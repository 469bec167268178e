/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chosen.h - the first step of the search: the rows whose signs are nearest to a question. */
#ifndef XS_VECTORS_CHOSEN_H
#define XS_VECTORS_CHOSEN_H

#include "vectors/kern/scan.h"
#include "vectors/vectors.h"

/* Which of rows 64 word … 64 word + 63 may be seen, the first in the lowest bit; none that is not there. */
uint64_t xs_chosen_bits(const xs_vectors *v, const uint64_t *allowed, size_t word);

/* The `room` (above 0) rows whose signs are nearest, of those with the same distance the first; they rise.
 * *n of them; fewer if no more are allowed (xs_vectors_nearest).  The caller frees them. */
size_t *xs_chosen_rows(size_t *n, size_t room, const xs_vectors *v, const xs_vector_query *q,
		       const uint64_t *allowed, const xs_scan *kern);

#endif
