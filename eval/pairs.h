/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pairs.h - files of labelled pairs of texts: duplicates, entailment, answers.
 *
 * Knows nothing of models.  Errors are XS_EINPUT with "FILE:LINE: sentence", or XS_EIO.  All strings
 * live in the arena. */
#ifndef XS_EVAL_PAIRS_H
#define XS_EVAL_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct xs_labelled_pair {
	const char *a, *b;
	bool label; /* true: the two belong together */
} xs_labelled_pair;

typedef struct xs_pairs {
	xs_labelled_pair *rows; /* in the order of the file */
	size_t n, positive;
} xs_pairs;

/* Reads JSON lines {"a": …, "b": …, "label": …}, where a label is 0, 1, true or false; or, where the
 * file begins with anything but "{", lines of a, b and label with tabs between them, with or without a first
 * line whose last field is "label".  Empty lines are passed over; a file without a pair is an
 * error. */
int xs_pairs_read(xs_pairs *out, xs_arena *a, const char *path);

#endif
