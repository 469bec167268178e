/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes_sse41.h - 16 bytes under the names that signs_vec.h is written in; x86-64 without AVX. */
#ifndef XS_VECTORS_KERN_BYTES_H
#define XS_VECTORS_KERN_BYTES_H

#include <smmintrin.h>
#include <stdint.h>

typedef __m128i bytes;
enum { BYTES = 16 };

static inline bytes bytes_zero(void)
{
	return _mm_setzero_si128();
}

static inline bytes bytes_load(const uint8_t *p)
{
	return _mm_loadu_si128((const bytes *)(const void *)p);
}

/* 16 entries. */
static inline bytes bytes_table(const uint8_t *p)
{
	return bytes_load(p);
}

/* The lower and upper four bits of each byte. */
static inline bytes bytes_low(bytes x)
{
	return _mm_and_si128(x, _mm_set1_epi8(15));
}

static inline bytes bytes_high(bytes x)
{
	return bytes_low(_mm_srli_epi16(x, 4));
}

static inline bytes bytes_look_up(bytes table, bytes x)
{
	return _mm_shuffle_epi8(table, x);
}

static inline bytes bytes_add(bytes a, bytes b)
{
	return _mm_add_epi8(a, b);
}

/* The same registers as numbers of 16 bits. */
static inline bytes bytes_add16(bytes a, bytes b)
{
	return _mm_add_epi16(a, b);
}

static inline bytes bytes_sub16(bytes a, bytes b)
{
	return _mm_sub_epi16(a, b);
}

/* The upper byte in the place of the lower, and back. */
static inline bytes bytes_upper(bytes x)
{
	return _mm_srli_epi16(x, 8);
}

static inline bytes bytes_to_upper(bytes x)
{
	return _mm_slli_epi16(x, 8);
}

static inline bytes bytes_all16(uint16_t x)
{
	return _mm_set1_epi16((short)x);
}

/* x + levels × scale / 65536, at most 65535. */
static inline bytes bytes_levels16(bytes x, const uint16_t *levels, bytes scale)
{
	bytes l = bytes_load((const uint8_t *)(const void *)levels);

	return _mm_adds_epu16(x, _mm_mulhi_epu16(l, scale));
}

/* even[0], odd[0], even[1], … */
static inline void bytes_pair16(bytes *first, bytes *second, bytes even, bytes odd)
{
	*first = _mm_unpacklo_epi16(even, odd);
	*second = _mm_unpackhi_epi16(even, odd);
}

static inline void bytes_store16(uint16_t *p, bytes x)
{
	_mm_storeu_si128((bytes *)(void *)p, x);
}

/* A bit for each number that is at most `most`, those of `second` behind those of `first`. */
static inline uint64_t bytes_at_most16(bytes first, bytes second, bytes most)
{
	bytes a = _mm_cmpeq_epi16(_mm_min_epu16(first, most), first);
	bytes b = _mm_cmpeq_epi16(_mm_min_epu16(second, most), second);

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(a, b));
}

#endif
