/* SPDX-License-Identifier: MIT */
/* cpu.h - which instructions kernels may use here.
 *
 * Knows processors, and nothing of the kernels that there are. */
#ifndef XS_BASE_CPU_H
#define XS_BASE_CPU_H

#include <stdbool.h>

/* Sets of instructions, each with all of those before it of its family: plain C; of x86-64 SSE4.1; AVX2 and
 * FMA; AVX-512 F, BW, VL, DQ and VNNI; AVX-512 BF16; of 64-bit Arm NEON; products of bytes (DotProd); of
 * small matrices (I8MM and BF16). */
typedef enum xs_cpu {
	XS_CPU_REF,
	XS_CPU_SSE41,
	XS_CPU_AVX2,
	XS_CPU_AVX512,
	XS_CPU_AVX512BF16,
	XS_CPU_NEON,
	XS_CPU_DOTPROD,
	XS_CPU_I8MM
} xs_cpu;

/* "ref", "sse41", "avx2", "avx512", "avx512bf16", "neon", "dotprod", "i8mm".  Static. */
const char *xs_cpu_name(xs_cpu set);

/* Whether this processor has them and the system saves their registers. */
bool xs_cpu_runs(xs_cpu set);

/* The set in use: the last that runs, or the one that XS_CPU names in the environment.  A name that is unknown
 * or cannot run here is logged as a warning, and the last that runs is taken.  Chosen at the first call, by
 * any thread. */
xs_cpu xs_cpu_get(void);

#endif
