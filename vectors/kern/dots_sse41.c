/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_sse41.c - products of rows. */
#include "config.h"

#include <smmintrin.h>

#include "vectors/kern/list.h"

#include "vectors/kern/dots_vec.h"

enum { DOTS_STEP = 8 };

/* Eight items of a row, in 16 bits, times those of the question. */
static inline __m128i dots_part(const int8_t *row, const int16_t *question)
{
	__m128i items = _mm_loadl_epi64((const __m128i *)(const void *)row);
	__m128i q = _mm_loadu_si128((const __m128i *)(const void *)question);

	return _mm_madd_epi16(_mm_cvtepi8_epi16(items), q);
}

static inline int32_t dots_row(const int8_t *row, const int16_t *question, int dimensions)
{
	__m128i sum = _mm_setzero_si128(), other = sum;
	int d = 0;

	for (; d + 2 * DOTS_STEP <= dimensions; d += 2 * DOTS_STEP) {
		sum = _mm_add_epi32(sum, dots_part(row + d, question + d));
		other = _mm_add_epi32(other,
				      dots_part(row + d + DOTS_STEP, question + d + DOTS_STEP));
	}
	if (d < dimensions) /* eight are left */
		sum = _mm_add_epi32(sum, dots_part(row + d, question + d));
	sum = _mm_add_epi32(sum, other);
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
	return _mm_cvtsi128_si32(sum);
}

void xs_scan_dots_sse41(int32_t *out, const int8_t *items, int dimensions, const size_t *rows,
			size_t n, const int16_t *question)
{
	for (size_t i = 0; i < n; i++) {
		dots_ahead(items, dimensions, rows, n, i);
		out[i] = dots_row(items + rows[i] * (size_t)dimensions, question, dimensions);
	}
}
