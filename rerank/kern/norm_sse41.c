/* SPDX-License-Identifier: MIT */
/* norm_sse41.c - LayerNorm. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_sse41.h"

#include "rerank/kern/norm_vec.h"

void xs_norm_sse41(float *x, size_t ld, const float *gamma, const float *beta, float eps,
		   int features, int cols)
{
	norm_columns(x, ld, gamma, beta, eps, features, cols);
}
