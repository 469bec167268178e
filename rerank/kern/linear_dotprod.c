/* SPDX-License-Identifier: MIT */
/* linear_dotprod.c - products in int8 of four bytes a lane (sdot). */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_neon.h"

#define LINEAR_WIDE 4

/* A word as the lowest lane of a register: a load by itself. */
static inline int8x8_t linear_word(const uint32_t *p)
{
	return vreinterpret_s8_u64(vcreate_u64(*p));
}

#define LINEAR(part) linear_int8_##part
#define LINEAR_EXPORT xs_linear_int8_dotprod
#define LINEAR_ACC veci
#define LINEAR_ZERO vdupq_n_s32(0)
#define LINEAR_X int8x16_t
#define LINEAR_LOAD(p) vreinterpretq_s8_u32(vld1q_u32(p))
#define LINEAR_W int8x8_t
#define LINEAR_WORD(p) linear_word(p)
#define LINEAR_MAC(acc, x, w) vdotq_lane_s32(acc, x, w, 0)
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"
