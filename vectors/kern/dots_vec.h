/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_vec.h - products of rows, for the vector variants.
 *
 * Included with DOTS_EXPORT, the kernel's name, DOTS_STEP, items of a register, and
 *	dots_sum, dots_zero()		sums in registers
 *	dots_part(sum, row, question)	sum + the products of DOTS_STEP items
 *	dots_end(a, b, row, question, left)	the number: both sums, and the items that are left, fewer than
 *					2 × DOTS_STEP and a multiple of eight
 *
 * Two sums, since one would wait for itself.  Chosen rows lie anywhere in memory, so that those that come later
 * are asked for while earlier ones are multiplied: without this each one waits for it. */
#include <stddef.h>
#include <stdint.h>

enum { DOTS_AHEAD = 8, DOTS_LINE = 64 };

static inline void dots_ahead(const int8_t *items, int dimensions, const size_t *rows, size_t n,
			      size_t i)
{
	if (i + DOTS_AHEAD >= n)
		return;
	const int8_t *row = items + rows[i + DOTS_AHEAD] * (size_t)dimensions;
	for (int d = 0; d < dimensions; d += DOTS_LINE)
		__builtin_prefetch(row + d);
}

static inline int32_t dots_row(const int8_t *row, const int16_t *question, int dimensions)
{
	dots_sum sum = dots_zero(), other = sum;
	int d = 0;

	for (; d + 2 * DOTS_STEP <= dimensions; d += 2 * DOTS_STEP) {
		sum = dots_part(sum, row + d, question + d);
		other = dots_part(other, row + d + DOTS_STEP, question + d + DOTS_STEP);
	}
	return dots_end(sum, other, row + d, question + d, dimensions - d);
}

void DOTS_EXPORT(int32_t *out, const int8_t *items, int dimensions, const size_t *rows, size_t n,
		 const int16_t *question)
{
	for (size_t i = 0; i < n; i++) {
		dots_ahead(items, dimensions, rows, n, i);
		out[i] = dots_row(items + rows[i] * (size_t)dimensions, question, dimensions);
	}
}
