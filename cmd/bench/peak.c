/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peak.c - how fast this processor multiplies and adds, with nothing else to do.
 *
 * Loops over registers alone, of the instructions that the kernels of a variant use
 * (rerank/kern/): no product of matrices can be faster. */
#include "config.h"

#include "cmd/bench/peak.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef XS_KERN_X86
#include <immintrin.h>
#elif defined(XS_KERN_ARM64)
#include <arm_neon.h>
#endif

#include "base/error.h"
#include "base/memory.h"
#include "rerank/kern/kern.h"

/* Sums at once: more than the latency of any of these instructions. */
enum { PEAK_SUMS = 12, PEAK_ROUNDS = 100000 };

/* PEAK_ROUNDS × PEAK_SUMS steps; the empty instruction keeps each sum in a register of its own. */
#define PEAK_LOOP(name, attributes, vector, step)                                                 \
	attributes static void peak_##name(void)                                                  \
	{                                                                                         \
		vector s[PEAK_SUMS] = {{0}}, a = {0}, b = {0};                                    \
                                                                                                  \
		for (int round = 0; round < PEAK_ROUNDS; round++) {                               \
			_Pragma("GCC unroll 12") for (int i = 0; i < PEAK_SUMS; i++)              \
			{                                                                         \
				s[i] = step;                                                      \
				__asm__ volatile(""                                               \
						 : "+" PEAK_REGISTER(s[i]), "+" PEAK_REGISTER(a), \
						   "+" PEAK_REGISTER(b));                         \
			}                                                                         \
		}                                                                                 \
	}

#ifdef XS_KERN_X86
#define PEAK_REGISTER "x"
PEAK_LOOP(f32_ref, , __m128, _mm_add_ps(s[i], _mm_mul_ps(a, a)))
PEAK_LOOP(int8_sse41, , __m128i, _mm_add_epi32(s[i], _mm_madd_epi16(a, a)))
PEAK_LOOP(f32_avx2, __attribute__((target("avx2,fma"))), __m256, _mm256_fmadd_ps(a, a, s[i]))
/* Products of two words of bytes, added up in 16 bits and then in 32. */
PEAK_LOOP(int8_avx2, __attribute__((target("avx2,fma"))), __m256i,
	  _mm256_add_epi32(s[i], _mm256_madd_epi16(_mm256_add_epi16(_mm256_maddubs_epi16(a, a),
								    _mm256_maddubs_epi16(b, a)),
						   b)))
PEAK_LOOP(int8_avxvnni, __attribute__((target("avx2,avxvnni"))), __m256i,
	  _mm256_dpbusd_avx_epi32(s[i], a, a))
#undef PEAK_REGISTER
#define PEAK_REGISTER "v"
PEAK_LOOP(f32_avx512, __attribute__((target("avx512f"))), __m512, _mm512_fmadd_ps(a, a, s[i]))
PEAK_LOOP(int8_avx512, __attribute__((target("avx512f,avx512bw"))), __m512i,
	  _mm512_add_epi32(s[i], _mm512_madd_epi16(_mm512_add_epi16(_mm512_maddubs_epi16(a, a),
								    _mm512_maddubs_epi16(b, a)),
						   b)))
PEAK_LOOP(int8_avx512vnni, __attribute__((target("avx512f,avx512vnni"))), __m512i,
	  _mm512_dpbusd_epi32(s[i], a, a))
PEAK_LOOP(bf16_avx512bf16, __attribute__((target("avx512f,avx512bf16"))), __m512,
	  _mm512_dpbf16_ps(s[i], (__m512bh)a, (__m512bh)a))
#elif defined(XS_KERN_ARM64)
#define PEAK_REGISTER "w"
PEAK_LOOP(f32_neon, , float32x4_t, vfmaq_f32(s[i], a, a))
PEAK_LOOP(int8_neon, , int32x4_t,
	  vpadalq_s16(s[i], vmull_s8(vget_low_s8((int8x16_t)a), vget_low_s8((int8x16_t)a))))
PEAK_LOOP(int8_dotprod, __attribute__((target("arch=armv8.2-a+dotprod"))), int32x4_t,
	  vdotq_s32(s[i], (int8x16_t)a, (int8x16_t)a))
PEAK_LOOP(int8_i8mm, __attribute__((target("arch=armv8.2-a+i8mm"))), int32x4_t,
	  vmmlaq_s32(s[i], (int8x16_t)a, (int8x16_t)a))
PEAK_LOOP(bf16_i8mm, __attribute__((target("arch=armv8.2-a+bf16"))), float32x4_t,
	  vbfmmlaq_f32(s[i], (bfloat16x8_t)a, (bfloat16x8_t)a))
