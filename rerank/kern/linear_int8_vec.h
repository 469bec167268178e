/* SPDX-License-Identifier: MIT */
/* linear_int8_vec.h - products in int8 by VNNI, for the variants of sixteen lanes; after the names of
 * linear_vec.h that are theirs: LINEAR_EXPORT, LINEAR_EXPORT_BF16. */

#define LINEAR(part) linear_int8_##part
#define LINEAR_ACC veci
#define LINEAR_ZERO _mm512_setzero_si512()
#define LINEAR_X veci
#define LINEAR_LOAD(p) vec_load_words(p)
#define LINEAR_W veci
#define LINEAR_WORD(p) _mm512_set1_epi32((int32_t) * (p))
#define LINEAR_MAC(acc, x, w) _mm512_dpbusd_epi32(acc, x, w)
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"
