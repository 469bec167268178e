/* SPDX-License-Identifier: MIT */
/* encode.h - what the variants of `encode` share. */
#ifndef XS_RERANK_KERN_ENCODE_H
#define XS_RERANK_KERN_ENCODE_H

/* Steps from the least to the greatest number of a column.  The zero is a whole step, up to half a
 * step from its place, so that 253 steps and one below keep every byte within 0 … 255 without a
 * test. */
#define ENCODE_STEPS 253.0f

/* Columns of a lesser range are 0: steps in a unit of it would overflow. */
#define ENCODE_LEAST 1e-30f

#endif
