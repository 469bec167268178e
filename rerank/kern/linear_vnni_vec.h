/* SPDX-License-Identifier: MIT */
/* linear_vnni_vec.h - products in int8 of four bytes a lane, in 256 bits.
 *
 * Included once, after vec_avx2.h, with LINEAR_EXPORT, the name of the kernel, and LINEAR_DOT(acc, x, w), the
 * instruction in one of its two encodings: processors with AVX2 alone have that of AVX (VEX), those with
 * AVX-512 that of AVX-512 (EVEX); tests/kern/linear_evex.c. */

#include "rerank/kern/linear_six_vec.h"

VEC_INLINE void linear_int8_block(veci (*sum)[LINEAR_WIDE], const xs_matrix m, int tile, int block,
				  const uint32_t *x, size_t ld, const int wide)
{
	const uint32_t *w[LINEAR_ROWS];
	int depth = linear_words(w, m, tile, block);

	(void)wide; /* always LINEAR_WIDE */
	for (int k = 0; k < depth; k++, x += ld) {
		veci low = vec_load_words(x), high = vec_load_words(x + LANES);

		linear_ask(w, m.stride, k);
#pragma GCC unroll 8
		for (int r = 0; r < LINEAR_ROWS; r++) {
			veci item = veci_set((int32_t)w[r][k]);

			sum[r][0] = LINEAR_DOT(sum[r][0], low, item);
			LINEAR_PIN(sum[r][0]);
			sum[r][1] = LINEAR_DOT(sum[r][1], high, item);
			LINEAR_PIN(sum[r][1]);
		}
	}
}

#define LINEAR(part) linear_int8_##part
#define LINEAR_TILE LINEAR_ROWS
#define LINEAR_ACC veci
#define LINEAR_ZERO veci_set(0)
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_deep_vec.h"
