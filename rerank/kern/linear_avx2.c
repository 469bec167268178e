/* SPDX-License-Identifier: MIT */
/* linear_avx2.c - products in f32, bf16 (widened to f32) and int8 (pairs.h). */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/pairs.h"
#include "rerank/kern/vec_avx2.h"

#define LINEAR_WIDE 2

/* Written as an instruction: gcc 12 takes another form of it, and copies sums. */
VEC_INLINE vec linear_fma(vec sum, vec x, vec w)
{
	__asm__("vfmadd231ps %1, %2, %0" : "+x"(sum) : "x"(x), "x"(w));
	return sum;
}

#define LINEAR(part) linear_f32_##part
#define LINEAR_EXPORT xs_linear_f32_avx2
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X vec
#define LINEAR_LOAD(p) vec_from_bits(vec_load_words(p))
#define LINEAR_W vec
#define LINEAR_WORD(p) vec_from_bits(veci_set((int32_t) * (p)))
#define LINEAR_MAC(acc, x, w) linear_fma(acc, x, w)
#define LINEAR_GELU vec_gelu
#include "rerank/kern/linear_six_vec.h"

/* The higher half of a word is a float but for its lowest bits, which are cleared; the lower half
 * is shifted up. */
VEC_INLINE vec linear_bf16(vec acc, veci x, veci w)
{
	const veci high = veci_set(-65536);

	acc = linear_fma(acc, vec_from_bits(veci_left(x, 16)), vec_from_bits(veci_left(w, 16)));
	return linear_fma(acc, vec_from_bits(veci_and(x, high)), vec_from_bits(veci_and(w, high)));
}

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_avx2
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X veci
#define LINEAR_LOAD(p) vec_load_words(p)
#define LINEAR_W veci
#define LINEAR_WORD(p) veci_set((int32_t) * (p))
#define LINEAR_MAC(acc, x, w) linear_bf16(acc, x, w)
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_six_vec.h"

/* A step's products are added up in 16 bits, then in 32.  The last sum is written as an instruction: gcc 12
 * makes it elsewhere and copies it. */
VEC_INLINE veci linear_step(veci sum, veci x, veci y, veci v, veci w)
{
	const veci one = _mm256_set1_epi16(1);

	x = _mm256_add_epi16(_mm256_maddubs_epi16(x, v), _mm256_maddubs_epi16(y, w));
	x = _mm256_madd_epi16(x, one);
	__asm__ volatile("vpaddd %1, %0, %0" : "+x"(sum) : "x"(x));
	return sum;
}

VEC_INLINE void linear_int8_block(veci (*sum)[LINEAR_WIDE], const xs_matrix m, int tile, int block,
				  const uint32_t *x, size_t ld, const int wide)
{
	const uint32_t *end = m.begin + tile * m.stride + block;
	const pairs_step *step = (const pairs_step *)(const void *)m.data + end[0],
			 *last = (const pairs_step *)(const void *)m.data + end[1];

	(void)wide; /* always LINEAR_WIDE, in registers by name: of arrays gcc 12 makes loops 2 to 4 % slower */
	for (; step < last; step++) {
		const uint32_t *a = x + step->at[0] * ld, *b = x + step->at[1] * ld;
		veci a0 = vec_load_words(a), a1 = vec_load_words(a + LANES);
		veci b0 = vec_load_words(b), b1 = vec_load_words(b + LANES);

		__builtin_prefetch(step + PAIRS_AHEAD);
#pragma GCC unroll 4
		for (int r = 0; r < PAIRS_TILE; r++) {
			veci v = veci_set((int32_t)step->weight[0][r]);
			veci w = veci_set((int32_t)step->weight[1][r]);

			sum[r][0] = linear_step(sum[r][0], a0, b0, v, w);
			sum[r][1] = linear_step(sum[r][1], a1, b1, v, w);
		}
	}
}

#define LINEAR(part) linear_int8_##part
#define LINEAR_EXPORT xs_linear_int8_avx2
#define LINEAR_TILE PAIRS_TILE
#define LINEAR_DEPTH PAIRS_DEPTH
#define LINEAR_ACC veci
#define LINEAR_ZERO veci_set(0)
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_deep_vec.h"
