/* SPDX-License-Identifier: MIT */
/* linear_avx512bf16.c - products in bf16 with the processor's own instruction. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

#define LINEAR_WIDE 4

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_avx512bf16
#define LINEAR_ACC vec
#define LINEAR_ZERO vec_zero()
#define LINEAR_X __m512bh
#define LINEAR_LOAD(p) ((__m512bh)vec_load_words(p))
#define LINEAR_W __m512bh
#define LINEAR_WORD(p) ((__m512bh)_mm512_set1_epi32((int32_t) * (p)))
#define LINEAR_MAC(acc, x, w) _mm512_dpbf16_ps(acc, x, w)
#define LINEAR_FLOAT(acc, m, row, x, column, bias) ((acc) + (bias))
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"
