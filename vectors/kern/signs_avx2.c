/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signs_avx2.c - distances of signs. */
#include "config.h"

#include "vectors/kern/bytes_avx2.h"
#include "vectors/kern/list.h"

#include "vectors/kern/signs_vec.h"

void xs_scan_signs_avx2(uint16_t *out, const uint8_t *signs, const uint16_t *levels, size_t groups,
			int len, const uint8_t *tables, uint16_t level_scale)
{
	signs_groups(out, signs, levels, groups, len, tables, level_scale);
}
