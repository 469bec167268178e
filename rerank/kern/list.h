/* SPDX-License-Identifier: MIT */
/* list.h - the variants of the kernels, slowest first.
 *
 * A variant `v` is attend_v.c, norm_v.c, encode_v.c and linear_v.c (and pack_v.c), built with flags of its own
 * (kern.am), for the processors of an xs_cpu of the same name (base/cpu.h).  This list declares and
 * dispatches them; tests/kern walks it.  X(v, xs_cpu, what packs weights of f32 and bf16 or NULL, items of
 * int8 weights, how many a word, what packs them or NULL, its xs_kern_bf16 or NULL).  config.h comes first: it
 * says for which processors this is built. */
#ifndef XS_RERANK_KERN_LIST_H
#define XS_RERANK_KERN_LIST_H

#include "base/cpu.h"
#include "rerank/kern/kern.h"

#ifdef XS_KERN_X86
#define XS_KERN_LIST(X)                                                           \
	X(ref, XS_CPU_REF, NULL, XS_ITEM_I8, 4, NULL, NULL)                       \
	X(sse41, XS_CPU_SSE41, NULL, XS_ITEM_I16, 2, NULL, NULL)                  \
	X(avx2, XS_CPU_AVX2, xs_pack_six, XS_ITEM_I8, 4, xs_pack_int8_avx2, NULL) \
	X(avxvnni, XS_CPU_AVXVNNI, xs_pack_six, XS_ITEM_I8, 4, xs_pack_six, NULL) \
	X(avx512, XS_CPU_AVX512, NULL, XS_ITEM_I8, 4, xs_pack_int8_avx2, NULL)    \
	X(avx512vnni, XS_CPU_AVX512VNNI, NULL, XS_ITEM_I8, 4, NULL, NULL)         \
	X(avx512bf16, XS_CPU_AVX512BF16, NULL, XS_ITEM_I8, 4, NULL, &xs_bf16_avx512bf16)
/* Processors with VNNI differ from those without in products of int8 alone. */
#define xs_attend_avxvnni xs_attend_avx2
#define xs_norm_avxvnni xs_norm_avx2
#define xs_encode_int8_avxvnni xs_encode_int8_avx2
#define xs_encode_bf16_avxvnni xs_encode_bf16_avx2
#define xs_linear_f32_avxvnni xs_linear_f32_avx2
#define xs_linear_bf16_avxvnni xs_linear_bf16_avx2
#define xs_attend_avx512vnni xs_attend_avx512
#define xs_norm_avx512vnni xs_norm_avx512
#define xs_encode_int8_avx512vnni xs_encode_int8_avx512
#define xs_encode_bf16_avx512vnni xs_encode_bf16_avx512
#define xs_linear_f32_avx512vnni xs_linear_f32_avx512
#define xs_linear_bf16_avx512vnni xs_linear_bf16_avx512
/* Processors with bf16 products differ from the others in these alone. */
#define xs_attend_avx512bf16 xs_attend_avx512
#define xs_norm_avx512bf16 xs_norm_avx512
#define xs_linear_f32_avx512bf16 xs_linear_f32_avx512
#define xs_encode_int8_avx512bf16 xs_encode_int8_avx512
#define xs_linear_int8_avx512bf16 xs_linear_int8_avx512vnni
extern xs_kern_pack xs_pack_six, xs_pack_int8_avx2;
extern const xs_kern_bf16 xs_bf16_avx512bf16; /* of these */
extern xs_kern_attend xs_attend_bf16_avx512bf16;
extern xs_kern_linear_bf16 xs_linear_bf16_to_bf16_avx512bf16, xs_linear_int8_to_bf16_avx512bf16;
#elif defined(XS_KERN_ARM64)
#define XS_KERN_LIST(X)                                             \
	X(ref, XS_CPU_REF, NULL, XS_ITEM_I8, 4, NULL, NULL)         \
	X(neon, XS_CPU_NEON, NULL, XS_ITEM_S8, 4, NULL, NULL)       \
	X(dotprod, XS_CPU_DOTPROD, NULL, XS_ITEM_S8, 4, NULL, NULL) \
	X(i8mm, XS_CPU_I8MM, NULL, XS_ITEM_S8, 4, NULL, NULL)
/* They differ in products alone. */
#define xs_attend_dotprod xs_attend_neon
#define xs_norm_dotprod xs_norm_neon
#define xs_encode_int8_dotprod xs_encode_int8_neon
#define xs_encode_bf16_dotprod xs_encode_bf16_neon
#define xs_linear_f32_dotprod xs_linear_f32_neon
#define xs_linear_bf16_dotprod xs_linear_bf16_neon
#define xs_attend_i8mm xs_attend_neon
#define xs_norm_i8mm xs_norm_neon
#define xs_encode_int8_i8mm xs_encode_int8_neon
#define xs_encode_bf16_i8mm xs_encode_bf16_neon
#define xs_linear_f32_i8mm xs_linear_f32_neon
#else
#define XS_KERN_LIST(X) X(ref, XS_CPU_REF, NULL, XS_ITEM_I8, 4, NULL, NULL)
#endif

#define XS_KERN_DECLARE(v, cpu, pack, item, group, pack_int8, bf16)                      \
	extern xs_kern_attend xs_attend_##v;                                             \
	extern xs_kern_norm xs_norm_##v;                                                 \
	extern xs_kern_linear xs_linear_f32_##v, xs_linear_bf16_##v, xs_linear_int8_##v; \
	extern xs_kern_encode xs_encode_bf16_##v, xs_encode_int8_##v;
XS_KERN_LIST(XS_KERN_DECLARE)
#undef XS_KERN_DECLARE

#endif
