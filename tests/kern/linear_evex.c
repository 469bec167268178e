/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linear_evex.c - the products of rerank/kern/linear_avxvnni.c in the encoding of AVX-512: more processors have that,
 * so that they can be checked there. */
#include "config.h"

#include "tests/kern/linear_evex.h"

#include "rerank/kern/vec_avx2.h"

#define LINEAR_EXPORT xs_linear_int8_avxvnni_evex
#define LINEAR_MAC(acc, x, w) _mm256_dpbusd_epi32(acc, x, w)
#include "rerank/kern/linear_vnni_vec.h"
