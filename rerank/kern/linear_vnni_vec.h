/* SPDX-License-Identifier: MIT */
/* linear_vnni_vec.h - products in int8 of four bytes a lane, in 256 bits.
 *
 * Included once, after vec_avx2.h, with LINEAR_EXPORT, the name of the kernel, and LINEAR_MAC(acc, x, w), the
 * instruction in one of its two encodings: processors with AVX2 alone have that of AVX (VEX), those with
 * AVX-512 that of AVX-512 (EVEX); tests/kern/linear_evex.c. */

#define LINEAR(part) linear_int8_##part
#define LINEAR_WIDE 2
#define LINEAR_ACC veci
#define LINEAR_ZERO veci_set(0)
#define LINEAR_X veci
#define LINEAR_LOAD(p) vec_load_words(p)
#define LINEAR_W veci
#define LINEAR_WORD(p) veci_set((int32_t) * (p))
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_six_vec.h"
