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

/* even[0], odd[0], even[1], …: unpacking works on 16 bytes each, so halves of its results are put together. */
static inline void bytes_pair16(bytes *first, bytes *second, bytes even, bytes odd)
{
	bytes low = _mm256_unpacklo_epi16(even, odd), high = _mm256_unpackhi_epi16(even, odd);

	*first = _mm256_permute2x128_si256(low, high, 0x20);
	*second = _mm256_permute2x128_si256(low, high, 0x31);
}

static inline void bytes_store16(uint16_t *p, bytes x)
{
	_mm256_storeu_si256((__m256i *)(void *)p, x);
}

/* A bit for each number that is at most `most`, those of `second` behind those of `first`. */
static inline uint64_t bytes_at_most16(bytes first, bytes second, bytes most)
{
	bytes a = _mm256_cmpeq_epi16(_mm256_min_epu16(first, most), first);
	bytes b = _mm256_cmpeq_epi16(_mm256_min_epu16(second, most), second);

	/* Packing works on 16 bytes each, as unpacking does. */
	a = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), _MM_SHUFFLE(3, 1, 2, 0));
	return (uint32_t)_mm256_movemask_epi8(a);
}

#endif
