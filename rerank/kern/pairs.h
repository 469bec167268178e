/* SPDX-License-Identifier: MIT */
/* pairs.h - weights of int8 whose sums of products fit 16 bits, as AVX2 and AVX-512 without VNNI multiply them.
 *
 * They multiply unsigned bytes (features) by signed ones (weights) and add two neighbours up in 16 bits, which
 * may saturate.  It cannot where the positive weights that are added up come to 128 at most, and the
 * negative ones to -128: 255 × 128 < 2^15. */
#ifndef XS_RERANK_KERN_PAIRS_H
#define XS_RERANK_KERN_PAIRS_H

#include <stdint.h>

/* Outputs of a tile; the words of a block of inputs that are packed together; steps that are asked for so
 * early, 1 KiB. */
enum { PAIRS_TILE = 4, PAIRS_DEPTH = 192, PAIRS_AHEAD = 32 };

/* Two words of features and their weights, of PAIRS_TILE outputs; the four products that
 * add up to one of 16 bits fit it.  The words lie at these places in the block. */
typedef struct pairs_step {
	uint16_t at[2];
	uint32_t weight[2][PAIRS_TILE];
} pairs_step;

#endif
