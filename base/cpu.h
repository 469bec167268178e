/* SPDX-License-Identifier: MIT */
/* cpu.h - which instructions kernels may use here.
 *
 * Knows processors, and nothing of the kernels that there are. */
#ifndef XS_BASE_CPU_H
#define XS_BASE_CPU_H

#include <stdbool.h>

/* Sets of instructions, those that are faster last.  What each has beside another one (xs_cpu_has):
 *
 *	REF		plain C
 *	SSE41		REF; SSE4.1
 *	AVX2		SSE41; AVX2 and FMA
 *	AVXVNNI		AVX2; AVX-VNNI: products of bytes in 256 bits (Alder Lake)
 *	AVX512		AVX2; AVX-512 F, BW, VL and DQ (Skylake-X); no AVXVNNI
 *	AVX512VNNI	AVX512; AVX-512 VNNI: products of bytes (Cascade Lake, Ice Lake)
 *	AVX512BF16	AVX512VNNI; AVX-512 BF16 (Cooper Lake, Zen 4)
 *	NEON		REF; of 64-bit Arm NEON
 *	DOTPROD		NEON; products of bytes
 *	I8MM		DOTPROD; products of small matrices (I8MM and BF16) */
typedef enum xs_cpu {
	XS_CPU_REF,
	XS_CPU_SSE41,
	XS_CPU_AVX2,
	XS_CPU_AVXVNNI,
	XS_CPU_AVX512,
	XS_CPU_AVX512VNNI,
	XS_CPU_AVX512BF16,
	XS_CPU_NEON,
	XS_CPU_DOTPROD,
	XS_CPU_I8MM
} xs_cpu;

/* "ref", "sse41", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16", "neon", "dotprod", "i8mm".
 * Static. */
const char *xs_cpu_name(xs_cpu set);

/* Whether all instructions of `part` are in `set`. */
bool xs_cpu_has(xs_cpu set, xs_cpu part);

/* Whether this processor has them and the system saves their registers. */
bool xs_cpu_runs(xs_cpu set);

/* The set in use: the last that runs, or the one that XS_CPU names in the environment.  A name that is unknown
 * or cannot run here is logged as a warning, and the last that runs is taken.  Chosen at the first call, by
 * any thread. */
xs_cpu xs_cpu_get(void);

#endif
