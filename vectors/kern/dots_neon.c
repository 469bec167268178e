/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_neon.c - products of rows. */
#include "config.h"

#include <arm_neon.h>

#include "vectors/kern/list.h"

#include "vectors/kern/dots_vec.h"

enum { DOTS_STEP = 8 };

/* Four sums, since one would wait for itself. */
typedef struct dots_sums {
	int32x4_t low, high;
} dots_sums;

/* Eight items of a row, in 16 bits, times those of the question. */
static inline dots_sums dots_part(dots_sums sum, const int8_t *row, const int16_t *question)
{
	int16x8_t items = vmovl_s8(vld1_s8(row)), q = vld1q_s16(question);

	return (dots_sums){vmlal_s16(sum.low, vget_low_s16(items), vget_low_s16(q)),
			   vmlal_high_s16(sum.high, items, q)};
}

static inline int32_t dots_row(const int8_t *row, const int16_t *question, int dimensions)
{
	dots_sums sum = {vdupq_n_s32(0), vdupq_n_s32(0)}, other = sum;
	int d = 0;

	for (; d + 2 * DOTS_STEP <= dimensions; d += 2 * DOTS_STEP) {
		sum = dots_part(sum, row + d, question + d);
		other = dots_part(other, row + d + DOTS_STEP, question + d + DOTS_STEP);
	}
	if (d < dimensions) /* eight are left */
		sum = dots_part(sum, row + d, question + d);
	return vaddvq_s32(
		vaddq_s32(vaddq_s32(sum.low, sum.high), vaddq_s32(other.low, other.high)));
}

void xs_scan_dots_neon(int32_t *out, const int8_t *items, int dimensions, const size_t *rows,
		       size_t n, const int16_t *question)
{
	for (size_t i = 0; i < n; i++) {
		dots_ahead(items, dimensions, rows, n, i);
		out[i] = dots_row(items + rows[i] * (size_t)dimensions, question, dimensions);
	}
}
