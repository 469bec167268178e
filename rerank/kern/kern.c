/* SPDX-License-Identifier: MIT */
/* kern.c - which variant of the kernels runs. */
#include "config.h"

#include <string.h>

#include "base/cpu.h"
#include "rerank/kern/kern.h"
#include "rerank/kern/list.h"

#ifdef XS_KERN_X86
const xs_kern_bf16 xs_bf16_avx512bf16 = {xs_attend_bf16_avx512bf16,
					 {[XS_PRECISION_BF16] = xs_linear_bf16_to_bf16_avx512bf16,
					  [XS_PRECISION_INT8] = xs_linear_int8_to_bf16_avx512bf16}};
#endif

#define KERN_ROW(v, cpu, pack, item, group, pack_int8, bf16)                                      \
	{{#v,                                                                                     \
	  xs_attend_##v,                                                                          \
	  xs_norm_##v,                                                                            \
	  {[XS_PRECISION_F32] = {XS_ITEM_F32, 1, NULL, xs_linear_f32_##v, pack},                  \
	   [XS_PRECISION_BF16] = {XS_ITEM_BF16, 2, xs_encode_bf16_##v, xs_linear_bf16_##v, pack}, \
	   [XS_PRECISION_INT8] = {item, group, xs_encode_int8_##v, xs_linear_int8_##v,            \
				  pack_int8}},                                                    \
	  bf16},                                                                                  \
	 cpu},
static const struct {
	xs_kern kern;
	xs_cpu cpu;
} kern_variants[] = {XS_KERN_LIST(KERN_ROW)};
#undef KERN_ROW
enum { KERN_N = sizeof kern_variants / sizeof *kern_variants };

const xs_kern *xs_kern_find(const char *name)
{
	for (int i = 0; i < KERN_N; i++)
		if (!strcmp(kern_variants[i].kern.name, name))
			return xs_cpu_runs(kern_variants[i].cpu) ? &kern_variants[i].kern : NULL;
	return NULL;
}

/* There is a variant for each set of instructions. */
const xs_kern *xs_kern_get(void)
{
	return xs_kern_find(xs_cpu_name(xs_cpu_get()));
}
