/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list.h - the variants of the kernels, slowest first.
 *
 * A variant `v` is signs_v.c and dots_v.c, built with flags of its own (kern.am).  This list declares and
 * dispatches them; tests/kern walks it.  X(v, the xs_cpu whose instructions it has): for a set that is
 * not here the last one runs that has no others (xs_cpu_has).  config.h comes first: it says for which
 * processors this is built. */
#ifndef XS_VECTORS_KERN_LIST_H
#define XS_VECTORS_KERN_LIST_H

#include "base/cpu.h"
#include "vectors/kern/scan.h"

#ifdef XS_KERN_X86
#define XS_SCAN_LIST(X)        \
	X(ref, XS_CPU_REF)     \
	X(sse41, XS_CPU_SSE41) \
	X(avx2, XS_CPU_AVX2)   \
	X(avx512vnni, XS_CPU_AVX512VNNI)
#elif defined(XS_KERN_ARM64)
#define XS_SCAN_LIST(X)    \
	X(ref, XS_CPU_REF) \
	X(neon, XS_CPU_NEON)
#else
#define XS_SCAN_LIST(X) X(ref, XS_CPU_REF)
#endif

#define XS_SCAN_DECLARE(v, cpu)                 \
	extern xs_scan_signs xs_scan_signs_##v; \
	extern xs_scan_dots xs_scan_dots_##v;
XS_SCAN_LIST(XS_SCAN_DECLARE)
#undef XS_SCAN_DECLARE

#endif
