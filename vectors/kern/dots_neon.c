/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_neon.c - products of rows. */
#include "config.h"

#include <arm_neon.h>

#include "vectors/kern/list.h"

enum { DOTS_STEP = 8 };
typedef struct dots_sum {
	int32x4_t low, high;
} dots_sum;

static inline dots_sum dots_zero(void)
{
	return (dots_sum){vdupq_n_s32(0), vdupq_n_s32(0)};
}

/* Eight items of a row, in 16 bits, times those of the question. */
static inline dots_sum dots_part(dots_sum sum, const int8_t *row, const int16_t *question)
{
	int16x8_t items = vmovl_s8(vld1_s8(row)), q = vld1q_s16(question);

	return (dots_sum){vmlal_s16(sum.low, vget_low_s16(items), vget_low_s16(q)),
			  vmlal_high_s16(sum.high, items, q)};
}

static inline int32_t dots_end(dots_sum sum, dots_sum other, const int8_t *row,
			       const int16_t *question, int left)
{
	if (left)
		sum = dots_part(sum, row, question);
	return vaddvq_s32(
		vaddq_s32(vaddq_s32(sum.low, sum.high), vaddq_s32(other.low, other.high)));
}

#define DOTS_EXPORT xs_scan_dots_neon
#include "vectors/kern/dots_vec.h"
