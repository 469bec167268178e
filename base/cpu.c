/* SPDX-License-Identifier: MIT */
/* cpu.c - what the processor says of itself. */
#include "config.h"

#include "base/cpu.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef XS_KERN_ARM64
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/log.h"

static const char *const cpu_names[] = {[XS_CPU_REF] = "ref",
					[XS_CPU_SSE41] = "sse41",
					[XS_CPU_AVX2] = "avx2",
					[XS_CPU_AVX512] = "avx512",
					[XS_CPU_AVX512BF16] = "avx512bf16",
					[XS_CPU_NEON] = "neon",
					[XS_CPU_DOTPROD] = "dotprod",
					[XS_CPU_I8MM] = "i8mm"};
enum { CPU_N = sizeof cpu_names / sizeof *cpu_names };

const char *xs_cpu_name(xs_cpu set)
{
	return cpu_names[set];
}

#ifdef XS_KERN_X86
/* __builtin_cpu_supports asks cpuid, and xgetbv whether the system saves the wide registers. */
static bool cpu_runs(xs_cpu set)
{
	switch (set) {
	case XS_CPU_REF: return true;
	case XS_CPU_SSE41: return __builtin_cpu_supports("sse4.1");
	case XS_CPU_AVX2:
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
		       cpu_runs(XS_CPU_SSE41);
	/* VNNI since 2019 (Cascade Lake, Zen 4); earlier processors slow down under AVX-512 anyway. */
	case XS_CPU_AVX512:
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
		       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vnni") && cpu_runs(XS_CPU_AVX2);
	case XS_CPU_AVX512BF16:
		return __builtin_cpu_supports("avx512bf16") && cpu_runs(XS_CPU_AVX512);
	default: return false;
	}
}

#elif defined(XS_KERN_ARM64)
/* What the system says that programs may use. */
static bool cpu_runs(xs_cpu set)
{
	unsigned long first = getauxval(AT_HWCAP), second = getauxval(AT_HWCAP2);

	switch (set) {
	case XS_CPU_REF: return true;
	case XS_CPU_NEON: return first & HWCAP_ASIMD;
	case XS_CPU_DOTPROD: return first & HWCAP_ASIMDDP && cpu_runs(XS_CPU_NEON);
	case XS_CPU_I8MM:
		return second & HWCAP2_I8MM && second & HWCAP2_BF16 && cpu_runs(XS_CPU_DOTPROD);
	default: return false;
	}
}

#else
static bool cpu_runs(xs_cpu set)
{
	return set == XS_CPU_REF;
}
#endif

bool xs_cpu_runs(xs_cpu set)
{
	return cpu_runs(set);
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
			 set ? ", " : "", cpu_names[set]);
		cpu_chosen = (xs_cpu)set;
		if (name && !strcmp(name, cpu_names[set]))
			return;
	}
	if (name && *name)
		xs_log(XS_LOG_WARN, "XS_CPU=%s: no such kernels here; using %s (there are: %s)",
		       name, cpu_names[cpu_chosen], known);
}

xs_cpu xs_cpu_get(void)
{
	pthread_once(&cpu_once, cpu_choose);
	return cpu_chosen;
}
