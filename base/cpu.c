/* SPDX-License-Identifier: MIT */
/* cpu.c - what the processor says of itself. */
#include "config.h"

#include "base/cpu.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef XS_KERN_X86
#include <cpuid.h>
#elif defined(XS_KERN_ARM64)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/log.h"

/* `part`: the set that this one adds to; that of REF is itself. */
static const struct {
	const char *name;
	xs_cpu part;
} cpu_sets[] = {[XS_CPU_REF] = {"ref", XS_CPU_REF},
		[XS_CPU_SSE41] = {"sse41", XS_CPU_REF},
		[XS_CPU_AVX2] = {"avx2", XS_CPU_SSE41},
		[XS_CPU_AVXVNNI] = {"avxvnni", XS_CPU_AVX2},
		[XS_CPU_AVX512] = {"avx512", XS_CPU_AVX2},
		[XS_CPU_AVX512VNNI] = {"avx512vnni", XS_CPU_AVX512},
		[XS_CPU_AVX512BF16] = {"avx512bf16", XS_CPU_AVX512VNNI},
		[XS_CPU_NEON] = {"neon", XS_CPU_REF},
		[XS_CPU_DOTPROD] = {"dotprod", XS_CPU_NEON},
		[XS_CPU_I8MM] = {"i8mm", XS_CPU_DOTPROD}};
enum { CPU_N = sizeof cpu_sets / sizeof *cpu_sets };

const char *xs_cpu_name(xs_cpu set)
{
	return cpu_sets[set].name;
}

bool xs_cpu_has(xs_cpu set, xs_cpu part)
{
	while (set != part && set != XS_CPU_REF)
		set = cpu_sets[set].part;
	return set == part;
}

#ifdef XS_KERN_X86
/* Compilers know different sets by name; this one is bit 4 of EAX, leaf 7, part 1 (Intel's manual, volume 2A,
 * CPUID).  It uses the registers of AVX2. */
static bool cpu_says_avxvnni(void)
{
	unsigned a, b, c, d;

	/* Part 0 says which parts there are. */
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && a >= 1 &&
	       __get_cpuid_count(7, 1, &a, &b, &c, &d) && a >> 4 & 1;
}

/* What a set adds.  __builtin_cpu_supports asks cpuid, and xgetbv whether the system saves the wide
 * registers. */
static bool cpu_says(xs_cpu set)
{
	switch (set) {
	case XS_CPU_REF: return true;
	case XS_CPU_SSE41: return __builtin_cpu_supports("sse4.1");
	case XS_CPU_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
	case XS_CPU_AVXVNNI: return cpu_says_avxvnni();
	case XS_CPU_AVX512:
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
		       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
	case XS_CPU_AVX512VNNI: return __builtin_cpu_supports("avx512vnni");
	case XS_CPU_AVX512BF16: return __builtin_cpu_supports("avx512bf16");
	default: return false;
	}
}

#elif defined(XS_KERN_ARM64)
/* What the system says that programs may use. */
static bool cpu_says(xs_cpu set)
{
	unsigned long first = getauxval(AT_HWCAP), second = getauxval(AT_HWCAP2);

	switch (set) {
	case XS_CPU_REF: return true;
	case XS_CPU_NEON: return first & HWCAP_ASIMD;
	case XS_CPU_DOTPROD: return first & HWCAP_ASIMDDP;
	case XS_CPU_I8MM: return second & HWCAP2_I8MM && second & HWCAP2_BF16;
	default: return false;
	}
}

#else
static bool cpu_says(xs_cpu set)
{
	return set == XS_CPU_REF;
}
#endif

bool xs_cpu_runs(xs_cpu set)
{
	while (set != XS_CPU_REF && cpu_says(set))
		set = cpu_sets[set].part;
	return set == XS_CPU_REF;
}

static xs_cpu cpu_chosen;
static pthread_once_t cpu_once = PTHREAD_ONCE_INIT;

static void cpu_choose(void)
{
	const char *name = getenv("XS_CPU");
	char known[128] = "";

	for (int set = XS_CPU_REF; set < CPU_N; set++) {
		if (!xs_cpu_runs((xs_cpu)set))
			continue;
		snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s",
			 set ? ", " : "", cpu_sets[set].name);
		cpu_chosen = (xs_cpu)set;
		if (name && !strcmp(name, cpu_sets[set].name))
			return;
	}
	if (name && *name)
		xs_log(XS_LOG_WARN, "XS_CPU=%s: no such kernels here; using %s (there are: %s)",
		       name, cpu_sets[cpu_chosen].name, known);
}

xs_cpu xs_cpu_get(void)
{
	pthread_once(&cpu_once, cpu_choose);
	return cpu_chosen;
}
