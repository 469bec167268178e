/* SPDX-License-Identifier: MIT */
/* linear_avx512vnni.c - products in int8 of four bytes a lane (VNNI). */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

#define LINEAR_WIDE 4
#define LINEAR_EXPORT xs_linear_int8_avx512vnni
#include "rerank/kern/linear_int8_vec.h"
