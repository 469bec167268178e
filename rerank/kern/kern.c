/* SPDX-License-Identifier: MIT */
/* kern.c - which variant of the kernels runs. */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "rerank/kern/kern.h"
#include "rerank/kern/list.h"

static bool kern_runs_ref(void)
{
	return true;
}

#ifdef XS_KERN_X86
/* __builtin_cpu_supports asks cpuid, and xgetbv whether the system saves the wide registers. */
static bool kern_runs_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/* VNNI since 2019 (Cascade Lake, Zen 4); earlier processors slow down under AVX-512 anyway. */
static bool kern_runs_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vnni") && kern_runs_avx2();
}

static bool kern_runs_avx512bf16(void)
{
	return __builtin_cpu_supports("avx512bf16") && kern_runs_avx512();
}

const xs_kern_bf16 xs_bf16_avx512bf16 = {xs_attend_bf16_avx512bf16,
					 {[XS_PRECISION_BF16] = xs_linear_bf16_to_bf16_avx512bf16,
					  [XS_PRECISION_INT8] = xs_linear_int8_to_bf16_avx512bf16}};
#endif

#define KERN_ROW(v, item, group, bf16)                                                      \
	{{#v,                                                                               \
	  xs_attend_##v,                                                                    \
	  xs_norm_##v,                                                                      \
	  {[XS_PRECISION_F32] = {XS_ITEM_F32, 1, NULL, xs_linear_f32_##v},                  \
	   [XS_PRECISION_BF16] = {XS_ITEM_BF16, 2, xs_encode_bf16_##v, xs_linear_bf16_##v}, \
	   [XS_PRECISION_INT8] = {item, group, xs_encode_int8_##v, xs_linear_int8_##v}},    \
	  bf16},                                                                            \
	 kern_runs_##v},
static const struct {
	xs_kern kern;
	bool (*runs)(void);
} kern_variants[] = {XS_KERN_LIST(KERN_ROW)};
#undef KERN_ROW
enum { KERN_N = sizeof kern_variants / sizeof *kern_variants };

static const xs_kern *kern_chosen;
static pthread_once_t kern_once = PTHREAD_ONCE_INIT;

const xs_kern *xs_kern_find(const char *name)
{
	for (int i = 0; i < KERN_N; i++)
		if (!strcmp(kern_variants[i].kern.name, name))
			return kern_variants[i].runs() ? &kern_variants[i].kern : NULL;
	return NULL;
}

static void kern_choose(void)
{
	const char *name = getenv("XS_CPU");

	if (name && *name) {
		kern_chosen = xs_kern_find(name);
		if (kern_chosen)
			return;
	}
	for (int i = KERN_N - 1; !kern_chosen; i--) /* ref, the first, always runs */
		if (kern_variants[i].runs())
			kern_chosen = &kern_variants[i].kern;
	if (name && *name)
		xs_log(XS_LOG_WARN,
		       "XS_CPU=%s: no such kernels here; using %s (known: ref, avx2, avx512, avx512bf16)",
		       name, kern_chosen->name);
}

const xs_kern *xs_kern_get(void)
{
	pthread_once(&kern_once, kern_choose);
	return kern_chosen;
}
