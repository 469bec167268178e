/* SPDX-License-Identifier: MIT */
/* linear_i8mm.c - products in bf16 (bfmmla) and int8 (smmla) of small matrices. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_neon.h"

#define LINEAR_WIDE 4

#define MATRIX_BLOCK(part) linear_bf16_matrix_##part
#define MATRIX_ACC vec
#define MATRIX_ITEMS(words) vreinterpretq_bf16_u32(words)
#define MATRIX_MAC(acc, w, x) vbfmmlaq_f32(acc, w, x)
#include "rerank/kern/linear_matrix_vec.h"

#define LINEAR(part) linear_bf16_##part
#define LINEAR_EXPORT xs_linear_bf16_i8mm
#define LINEAR_ACC vec
#define LINEAR_BLOCK(out, w, stride, words, x, ld, to, wide) \
	((void)(to), linear_bf16_matrix_sums(out, w, stride, words, x, ld, wide))
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"

#define MATRIX_BLOCK(part) linear_int8_matrix_##part
#define MATRIX_ACC veci
#define MATRIX_ITEMS(words) vreinterpretq_s8_u32(words)
#define MATRIX_MAC(acc, w, x) vmmlaq_s32(acc, w, x)
#include "rerank/kern/linear_matrix_vec.h"

#define LINEAR(part) linear_int8_##part
#define LINEAR_EXPORT xs_linear_int8_i8mm
#define LINEAR_ACC veci
#define LINEAR_BLOCK(out, w, stride, words, x, ld, to, wide) \
	((void)(to), linear_int8_matrix_sums(out, w, stride, words, x, ld, wide))
#define LINEAR_INT8
#define LINEAR_GELU vec_gelu_rough
#include "rerank/kern/linear_vec.h"
