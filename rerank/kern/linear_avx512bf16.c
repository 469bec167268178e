/* SPDX-License-Identifier: MIT */
/* linear_avx512bf16.c - products in bf16 with the processor's own instruction, and bf16 results of those
 * and of int8. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512bf16.h"

#define LINEAR_WIDE 4

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_avx512bf16
#define LINEAR_EXPORT_BF16 xs_linear_bf16_to_bf16_avx512bf16
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X veci
#define LINEAR_LOAD(p) vec_load_words(p)
#define LINEAR_W veci
#define LINEAR_WORD(p) veci_set((int32_t) * (p))
#define LINEAR_MAC(acc, x, w) vec_dot(acc, x, w)
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"

#define LINEAR_EXPORT_BF16 xs_linear_int8_to_bf16_avx512bf16
#include "rerank/kern/linear_int8_vec.h"
