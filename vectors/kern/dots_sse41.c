/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dots_sse41.c - products of rows. */
#include "config.h"

#include <smmintrin.h>

#include "vectors/kern/list.h"

enum { DOTS_STEP = 8 };
typedef __m128i dots_sum;
#define dots_zero _mm_setzero_si128

/* Eight items of a row, in 16 bits, times those of the question. */
static inline dots_sum dots_part(dots_sum sum, const int8_t *row, const int16_t *question)
{
	__m128i items = _mm_loadl_epi64((const __m128i *)(const void *)row);
	__m128i q = _mm_loadu_si128((const __m128i *)(const void *)question);

	return _mm_add_epi32(sum, _mm_madd_epi16(_mm_cvtepi8_epi16(items), q));
}

static inline int32_t dots_end(dots_sum sum, dots_sum other, const int8_t *row,
			       const int16_t *question, int left)
{
	if (left)
		sum = dots_part(sum, row, question);
	sum = _mm_add_epi32(sum, other);
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
	return _mm_cvtsi128_si32(sum);
}

#define DOTS_EXPORT xs_scan_dots_sse41
#include "vectors/kern/dots_vec.h"
