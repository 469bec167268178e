/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sketch.h - 64 bits that are nearly the same for texts of nearly the same words.
 *
 * M. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002, section 3,
 * over the set of words: two sketches differ in about the angle between the sets, 64 bits being
 * half a turn. */
#ifndef XS_INDEX_PAGES_SKETCH_H
#define XS_INDEX_PAGES_SKETCH_H

#include <stddef.h>
#include <stdint.h>

/* Words met so far.  Begin with zeroes. */
typedef struct xs_sketch {
	uint64_t *words;
	size_t n, cap;
} xs_sketch;

/* Adds the words of a text, whatever their case. */
void xs_sketch_text(xs_sketch *s, const char *text, size_t len);

/* The sketch of all words; 0 for none.  Frees what was collected. */
uint64_t xs_sketch_end(xs_sketch *s);

/* Bits that differ: 0 … 64. */
int xs_sketch_distance(uint64_t a, uint64_t b);

#endif
