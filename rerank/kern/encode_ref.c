/* SPDX-License-Identifier: MIT */
/* encode_ref.c - hidden states as operands of 16 and 8 bits, the plain loops. */
#include "config.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "rerank/kern/encode.h"
#include "rerank/kern/list.h"

/* The upper half of the nearest float that has no other; a half is rounded to even. */
static uint32_t encode_bf16(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

void xs_encode_bf16_ref(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			int cols)
{
	(void)by;
	for (int f = 0; f < features; f += 2)
		for (int c = 0; c < cols; c++) {
			uint32_t low = encode_bf16(x[(size_t)f * ld + c]), high = 0;

			if (f + 1 < features)
				high = encode_bf16(x[(size_t)(f + 1) * ld + c]);
			to->word[(size_t)(f / 2) * to->ld + c] = low | high << 16;
		}
}

static float encode_feature(const float *x, const float *by, size_t ld, int f)
{
	return by ? x[(size_t)f * ld] * by[f] : x[(size_t)f * ld];
}

/* One column: its steps, then its bytes. */
static void encode_column(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			  int c)
{
	float low = 0, high = 0, inverse, zero;

	for (int f = 0; f < features; f++) {
		low = fminf(low, encode_feature(x, by, ld, f));
		high = fmaxf(high, encode_feature(x, by, ld, f));
	}
	to->scale[c] = (high - low) * (1.0f / ENCODE_STEPS);
	inverse = high - low > ENCODE_LEAST ? ENCODE_STEPS / (high - low) : 0;
	to->zero[c] = zero = rintf(-low * inverse) + 1;
	for (int f = 0; f < features; f += 4) {
		uint32_t word = 0;

		for (int i = 0; i < 4; i++) {
			float v = f + i < features ? encode_feature(x, by, ld, f + i) : 0;

			word |= (uint32_t)(int32_t)rintf(fmaf(v, inverse, zero)) << 8 * i;
		}
		to->word[(size_t)(f / 4) * to->ld + c] = word;
	}
}

void xs_encode_int8_ref(xs_operand *to, const float *x, const float *by, size_t ld, int features,
			int cols)
{
	for (int c = 0; c < cols; c++)
		encode_column(to, x + c, by, ld, features, c);
}
