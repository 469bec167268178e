/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linear_evex.h - the products of avxvnni for processors that have its instruction in the encoding of AVX-512. */
#ifndef XS_TESTS_KERN_LINEAR_EVEX_H
#define XS_TESTS_KERN_LINEAR_EVEX_H

#include "rerank/kern/kern.h"

extern xs_kern_linear xs_linear_int8_avxvnni_evex;

#endif
