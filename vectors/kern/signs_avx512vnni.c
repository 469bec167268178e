/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signs_avx512vnni.c - distances of signs. */
#include "config.h"

#include "vectors/kern/bytes_avx512vnni.h"
#include "vectors/kern/list.h"

#include "vectors/kern/signs_vec.h"

void xs_scan_signs_avx512vnni(uint16_t *out, uint64_t *near, const uint8_t *signs,
			      const uint16_t *levels, size_t groups, const xs_sign_query *q)
{
	signs_groups(out, near, signs, levels, groups, q);
}
