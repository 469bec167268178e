/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_ref.c - products of rows, the plain loop. */
#include "config.h"

#include "vectors/kern/list.h"

void xs_scan_dots_ref(int32_t *out, const int8_t *items, int dimensions, const size_t *rows,
		      size_t n, const int16_t *question)
{
	for (size_t i = 0; i < n; i++) {
		const int8_t *row = items + rows[i] * (size_t)dimensions;
		int32_t sum = 0;

		for (int d = 0; d < dimensions; d++)
			sum += question[d] * row[d];
		out[i] = sum;
	}
}
