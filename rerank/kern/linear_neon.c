/* SPDX-License-Identifier: MIT */
/* linear_neon.c - products in f32, bf16 (widened to f32) and int8 (products of 16 bits, added in pairs).
 *
 * A multiply-add takes one lane of a register for all lanes: a word of weights is loaded as it is, and
 * no unit that multiplies spreads it. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_neon.h"

#define LINEAR_WIDE 4

static inline float linear_float(uint32_t word)
{
	float x;

	memcpy(&x, &word, sizeof x);
	return x;
}

#define LINEAR(part) linear_f32_##part
#define LINEAR_EXPORT xs_linear_f32_neon
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X vec
#define LINEAR_LOAD(p) vec_from_bits(vec_load_words(p))
#define LINEAR_W float
#define LINEAR_WORD(p) linear_float(*(p))
#define LINEAR_MAC(acc, x, w) vfmaq_n_f32(acc, x, w)
#define LINEAR_GELU vec_gelu
#include "rerank/kern/linear_vec.h"

#undef LINEAR_WIDE
#define LINEAR_WIDE 2

/* The higher half of a word is a float but for its lowest bits, which are cleared; the lower half
 * is shifted up.  Of a column both halves are made once. */
typedef struct linear_halves {
	vec low, high;
} linear_halves;

static inline linear_halves linear_halves_of(const uint32_t *p)
{
	veci x = vec_load_words(p);

	return (linear_halves){vec_from_bits(veci_left(x, 16)),
			       vec_from_bits(veci_and(x, veci_set(-65536)))};
}

/* The same of a word of weights, each as the lowest lane of a register. */
typedef struct linear_word {
	float32x2_t low, high;
} linear_word;

static inline linear_word linear_word_of(const uint32_t *p)
{
	uint32x2_t word = vreinterpret_u32_u64(vcreate_u64(*p));

	return (linear_word){vreinterpret_f32_u32(vshl_n_u32(word, 16)),
			     vreinterpret_f32_u32(vand_u32(word, vdup_n_u32(0xffff0000u)))};
}

static inline vec linear_bf16(vec acc, linear_halves x, linear_word w)
{
	return vfmaq_lane_f32(vfmaq_lane_f32(acc, x.low, w.low, 0), x.high, w.high, 0);
}

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_neon
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X linear_halves
#define LINEAR_LOAD(p) linear_halves_of(p)
#define LINEAR_W linear_word
#define LINEAR_WORD(p) linear_word_of(p)
#define LINEAR_MAC(acc, x, w) linear_bf16(acc, x, w)
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"

/* Sums of two words of a column each: two columns a register. */
typedef struct linear_sums {
	int32x4_t low, high;
} linear_sums;

static inline linear_sums linear_int8(linear_sums acc, int8x16_t x, int8x16_t w)
{
	return (linear_sums){vpadalq_s16(acc.low, vmull_s8(vget_low_s8(x), vget_low_s8(w))),
			     vpadalq_s16(acc.high, vmull_high_s8(x, w))};
}

#define LINEAR(part) linear_int8_##part
#define LINEAR_EXPORT xs_linear_int8_neon
#define LINEAR_ACC veci
#define LINEAR_PART linear_sums
#define LINEAR_SUM(part) vpaddq_s32((part).low, (part).high)
#define LINEAR_ZERO ((linear_sums){vdupq_n_s32(0), vdupq_n_s32(0)})
#define LINEAR_X int8x16_t
#define LINEAR_LOAD(p) vreinterpretq_s8_u32(vld1q_u32(p))
#define LINEAR_W int8x16_t
#define LINEAR_WORD(p) vreinterpretq_s8_u32(vld1q_dup_u32(p))
#define LINEAR_MAC(acc, x, w) linear_int8(acc, x, w)
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"
