/* SPDX-License-Identifier: MIT */
/* norm_neon.c - LayerNorm. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_neon.h"

#include "rerank/kern/norm_vec.h"

void xs_norm_neon(float *x, size_t ld, const float *gamma, const float *beta, float eps,
		  int features, int cols)
{
	norm_columns(x, ld, gamma, beta, eps, features, cols);
}
