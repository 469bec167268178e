/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limit.c - loops of independent multiply-adds, one a kind of product, and a copy.
 *
 * Each loop has LIMIT_SUMS sums, more than latency × units of any processor here; the compiler may
 * neither drop nor move them, since an empty asm reads and writes each. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tests/kern/limit.h"

enum { LIMIT_SUMS = 12, LIMIT_TURNS = 200000, LIMIT_ROUNDS = 7 };

/* A loop of LIMIT_TURNS × LIMIT_SUMS times `step` on the registers sum[i], x and w. */
#define LIMIT_LOOP(name, type, attribute, constraint, step)                                       \
	static attribute void name(void)                                                          \
	{                                                                                         \
		type sum[LIMIT_SUMS] = {0}, x = {0}, w = {0};                                     \
                                                                                                  \
		__asm__ volatile("" : "+" constraint(x), "+" constraint(w));                      \
		for (int turn = 0; turn < LIMIT_TURNS; turn++) {                                  \
			_Pragma("GCC unroll 12") for (int i = 0; i < LIMIT_SUMS; i++)             \
			{                                                                         \
				sum[i] = (type)(step);                                            \
				__asm__ volatile("" : "+" constraint(sum[i]), "+" constraint(x)); \
			}                                                                         \
		}                                                                                 \
	}

typedef float limit_float __attribute__((vector_size(16)));
typedef int32_t limit_int __attribute__((vector_size(16)));

#ifdef XS_KERN_X86
#include <immintrin.h>

#define LIMIT_TARGET(isa) __attribute__((target(isa)))
LIMIT_LOOP(limit_f32_ref, limit_float, , "x", sum[i] + x * w)
LIMIT_LOOP(limit_int8_ref, limit_int, , "x", sum[i] + x * w)
LIMIT_LOOP(limit_int8_sse41, __m128i, , "x", _mm_add_epi32(sum[i], _mm_madd_epi16(x, w)))
LIMIT_LOOP(limit_f32_avx2, __m256, LIMIT_TARGET("avx2,fma"), "x", _mm256_fmadd_ps(x, w, sum[i]))
LIMIT_LOOP(limit_int8_avx2, __m256i, LIMIT_TARGET("avx2,fma"), "x",
	   _mm256_add_epi32(sum[i], _mm256_madd_epi16(_mm256_add_epi16(_mm256_maddubs_epi16(x, w),
								       _mm256_maddubs_epi16(w, x)),
						      w)))
LIMIT_LOOP(limit_int8_avxvnni, __m256i, LIMIT_TARGET("avx2,avxvnni"), "x",
	   _mm256_dpbusd_avx_epi32(sum[i], x, w))
LIMIT_LOOP(limit_int8_evex, __m256i, LIMIT_TARGET("avx512vl,avx512vnni"), "v",
	   _mm256_dpbusd_epi32(sum[i], x, w))
LIMIT_LOOP(limit_f32_avx512, __m512, LIMIT_TARGET("avx512f"), "v", _mm512_fmadd_ps(x, w, sum[i]))
LIMIT_LOOP(limit_int8_avx512, __m512i, LIMIT_TARGET("avx512f,avx512bw"), "v",
	   _mm512_add_epi32(sum[i], _mm512_madd_epi16(_mm512_add_epi16(_mm512_maddubs_epi16(x, w),
								       _mm512_maddubs_epi16(w, x)),
						      w)))
LIMIT_LOOP(limit_int8_avx512vnni, __m512i, LIMIT_TARGET("avx512f,avx512vnni"), "v",
	   _mm512_dpbusd_epi32(sum[i], x, w))
LIMIT_LOOP(limit_bf16_avx512bf16, __m512, LIMIT_TARGET("avx512f,avx512bf16"), "v",
	   _mm512_dpbf16_ps(sum[i], (__m512bh)x, (__m512bh)w))
#else
LIMIT_LOOP(limit_f32_ref, limit_float, , "w", sum[i] + x * w)
LIMIT_LOOP(limit_int8_ref, limit_int, , "w", sum[i] + x * w)
#endif

#ifdef XS_KERN_ARM64
#include <arm_neon.h>

#define LIMIT_TARGET(isa) __attribute__((target(isa)))
LIMIT_LOOP(limit_f32_neon, float32x4_t, , "w", vfmaq_f32(sum[i], x, w))
LIMIT_LOOP(limit_int8_neon, int32x4_t, , "w",
	   vpadalq_s16(sum[i], vmull_s8(vget_low_s8((int8x16_t)x), vget_low_s8((int8x16_t)w))))
