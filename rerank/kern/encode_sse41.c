/* SPDX-License-Identifier: MIT */
/* encode_sse41.c - hidden states as operands of 16 and 8 bits. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_sse41.h"

enum { ENCODE_GROUP = 2 };
#include "rerank/kern/encode_vec.h"

void xs_encode_bf16_sse41(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			  int cols)
{
	(void)by;
	encode_bf16(to, x, ld, features, cols);
}

void xs_encode_int8_sse41(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			  int cols)
{
	encode_int8(to, x, by, ld, features, cols);
}
