/* SPDX-License-Identifier: MIT */
/* encode_avx512bf16.c - hidden states as operands of 16 bits with the processor's own rounding. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

/* The conversion leaves sixteen low items beside sixteen high ones; pairs are wanted. */
void xs_encode_bf16_avx512bf16(xs_operand *to, const float *x, size_t ld, int features, int cols)
{
	const veci pairs = _mm512_or_si512(
		_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
		_mm512_slli_epi32(_mm512_setr_epi32(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
						    29, 30, 31),
				  16));

	for (int c = 0; c < cols; c += LANES)
		for (int f = 0; f < features; f += 2) {
			const float *from = x + (size_t)f * ld + c;
			vec high = f + 1 < features ? vec_load(from + ld) : vec_zero();
			veci both = (veci)_mm512_cvtne2ps_pbh(high, vec_load(from));

			vec_store_words(to->word + (size_t)(f / 2) * to->ld + c,
					_mm512_permutexvar_epi16(pairs, both));
		}
}
