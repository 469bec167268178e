/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_avx512vnni.c - products of rows, two neighbours added at once (VNNI). */
#include "config.h"

#include <immintrin.h>

#include "vectors/kern/list.h"

enum { DOTS_STEP = 32 };
typedef __m512i dots_sum;
#define dots_zero _mm512_setzero_si512

static inline dots_sum dots_add(dots_sum sum, __m256i items, __m512i q)
{
	return _mm512_dpwssd_epi32(sum, _mm512_cvtepi8_epi16(items), q);
}

static inline dots_sum dots_part(dots_sum sum, const int8_t *row, const int16_t *question)
{
	return dots_add(sum, _mm256_loadu_si256((const __m256i *)(const void *)row),
			_mm512_loadu_si512(question));
}

static inline int32_t dots_end(dots_sum sum, dots_sum other, const int8_t *row,
			       const int16_t *question, int left)
{
	for (int d = 0; d < left; d += DOTS_STEP) {
		__mmask32 mask = left - d < DOTS_STEP ? (1u << (left - d)) - 1 : ~0u;

		sum = dots_add(sum, _mm256_maskz_loadu_epi8(mask, row + d),
			       _mm512_maskz_loadu_epi16(mask, question + d));
	}
	return _mm512_reduce_add_epi32(_mm512_add_epi32(sum, other));
}

#define DOTS_EXPORT xs_scan_dots_avx512vnni
#include "vectors/kern/dots_vec.h"
