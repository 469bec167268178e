/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes_avx512vnni.h - 64 bytes under the names that signs_vec.h is written in. */
#ifndef XS_VECTORS_KERN_BYTES_H
#define XS_VECTORS_KERN_BYTES_H

#include <immintrin.h>
#include <stdint.h>

typedef __m512i bytes;
enum { BYTES = 64 };

static inline bytes bytes_zero(void)
{
	return _mm512_setzero_si512();
}

static inline bytes bytes_load(const uint8_t *p)
{
	return _mm512_loadu_si512(p);
}

/* 16 entries, for each 16 bytes. */
static inline bytes bytes_table(const uint8_t *p)
{
	return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* The lower and upper four bits of each byte. */
static inline bytes bytes_low(bytes x)
{
	return _mm512_and_si512(x, _mm512_set1_epi8(15));
}

static inline bytes bytes_high(bytes x)
{
	return bytes_low(_mm512_srli_epi16(x, 4));
}

static inline bytes bytes_look_up(bytes table, bytes x)
{
	return _mm512_shuffle_epi8(table, x);
}

static inline bytes bytes_add(bytes a, bytes b)
{
	return _mm512_add_epi8(a, b);
}

/* The same registers as numbers of 16 bits. */
static inline bytes bytes_add16(bytes a, bytes b)
{
	return _mm512_add_epi16(a, b);
}

static inline bytes bytes_sub16(bytes a, bytes b)
{
	return _mm512_sub_epi16(a, b);
}

/* The upper byte in the place of the lower, and back. */
static inline bytes bytes_upper(bytes x)
{
	return _mm512_srli_epi16(x, 8);
}

static inline bytes bytes_to_upper(bytes x)
{
	return _mm512_slli_epi16(x, 8);
}

static inline bytes bytes_all16(uint16_t x)
{
	return _mm512_set1_epi16((short)x);
}

/* x + levels × scale / 65536, at most 65535. */
static inline bytes bytes_levels16(bytes x, const uint16_t *levels, bytes scale)
{
	bytes l = bytes_load((const uint8_t *)(const void *)levels);

	return _mm512_adds_epu16(x, _mm512_mulhi_epu16(l, scale));
}

/* even[0], odd[0], even[1], …: unpacking works on 16 bytes each, so quarters of its results are put
 * together. */
static inline void bytes_pair16(bytes *first, bytes *second, bytes even, bytes odd)
{
	bytes low = _mm512_unpacklo_epi16(even, odd), high = _mm512_unpackhi_epi16(even, odd);

	*first = _mm512_permutex2var_epi64(low, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), high);
	*second =
		_mm512_permutex2var_epi64(low, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), high);
}

static inline void bytes_store16(uint16_t *p, bytes x)
{
	_mm512_storeu_si512(p, x);
}

/* A bit for each number that is at most `most`, those of `second` behind those of `first`. */
static inline uint64_t bytes_at_most16(bytes first, bytes second, bytes most)
{
	return _mm512_cmple_epu16_mask(first, most) |
	       (uint64_t)_mm512_cmple_epu16_mask(second, most) << 32;
}

#endif
