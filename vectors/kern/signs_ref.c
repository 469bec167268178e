/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signs_ref.c - distances of signs, the plain loop. */
#include "config.h"

#include "vectors/kern/list.h"

void xs_scan_signs_ref(uint16_t *out, uint64_t *near, const uint8_t *signs, const uint16_t *levels,
		       size_t groups, const xs_sign_query *q)
{
	for (size_t g = 0; g < groups; g++, out += XS_SIGN_ROWS, levels += XS_SIGN_ROWS) {
		uint16_t sum[XS_SIGN_ROWS] = {0};

		for (int b = 0; b < q->len; b++, signs += XS_SIGN_ROWS) {
			const uint8_t *low = q->tables + 2 * b * XS_SIGN_TABLE;
			const uint8_t *high = low + XS_SIGN_TABLE;

			for (int r = 0; r < XS_SIGN_ROWS; r++)
				sum[r] = (uint16_t)(sum[r] + low[signs[r] & 15] +
						    high[signs[r] >> 4]);
		}
		near[g] = 0;
		for (int r = 0; r < XS_SIGN_ROWS; r++) {
			uint32_t all = sum[r] + ((uint32_t)levels[r] * q->level_scale >> 16);

			out[r] = (uint16_t)(all < UINT16_MAX ? all : UINT16_MAX);
			near[g] |= (uint64_t)(out[r] <= q->most) << r;
		}
	}
}
