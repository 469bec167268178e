/* SPDX-License-Identifier: MIT */
/* linear_avx512.c - products in f32, bf16 (widened to f32) and int8 (VNNI). */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

#define LINEAR_WIDE 4

#define LINEAR(part) linear_f32_##part
#define LINEAR_EXPORT xs_linear_f32_avx512
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X vec
#define LINEAR_LOAD(p) vec_from_bits(vec_load_words(p))
#define LINEAR_W vec
#define LINEAR_WORD(p) vec_from_bits(_mm512_set1_epi32((int32_t) * (p)))
#define LINEAR_MAC(acc, x, w) vec_fma(x, w, acc)
#define LINEAR_GELU vec_gelu
#include "rerank/kern/linear_vec.h"

/* The higher half of a word is a float but for its lowest bits, which are cleared; the lower half
 * is shifted up. */
static inline vec linear_bf16(vec acc, veci x, veci w)
{
	const veci high = veci_set(-65536);

	acc = vec_fma(vec_from_bits(veci_left(x, 16)), vec_from_bits(veci_left(w, 16)), acc);
	return vec_fma(vec_from_bits(veci_and(x, high)), vec_from_bits(veci_and(w, high)), acc);
}

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_avx512
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X veci
#define LINEAR_LOAD(p) vec_load_words(p)
#define LINEAR_W veci
#define LINEAR_WORD(p) _mm512_set1_epi32((int32_t) * (p))
#define LINEAR_MAC(acc, x, w) linear_bf16(acc, x, w)
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"

#define LINEAR_EXPORT xs_linear_int8_avx512
#include "rerank/kern/linear_int8_vec.h"
