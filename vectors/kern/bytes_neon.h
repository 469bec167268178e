/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes_neon.h - 16 bytes under the names that signs_vec.h is written in; 64-bit Arm. */
#ifndef XS_VECTORS_KERN_BYTES_H
#define XS_VECTORS_KERN_BYTES_H

#include <arm_neon.h>
#include <stdint.h>

typedef uint8x16_t bytes;
enum { BYTES = 16 };

static inline bytes bytes_zero(void)
{
	return vdupq_n_u8(0);
}

static inline bytes bytes_load(const uint8_t *p)
{
	return vld1q_u8(p);
}

/* 16 entries. */
static inline bytes bytes_table(const uint8_t *p)
{
	return vld1q_u8(p);
}

/* The lower and upper four bits of each byte. */
static inline bytes bytes_low(bytes x)
{
	return vandq_u8(x, vdupq_n_u8(15));
}

static inline bytes bytes_high(bytes x)
{
	return vshrq_n_u8(x, 4);
}

static inline bytes bytes_look_up(bytes table, bytes x)
{
	return vqtbl1q_u8(table, x);
}

static inline bytes bytes_add(bytes a, bytes b)
{
	return vaddq_u8(a, b);
}

/* The same registers as numbers of 16 bits. */
static inline uint16x8_t bytes_16(bytes x)
{
	return vreinterpretq_u16_u8(x);
}

static inline bytes bytes_of_16(uint16x8_t x)
{
	return vreinterpretq_u8_u16(x);
}

static inline bytes bytes_add16(bytes a, bytes b)
{
	return bytes_of_16(vaddq_u16(bytes_16(a), bytes_16(b)));
}

static inline bytes bytes_sub16(bytes a, bytes b)
{
	return bytes_of_16(vsubq_u16(bytes_16(a), bytes_16(b)));
}

/* The upper byte in the place of the lower, and back. */
static inline bytes bytes_upper(bytes x)
{
	return bytes_of_16(vshrq_n_u16(bytes_16(x), 8));
}

static inline bytes bytes_to_upper(bytes x)
{
	return bytes_of_16(vshlq_n_u16(bytes_16(x), 8));
}

static inline bytes bytes_all16(uint16_t x)
{
	return bytes_of_16(vdupq_n_u16(x));
}

/* x + levels × scale / 65536, at most 65535. */
static inline bytes bytes_levels16(bytes x, const uint16_t *levels, bytes scale)
{
	uint16x8_t l = vld1q_u16(levels), s = bytes_16(scale);
	uint16x4_t low = vshrn_n_u32(vmull_u16(vget_low_u16(l), vget_low_u16(s)), 16);

	return bytes_of_16(
		vqaddq_u16(bytes_16(x), vshrn_high_n_u32(low, vmull_high_u16(l, s), 16)));
}

/* even[0], odd[0], even[1], … */
static inline void bytes_pair16(bytes *first, bytes *second, bytes even, bytes odd)
{
	*first = bytes_of_16(vzip1q_u16(bytes_16(even), bytes_16(odd)));
	*second = bytes_of_16(vzip2q_u16(bytes_16(even), bytes_16(odd)));
}

static inline void bytes_store16(uint16_t *p, bytes x)
{
	vst1q_u16(p, bytes_16(x));
}

/* A bit for each number that is at most `most`, those of `second` behind those of `first`: each keeps its
 * own bit of a byte, and eight of them are added. */
static inline uint64_t bytes_at_most16(bytes first, bytes second, bytes most)
{
	const uint8x8_t bit = {1, 2, 4, 8, 16, 32, 64, 128};
	uint8x8_t a = vmovn_u16(vcleq_u16(bytes_16(first), bytes_16(most)));
	uint8x8_t b = vmovn_u16(vcleq_u16(bytes_16(second), bytes_16(most)));

	return vaddv_u8(vand_u8(a, bit)) | (uint64_t)vaddv_u8(vand_u8(b, bit)) << 8;
}

#endif
