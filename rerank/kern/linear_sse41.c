/* SPDX-License-Identifier: MIT */
/* linear_sse41.c - products in f32, bf16 (widened to f32) and int8 (as pairs of 16 bits: products
 * of bytes saturate). */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_sse41.h"

#define LINEAR_WIDE 2

#define LINEAR(part) linear_f32_##part
#define LINEAR_EXPORT xs_linear_f32_sse41
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X vec
#define LINEAR_LOAD(p) vec_from_bits(vec_load_words(p))
#define LINEAR_W vec
#define LINEAR_WORD(p) vec_from_bits(veci_set((int32_t) * (p)))
#define LINEAR_MAC(acc, x, w) vec_fma(x, w, acc)
#define LINEAR_GELU vec_gelu
#include "rerank/kern/linear_vec.h"

/* The higher half of a word is a float but for its lowest bits, which are cleared; the lower half
 * is shifted up. */
typedef struct linear_halves {
	vec low, high;
} linear_halves;

static inline linear_halves linear_halves_of(veci x)
{
	return (linear_halves){vec_from_bits(veci_left(x, 16)),
			       vec_from_bits(veci_and(x, veci_set(-65536)))};
}

static inline vec linear_bf16(vec acc, linear_halves x, linear_halves w)
{
	return vec_fma(x.high, w.high, vec_fma(x.low, w.low, acc));
}

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_sse41
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X linear_halves
#define LINEAR_LOAD(p) linear_halves_of(vec_load_words(p))
#define LINEAR_W linear_halves
#define LINEAR_WORD(p) linear_halves_of(veci_set((int32_t) * (p)))
#define LINEAR_MAC(acc, x, w) linear_bf16(acc, x, w)
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"

#define LINEAR(part) linear_int8_##part
#define LINEAR_EXPORT xs_linear_int8_sse41
#define LINEAR_ACC veci
#define LINEAR_ZERO _mm_setzero_si128()
#define LINEAR_X veci
#define LINEAR_LOAD(p) vec_load_words(p)
#define LINEAR_W veci
#define LINEAR_WORD(p) veci_set((int32_t) * (p))
#define LINEAR_MAC(acc, x, w) veci_add(acc, _mm_madd_epi16(x, w))
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"
