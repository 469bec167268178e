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

#include "base/cpu.h"

enum {
	XS_SIGN_ROWS = 64,  /* rows whose signs lie together, a byte each of the widest register */
	XS_SIGN_TABLE = 16, /* entries of a table, one for each value of four signs */
	/* The largest entry: four fit into a byte, and the tables of 4096 dimensions into 16 bits. */
	XS_SIGN_ENTRY = 63,
	/* The largest value of a dimension of a question that `dots` takes: with -128 and 4096 dimensions
	 * the sum is below 2^31. */
	XS_DOT_ITEM = 4095
};

/* A question for signs. */
typedef struct xs_sign_query {
	int len; /* bytes of a row's signs, 1 … 512 */
	const uint8_t *
		tables; /* [2 × len][XS_SIGN_TABLE], one for each four dimensions; entries are at most
				* XS_SIGN_ENTRY */
	uint16_t level_scale;
	uint16_t most; /* a row that is farther is not near */
} xs_sign_query;

/* Distances of groups of XS_SIGN_ROWS rows from a question.  Byte b of row r of group g, dimensions
 * 8 b … 8 b + 7 from the lowest bit on, is signs[(g × len + b) × XS_SIGN_ROWS + r], and
 * out[g × XS_SIGN_ROWS + r] = the sum over b of tables[2 b][its lower four bits] +
 * tables[2 b + 1][its upper four bits], + levels[g × XS_SIGN_ROWS + r] × level_scale / 65536, rounded down;
 * 65535 if that is more.  Bit r of near[g] says that this is at most `most`.
 *
 * A register looks up as many rows at once as it has bytes (pshufb): André, Kermarrec and Le Scouarnec,
 * "Cache locality is not enough: high-performance nearest neighbor search with product quantization fast
 * scan", VLDB 2015. */
typedef void xs_scan_signs(uint16_t *out, uint64_t *near, const uint8_t *signs,
			   const uint16_t *levels, size_t groups, const xs_sign_query *q);

/* Products of a question with rows: out[i] = the sum over d of question[d] × items[rows[i] × dimensions + d].
 * dimensions: a multiple of 8, at most 4096; |question[d]| <= XS_DOT_ITEM. */
typedef void xs_scan_dots(int32_t *out, const int8_t *items, int dimensions, const size_t *rows,
			  size_t n, const int16_t *question);

/* One variant: both kernels for one set of instructions. */
typedef struct xs_scan {
	const char *name; /* as in list.h */
	xs_scan_signs *signs;
	xs_scan_dots *dots;
} xs_scan;

/* The fastest variant for a set of instructions, whether or not it runs here. */
const xs_scan *xs_scan_of(xs_cpu set);

/* The variant in use: that of xs_cpu_get() (base/cpu.h), which XS_CPU in the environment may choose. */
const xs_scan *xs_scan_get(void);

/* A variant by name; NULL if it is not built or cannot run here.  For tests and bench. */
const xs_scan *xs_scan_find(const char *name);

#endif