PEAK_LOOP(f32_ref, , float32x4_t, s[i] + a * a)
#else
static void peak_f32_ref(void)
{
	float s[4 * PEAK_SUMS] = {0}, a = 0;

	for (int round = 0; round < PEAK_ROUNDS; round++)
		for (int i = 0; i < 4 * PEAK_SUMS; i++) {
			s[i] += a * a;
			__asm__ volatile("" : "+m"(s[i]), "+m"(a));
		}
}
#endif

/* `items`: products of one step.  A variant without an instruction of its own for a format widens it
 * to f32. */
static const struct peak_loop {
	const char *variant, *format;
	void (*run)(void);
	int items;
} peak_loops[] = {
#ifdef XS_KERN_X86
	{"avx2", "f32", peak_f32_avx2, 8},
	{"avx2", "bf16", peak_f32_avx2, 8},
	{"avx2", "int8", peak_int8_avx2, 64},
	{"avxvnni", "f32", peak_f32_avx2, 8},
	{"avxvnni", "bf16", peak_f32_avx2, 8},
	{"avxvnni", "int8", peak_int8_avxvnni, 32},
	{"avx512", "f32", peak_f32_avx512, 16},
	{"avx512", "bf16", peak_f32_avx512, 16},
	{"avx512", "int8", peak_int8_avx512, 128},
	{"avx512vnni", "f32", peak_f32_avx512, 16},
	{"avx512vnni", "bf16", peak_f32_avx512, 16},
	{"avx512vnni", "int8", peak_int8_avx512vnni, 64},
	{"avx512bf16", "f32", peak_f32_avx512, 16},
	{"avx512bf16", "bf16", peak_bf16_avx512bf16, 32},
	{"avx512bf16", "int8", peak_int8_avx512vnni, 64},
	{"sse41", "f32", peak_f32_ref, 4},
	{"sse41", "bf16", peak_f32_ref, 4},
	{"sse41", "int8", peak_int8_sse41, 8},
#elif defined(XS_KERN_ARM64)
	{"neon", "f32", peak_f32_neon, 4},     {"neon", "bf16", peak_f32_neon, 4},
	{"neon", "int8", peak_int8_neon, 8},   {"dotprod", "f32", peak_f32_neon, 4},
	{"dotprod", "bf16", peak_f32_neon, 4}, {"dotprod", "int8", peak_int8_dotprod, 16},
	{"i8mm", "f32", peak_f32_neon, 4},     {"i8mm", "bf16", peak_bf16_i8mm, 16},
	{"i8mm", "int8", peak_int8_i8mm, 32},
#endif
	{"ref", "f32", peak_f32_ref, 4},
	{"ref", "bf16", peak_f32_ref, 4},
	{"ref", "int8", peak_f32_ref, 4},
};

typedef struct peak_thread {
	const struct peak_loop *loop;
	pthread_t thread;
	pthread_barrier_t *start;
	double ms;
	double rate; /* operations a second */
} peak_thread;

/* Processor time of this thread, in milliseconds: what others take of a CPU does not count. */
static double peak_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *peak_work(void *arg)
{
	peak_thread *t = arg;
	double done = 0, begin;

	t->loop->run(); /* wide registers take a while to wake */
	pthread_barrier_wait(t->start);
	begin = peak_clock();
	do {
		t->loop->run();
		/* A product and a sum: two operations. */
		done += 2.0 * PEAK_ROUNDS * PEAK_SUMS * t->loop->items;
	} while (peak_clock() - begin < t->ms);
	t->rate = done / (peak_clock() - begin) * 1000;
	return NULL;
}

static double peak_run(const struct peak_loop *loop, unsigned threads, double ms)
{
	peak_thread *all = xs_calloc(threads, sizeof *all);
	pthread_barrier_t start;
	double rate = 0;

	/* All begin at once: a processor may run slower when all its cores are at work. */
	pthread_barrier_init(&start, NULL, threads);
	for (unsigned i = 0; i < threads; i++) {
		all[i] = (peak_thread){.loop = loop, .start = &start, .ms = ms};
		if (pthread_create(&all[i].thread, NULL, peak_work, &all[i]) != 0)
			xs_out_of_memory(0); /* the others wait for it */
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(all[i].thread, NULL);
		rate += all[i].rate;
	}
	pthread_barrier_destroy(&start);
	free(all);
	return rate;
}

int bench_peak(double *out, const char *format, unsigned threads, double ms)
{
	/* Of the variant in use: XS_CPU may have chosen a lesser one. */
	const char *variant = xs_kern_get()->name;

	for (size_t i = 0; i < sizeof peak_loops / sizeof *peak_loops; i++)
		if (strcmp(peak_loops[i].variant, variant) == 0 &&
		    strcmp(peak_loops[i].format, format) == 0) {
			*out = peak_run(&peak_loops[i], threads, ms);
			return XS_OK;
		}
	return xs_fail(XS_EUNSUPPORTED, "the products of the format %s are not known", format);
}
