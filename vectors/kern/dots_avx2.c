/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_avx2.c - products of rows. */
#include "config.h"

#include <immintrin.h>

#include "vectors/kern/list.h"

enum { DOTS_STEP = 16 };
typedef __m256i dots_sum;
#define dots_zero _mm256_setzero_si256

/* 16 items of a row, in 16 bits, times those of the question. */
static inline dots_sum dots_part(dots_sum sum, const int8_t *row, const int16_t *question)
{
	__m128i items = _mm_loadu_si128((const __m128i *)(const void *)row);
	__m256i q = _mm256_loadu_si256((const __m256i *)(const void *)question);

	return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_cvtepi8_epi16(items), q));
}

static inline int32_t dots_end(dots_sum sum, dots_sum other, const int8_t *row,
			       const int16_t *question, int left)
{
	int d = 0;

	if (left >= DOTS_STEP) {
		sum = dots_part(sum, row, question);
		d = DOTS_STEP;
	}
	sum = _mm256_add_epi32(sum, other);
	__m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
	if (d < left) { /* eight */
		__m128i items = _mm_loadl_epi64((const __m128i *)(const void *)(row + d));
		__m128i q = _mm_loadu_si128((const __m128i *)(const void *)(question + d));

		half = _mm_add_epi32(half, _mm_madd_epi16(_mm_cvtepi8_epi16(items), q));
	}
	half = _mm_add_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(1, 0, 3, 2)));
	half = _mm_add_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(2, 3, 0, 1)));
	return _mm_cvtsi128_si32(half);
}

#define DOTS_EXPORT xs_scan_dots_avx2
#include "vectors/kern/dots_vec.h"
