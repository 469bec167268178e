/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes_avx2.h - 32 bytes under the names that signs_vec.h is written in. */
#ifndef XS_VECTORS_KERN_BYTES_H
#define XS_VECTORS_KERN_BYTES_H

#include <immintrin.h>
#include <stdint.h>

typedef __m256i bytes;
enum { BYTES = 32 };

static inline bytes bytes_zero(void)
{
	return _mm256_setzero_si256();
}

static inline bytes bytes_load(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* 16 entries, for each 16 bytes. */
static inline bytes bytes_table(const uint8_t *p)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* The lower and upper four bits of each byte. */
static inline bytes bytes_low(bytes x)
{
	return _mm256_and_si256(x, _mm256_set1_epi8(15));
}

static inline bytes bytes_high(bytes x)
{
	return bytes_low(_mm256_srli_epi16(x, 4));
}

static inline bytes bytes_look_up(bytes table, bytes x)
{
	return _mm256_shuffle_epi8(table, x);
}

static inline bytes bytes_add(bytes a, bytes b)
{
	return _mm256_add_epi8(a, b);
}

/* The same registers as numbers of 16 bits. */
static inline bytes bytes_add16(bytes a, bytes b)
{
	return _mm256_add_epi16(a, b);
}

static inline bytes bytes_sub16(bytes a, bytes b)
{
	return _mm256_sub_epi16(a, b);
}

/* The upper byte in the place of the lower, and back. */
static inline bytes bytes_upper(bytes x)
{
	return _mm256_srli_epi16(x, 8);
}

static inline bytes bytes_to_upper(bytes x)
{
	return _mm256_slli_epi16(x, 8);
}

static inline bytes bytes_all16(uint16_t x)
{
	return _mm256_set1_epi16((short)x);
}

/* x + levels × scale / 65536, at most 65535. */
static inline bytes bytes_levels16(bytes x, const uint16_t *levels, bytes scale)
{
	bytes l = bytes_load((const uint8_t *)(const void *)levels);

	return _mm256_adds_epu16(x, _mm256_mulhi_epu16(l, scale));
}

/* even[0], odd[0], even[1], … with their levels.  Unpacking works on 16 bytes each, so halves of the results
 * are put together. */
static inline void bytes_store16(uint16_t *p, bytes even, bytes odd, const uint16_t *levels,
				 bytes scale)
{
	bytes low = _mm256_unpacklo_epi16(even, odd), high = _mm256_unpackhi_epi16(even, odd);
	bytes first = _mm256_permute2x128_si256(low, high, 0x20);
	bytes second = _mm256_permute2x128_si256(low, high, 0x31);
	__m256i *to = (__m256i *)(void *)p;

	_mm256_storeu_si256(to, bytes_levels16(first, levels, scale));
	_mm256_storeu_si256(to + 1, bytes_levels16(second, levels + 16, scale));
}

#endif
