/* SPDX-License-Identifier: MIT */
/* linear_matrix_vec.h - blocks for Arm's products of small matrices, with four sums each: two outputs ×
 * two columns, of 8 bytes of either.
 *
 * Included once a format, after vec_neon.h, with MATRIX_BLOCK, the function's name, MATRIX_ACC, sums in a
 * register, MATRIX_ITEMS(words), its other operands, and MATRIX_MAC(acc, w, x).
 *
 * Limit: the units that multiply; a third as many instructions as products bring two words of each
 * column side by side. */

/* Two words of each of LANES columns, and of the next `stride` words. */
#ifndef MATRIX_ONCE
#define MATRIX_ONCE
enum { MATRIX_WIDE = 4, MATRIX_PAIRS = XS_LEAST_OUTPUTS / 2 };

/* The words of two outputs; the second one of each only if it is there. */
VEC_INLINE uint32x4_t matrix_outputs(const uint32_t *w, size_t stride, const bool both)
{
	if (both)
		return vcombine_u32(vld1_u32(w), vld1_u32(w + stride));
	return (uint32x4_t){*w, 0, w[stride], 0};
}
#endif

/* A step of all sums: two words, or the last one of an odd number. */
VEC_INLINE void MATRIX_BLOCK(step)(MATRIX_ACC (*acc)[2 * MATRIX_WIDE], const uint32_t *w,
				   size_t stride, const uint32_t *x, size_t ld, const int wide,
				   const bool both)
{
	uint32x4_t item[MATRIX_PAIRS];

#pragma GCC unroll 4
	for (int r = 0; r < MATRIX_PAIRS; r++)
		item[r] = matrix_outputs(w + 2 * (size_t)r * stride, stride, both);
#pragma GCC unroll 4
	for (int j = 0; j < wide; j++) {
		uint32x4_t first = vld1q_u32(x + LANES * j);
		uint32x4_t second = both ? vld1q_u32(x + ld + LANES * j) : vdupq_n_u32(0);
		uint32x4_t low = vzip1q_u32(first, second), high = vzip2q_u32(first, second);

#pragma GCC unroll 4
		for (int r = 0; r < MATRIX_PAIRS; r++) {
			acc[r][2 * j] =
				MATRIX_MAC(acc[r][2 * j], MATRIX_ITEMS(item[r]), MATRIX_ITEMS(low));
			acc[r][2 * j + 1] = MATRIX_MAC(acc[r][2 * j + 1], MATRIX_ITEMS(item[r]),
						       MATRIX_ITEMS(high));
		}
	}
}

/* As the block of linear_vec.h. */
VEC_INLINE void MATRIX_BLOCK(sums)(MATRIX_ACC (*out)[MATRIX_WIDE], const uint32_t *w, size_t stride,
				   int words, const uint32_t *x, size_t ld, const int wide)
{
	MATRIX_ACC acc[MATRIX_PAIRS][2 * MATRIX_WIDE];
	int k = 0;

#pragma GCC unroll 4
	for (int r = 0; r < MATRIX_PAIRS; r++)
#pragma GCC unroll 8
		for (int j = 0; j < 2 * wide; j++)
			acc[r][j] = (MATRIX_ACC){0, 0, 0, 0};
	for (; k + 2 <= words; k += 2, x += 2 * ld)
		MATRIX_BLOCK(step)(acc, w + k, stride, x, ld, wide, true);
	if (k < words)
		MATRIX_BLOCK(step)(acc, w + k, stride, x, ld, wide, false);
#pragma GCC unroll 4
	for (int r = 0; r < MATRIX_PAIRS; r++)
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++) {
			float64x2_t low = (float64x2_t)acc[r][2 * j];
			float64x2_t high = (float64x2_t)acc[r][2 * j + 1];

			out[2 * r][j] = (MATRIX_ACC)vzip1q_f64(low, high);
			out[2 * r + 1][j] = (MATRIX_ACC)vzip2q_f64(low, high);
		}
}

#undef MATRIX_BLOCK
#undef MATRIX_ACC
#undef MATRIX_ITEMS
#undef MATRIX_MAC
