/* SPDX-License-Identifier: MIT */
/* encode_neon.c - hidden states as operands of 16 bits and of 8, signed. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_neon.h"

enum { ENCODE_GROUP = 4 };
#define ENCODE_SIGNED
#include "rerank/kern/encode_vec.h"

void xs_encode_bf16_neon(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			 int cols)
{
	(void)by;
	encode_bf16(to, x, ld, features, cols);
}

void xs_encode_int8_neon(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			 int cols)
{
	encode_int8(to, x, by, ld, features, cols);
}
