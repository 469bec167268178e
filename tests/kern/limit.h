/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limit.h - what this processor can do at best, measured; for the checks' --bench. */
#ifndef XS_TESTS_KERN_LIMIT_H
#define XS_TESTS_KERN_LIMIT_H

#include "rerank/kern/kern.h"

/* Multiply-adds a second of one thread that only multiplies and adds, in registers, by the
 * instructions that the variant's product has.  Measured at the first call. */
double limit_products(const xs_kern *k, xs_precision precision);

/* Bytes read and written a second by a copy between buffers that fit the second-level cache. */
double limit_bytes(void);

#endif
