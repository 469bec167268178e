/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_avx512.c - products of rows, two neighbours added at once (VNNI). */
#include "config.h"

#include <immintrin.h>

#include "vectors/kern/list.h"

#include "vectors/kern/dots_vec.h"

enum { DOTS_STEP = 32 };

static inline __m512i dots_add(__m512i sum, __m256i items, __m512i q)
{
	return _mm512_dpwssd_epi32(sum, _mm512_cvtepi8_epi16(items), q);
}

static inline __m512i dots_part(__m512i sum, const int8_t *row, const int16_t *question)
{
	return dots_add(sum, _mm256_loadu_si256((const __m256i *)(const void *)row),
			_mm512_loadu_si512(question));
}

static inline int32_t dots_row(const int8_t *row, const int16_t *question, int dimensions)
{
	__m512i sum = _mm512_setzero_si512(), other = sum;
	int d = 0;

	for (; d + 2 * DOTS_STEP <= dimensions; d += 2 * DOTS_STEP) {
		sum = dots_part(sum, row + d, question + d);
		other = dots_part(other, row + d + DOTS_STEP, question + d + DOTS_STEP);
	}
	for (; d < dimensions; d += DOTS_STEP) {
		int left = dimensions - d;
		__mmask32 mask = left < DOTS_STEP ? (1u << left) - 1 : ~0u;

		sum = dots_add(sum, _mm256_maskz_loadu_epi8(mask, row + d),
			       _mm512_maskz_loadu_epi16(mask, question + d));
	}
	return _mm512_reduce_add_epi32(_mm512_add_epi32(sum, other));
}

void xs_scan_dots_avx512(int32_t *out, const int8_t *items, int dimensions, const size_t *rows,
			 size_t n, const int16_t *question)
{
	for (size_t i = 0; i < n; i++) {
		dots_ahead(items, dimensions, rows, n, i);
		out[i] = dots_row(items + rows[i] * (size_t)dimensions, question, dimensions);
	}
}
