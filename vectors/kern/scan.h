/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.h - contracts of the kernels that compare a question with many rows, and the choice among their
 * variants.
 *
 * Knows numbers, and nothing of files and cosines: any thread may call a kernel.  All results are whole
 * numbers, the same in every variant (class EXACT of rerank/kern/kern.h). */
#ifndef XS_VECTORS_KERN_SCAN_H
#define XS_VECTORS_KERN_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum {
	XS_SIGN_ROWS = 8,   /* rows whose signs lie together, a lane each of the widest register */
	XS_SIGN_PLANES = 4, /* bits of one dimension of a question */
	/* The largest value of a dimension of a question that `dots` takes: with 127 and 4096 dimensions
	 * the sum is below 2^31. */
	XS_DOT_ITEM = 4095
};

/* Distances of groups of XS_SIGN_ROWS rows from a question.  Word w of row r of group g is
 * signs[(g × words + w) × XS_SIGN_ROWS + r], aligned to 64 bytes.  The question has XS_SIGN_PLANES planes
 * of as many words, plane p weighs 2^p: planes[w × XS_SIGN_PLANES + p].  out[g × XS_SIGN_ROWS + r] = the sum
 * over planes of 2^p × the number of bits in which row and plane differ.  words: 1 … 64, so that the sum
 * is below 2^16. */
typedef void xs_scan_signs(uint16_t *out, const uint64_t *signs, size_t groups, int words,
			   const uint64_t *planes);

/* Products of a question with rows: out[i] = the sum over d of question[d] × items[rows[i] × dimensions + d].
 * dimensions: a multiple of 8, at most 4096; |question[d]| <= XS_DOT_ITEM.  Rows that rise are read ahead. */
typedef void xs_scan_dots(int32_t *out, const int8_t *items, int dimensions, const size_t *rows,
			  size_t n, const int16_t *question);

/* One variant: both kernels for one set of instructions. */
typedef struct xs_scan {
	const char *name; /* as in list.h */
	xs_scan_signs *signs;
	xs_scan_dots *dots;
} xs_scan;

/* The variant in use: the fastest for the instructions of xs_cpu_get() (base/cpu.h), which XS_CPU in the
 * environment may choose. */
const xs_scan *xs_scan_get(void);

/* A variant by name; NULL if it is not built or cannot run here.  For tests and bench. */
const xs_scan *xs_scan_find(const char *name);

#endif
