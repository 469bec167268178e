/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signs_ref.c - distances of signs, the plain loop. */
#include "config.h"

#include "vectors/kern/list.h"

/* The bits of a word, by adding neighbours (Warren, Hacker's Delight, 5-1): without an instruction for it
 * the compiler would call a function. */
static uint64_t signs_count(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555;
	x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return x * 0x0101010101010101 >> 56;
}

void xs_scan_signs_ref(uint16_t *out, const uint64_t *signs, size_t groups, int words,
		       const uint64_t *planes)
{
	for (size_t g = 0; g < groups; g++, out += XS_SIGN_ROWS) {
		uint64_t sum[XS_SIGN_ROWS] = {0};

		for (int w = 0; w < words; w++, signs += XS_SIGN_ROWS)
			for (int p = 0; p < XS_SIGN_PLANES; p++)
				for (int r = 0; r < XS_SIGN_ROWS; r++)
					sum[r] += signs_count(signs[r] ^
							      planes[w * XS_SIGN_PLANES + p])
						  << p;
		for (int r = 0; r < XS_SIGN_ROWS; r++)
			out[r] = (uint16_t)sum[r];
	}
}