LIMIT_LOOP(limit_int8_dotprod, int32x4_t, LIMIT_TARGET("arch=armv8.2-a+dotprod"), "w",
	   vdotq_s32(sum[i], (int8x16_t)x, (int8x16_t)w))
LIMIT_LOOP(limit_int8_i8mm, int32x4_t, LIMIT_TARGET("arch=armv8.2-a+i8mm"), "w",
	   vmmlaq_s32(sum[i], (int8x16_t)x, (int8x16_t)w))
LIMIT_LOOP(limit_bf16_i8mm, float32x4_t, LIMIT_TARGET("arch=armv8.2-a+bf16"), "w",
	   vbfmmlaq_f32(sum[i], (bfloat16x8_t)x, (bfloat16x8_t)w))
#endif

/* The loops by variant, and the multiply-adds of a step. */
typedef struct limit_row {
	const char *variant;
	struct {
		void (*loop)(void);
		int products;
	} by[3];
	double measured[3];
	bool ended[3];
} limit_row;

static limit_row limit_rows[] = {
	{"ref", {{limit_f32_ref, 4}, {limit_f32_ref, 4}, {limit_int8_ref, 4}}, {0}, {0}},
#ifdef XS_KERN_X86
	{"sse41", {{limit_f32_ref, 4}, {limit_f32_ref, 4}, {limit_int8_sse41, 8}}, {0}, {0}},
	{"avx2", {{limit_f32_avx2, 8}, {limit_f32_avx2, 8}, {limit_int8_avx2, 64}}, {0}, {0}},
	{"avxvnni", {{limit_f32_avx2, 8}, {limit_f32_avx2, 8}, {limit_int8_avxvnni, 32}}, {0}, {0}},
	/* tests/kern/linear_evex.c */
	{"avxvnni-evex",
	 {{limit_f32_avx2, 8}, {limit_f32_avx2, 8}, {limit_int8_evex, 32}},
	 {0},
	 {0}},
	{"avx512",
	 {{limit_f32_avx512, 16}, {limit_f32_avx512, 16}, {limit_int8_avx512, 128}},
	 {0},
	 {0}},
	{"avx512vnni",
	 {{limit_f32_avx512, 16}, {limit_f32_avx512, 16}, {limit_int8_avx512vnni, 64}},
	 {0},
	 {0}},
	{"avx512bf16",
	 {{limit_f32_avx512, 16}, {limit_bf16_avx512bf16, 32}, {limit_int8_avx512vnni, 64}},
	 {0},
	 {0}},
#endif
#ifdef XS_KERN_ARM64
	{"neon", {{limit_f32_neon, 4}, {limit_f32_neon, 4}, {limit_int8_neon, 8}}, {0}, {0}},
	{"dotprod", {{limit_f32_neon, 4}, {limit_f32_neon, 4}, {limit_int8_dotprod, 16}}, {0}, {0}},
	{"i8mm", {{limit_f32_neon, 4}, {limit_bf16_i8mm, 16}, {limit_int8_i8mm, 32}}, {0}, {0}},
#endif
};

double limit_products(const xs_kern *k, xs_precision precision)
{
	limit_row *row = limit_rows;

	while (strcmp(row->variant,
		      k->name)) /* a variant of list.h without a row ends here badly */
		if (++row == limit_rows + sizeof limit_rows / sizeof *limit_rows)
			abort();
	double *measured = &row->measured[precision];
	for (int round = 0; round < LIMIT_ROUNDS && !row->ended[precision]; round++) {
		int64_t start = xs_clock_ns();

		row->by[precision].loop();
		double rate = 1e3 * LIMIT_TURNS * LIMIT_SUMS * row->by[precision].products /
			      xs_clock_ms(start);
		*measured = rate > *measured ? rate : *measured;
	}
	row->ended[precision] = true;
	return *measured;
}

double limit_bytes(void)
{
	enum { BYTES = 128 << 10, COPIES = 200 };
	static double measured;
	char *from, *to;

	if (measured > 0)
		return measured;
	from = xs_calloc(1, BYTES);
	to = xs_calloc(1, BYTES);
	for (int round = 0; round < LIMIT_ROUNDS; round++) {
		int64_t start = xs_clock_ns();

		for (int i = 0; i < COPIES; i++) {
			memcpy(to, from, BYTES);
			__asm__ volatile("" : : "r"(to), "r"(from) : "memory");
		}
		double rate = 1e3 * 2 * BYTES * COPIES / xs_clock_ms(start);
		measured = rate > measured ? rate : measured;
	}
	free(from);
	free(to);
	return measured;
}
