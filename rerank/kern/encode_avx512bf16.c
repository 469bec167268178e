/* SPDX-License-Identifier: MIT */
/* encode_avx512bf16.c - hidden states as operands of 16 bits with the processor's own rounding. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512bf16.h"

void xs_encode_bf16_avx512bf16(xs_operand *to, const float *x, const float *by, size_t ld,
			       int features, int cols)
{
	(void)by;
	for (int c = 0; c < cols; c += LANES)
		for (int f = 0; f < features; f += 2) {
			const float *from = x + (size_t)f * ld + c;
			vec high = f + 1 < features ? vec_load(from + ld) : vec_zero();

			vec_store_words(to->word + (size_t)(f / 2) * to->ld + c,
					vec_pairs(vec_load(from), high));
		}
}
