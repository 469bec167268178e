/* SPDX-License-Identifier: MIT */
/* vec_neon.h - four floats under the names that the vector kernels are written in; 64-bit Arm. */
#ifndef XS_RERANK_KERN_VEC_H
#define XS_RERANK_KERN_VEC_H

#include <arm_neon.h>
#include <stdint.h>

#include "rerank/kern/poly.h"

typedef float32x4_t vec;
typedef int32x4_t veci;
enum { LANES = 4 };

static inline vec vec_load(const float *p)
{
	return vld1q_f32(p);
}

static inline void vec_store(float *p, vec x)
{
	vst1q_f32(p, x);
}

static inline veci vec_load_words(const uint32_t *p)
{
	return vreinterpretq_s32_u32(vld1q_u32(p));
}

static inline void vec_store_words(uint32_t *p, veci x)
{
	vst1q_u32(p, vreinterpretq_u32_s32(x));
}

#include "rerank/kern/vec_part.h"

/* x in lanes from … to-1, `other` elsewhere. */
static inline vec vec_keep(vec x, int from, int to, vec other)
{
	const veci lane = {0, 1, 2, 3};

	return vbslq_f32(vandq_u32(vcgeq_s32(lane, vdupq_n_s32(from)),
				   vcltq_s32(lane, vdupq_n_s32(to))),
			 x, other);
}

static inline vec vec_set(float x)
{
	return vdupq_n_f32(x);
}

static inline vec vec_zero(void)
{
	return vdupq_n_f32(0);
}

/* a × b + c, rounded once. */
static inline vec vec_fma(vec a, vec b, vec c)
{
	return vfmaq_f32(c, a, b);
}

/* c - a × b, rounded once. */
static inline vec vec_fnma(vec a, vec b, vec c)
{
	return vfmsq_f32(c, a, b);
}

/* The second operand where one is not a number: Arm's own instructions give another one. */
static inline vec vec_max(vec a, vec b)
{
	return vbslq_f32(vcgtq_f32(a, b), a, b);
}

static inline vec vec_min(vec a, vec b)
{
	return vbslq_f32(vcltq_f32(a, b), a, b);
}

static inline vec vec_abs(vec a)
{
	return vabsq_f32(a);
}

static inline vec vec_sqrt(vec a)
{
	return vsqrtq_f32(a);
}

/* a where x > 0, else b. */
static inline vec vec_if_positive(vec x, vec a, vec b)
{
	return vbslq_f32(vcgtzq_f32(x), a, b);
}

/* The nearest whole number, ties to even; as a float, as an integer, and back. */
static inline vec vec_round(vec a)
{
	return vrndnq_f32(a);
}

static inline veci vec_to_int(vec a)
{
	return vcvtnq_s32_f32(a);
}

static inline vec vec_from_int(veci a)
{
	return vcvtq_f32_s32(a);
}

static inline veci vec_bits(vec a)
{
	return vreinterpretq_s32_f32(a);
}

static inline vec vec_from_bits(veci a)
{
	return vreinterpretq_f32_s32(a);
}

static inline veci veci_set(int32_t x)
{
	return vdupq_n_s32(x);
}

static inline veci veci_add(veci a, veci b)
{
	return vaddq_s32(a, b);
}

static inline veci veci_and(veci a, veci b)
{
	return vandq_s32(a, b);
}

static inline veci veci_or(veci a, veci b)
{
	return vorrq_s32(a, b);
}

#define veci_left(a, n) vshlq_n_s32(a, n)
#define veci_right(a, n) vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(a), n))

static inline float vec_sum(vec x)
{
	return vaddvq_f32(x);
}

static inline float vec_most(vec x)
{
	return vmaxvq_f32(x);
}

/* x × 2^n for a whole n, by the exponent's bits; 0 where that is below the normal floats. */
static inline vec vec_scale(vec x, vec n)
{
	uint32x4_t tiny = vcltq_f32(n, vec_set(-126));
	veci power = vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23);
	vec scaled = x * vec_from_bits(power);

	return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(scaled), tiny));
}

#include "rerank/kern/vec.h"
#include "rerank/kern/vec_gelu.h"

#endif
