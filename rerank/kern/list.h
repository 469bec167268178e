/* SPDX-License-Identifier: MIT */
/* list.h - the variants of the kernels, slowest first.
 *
 * A variant `v` is attend_v.c, gelu_v.c and norm_v.c, built with flags of its own (kern.am), and
 * kern_runs_v() in kern.c.  This list declares and dispatches them; tests/kern walks it.
 * config.h comes first: it says for which processors this is built. */
#ifndef XS_RERANK_KERN_LIST_H
#define XS_RERANK_KERN_LIST_H

#include "rerank/kern/kern.h"

#ifdef XS_KERN_X86
#define XS_KERN_LIST(X) X(ref) X(avx2) X(avx512)
#else
#define XS_KERN_LIST(X) X(ref)
#endif

#define XS_KERN_DECLARE(v)                                                                         \
	xs_kern_attend xs_attend_##v;                                                              \
	xs_kern_gelu xs_gelu_##v;                                                                  \
	xs_kern_norm xs_norm_##v;
XS_KERN_LIST(XS_KERN_DECLARE)
#undef XS_KERN_DECLARE

#endif
