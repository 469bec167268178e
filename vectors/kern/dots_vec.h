/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_vec.h - rows that come later are asked for while earlier ones are multiplied.
 *
 * Chosen rows lie anywhere in memory: without this each one waits for it. */
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
