/* SPDX-License-Identifier: MIT */
/* linear_avxvnni.c - products in int8 by AVX-VNNI. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx2.h"

#define LINEAR_EXPORT xs_linear_int8_avxvnni
#define LINEAR_MAC(acc, x, w) _mm256_dpbusd_avx_epi32(acc, x, w)
#include "rerank/kern/linear_vnni_vec.h"
