/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signs_vec.h - distances of signs, in the names of bytes_avx2.h and its like.
 *
 * Rows are the bytes of a register.  Sums of four entries fit into them and are then added up in 16 bits:
 * `all` has the bytes of both rows of a pair, the upper one times 256, `odd` the upper one alone. */
#include "vectors/kern/scan.h"

enum { SIGNS_PARTS = XS_SIGN_ROWS / BYTES };

typedef struct signs_sum {
	bytes all, odd;
} signs_sum;

/* The entries of byte b of rows at `signs`, both tables. */
static inline bytes signs_entries(const uint8_t *signs, bytes low, bytes high)
{
	bytes x = bytes_load(signs);

	return bytes_add(bytes_look_up(low, bytes_low(x)), bytes_look_up(high, bytes_high(x)));
}

static inline void signs_add(signs_sum *sum, bytes entries)
{
	sum->all = bytes_add16(sum->all, entries);
	sum->odd = bytes_add16(sum->odd, bytes_upper(entries));
}

/* The distances of a group; a bit for each of its rows that is near. */
static inline uint64_t signs_group(uint16_t *out, const uint8_t *signs, const uint16_t *levels,
				   const xs_sign_query *q)
{
	const bytes scale = bytes_all16(q->level_scale), most = bytes_all16(q->most);
	const uint8_t *tables = q->tables;
	signs_sum sum[SIGNS_PARTS];
	uint64_t near = 0;
	int b = 0;

	for (int i = 0; i < SIGNS_PARTS; i++)
		sum[i].all = sum[i].odd = bytes_zero();
	for (; b + 1 < q->len; b += 2, signs += 2 * XS_SIGN_ROWS, tables += 4 * XS_SIGN_TABLE) {
		bytes t0 = bytes_table(tables), t1 = bytes_table(tables + XS_SIGN_TABLE);
		bytes t2 = bytes_table(tables + 2 * XS_SIGN_TABLE);
		bytes t3 = bytes_table(tables + 3 * XS_SIGN_TABLE);

		for (int i = 0; i < SIGNS_PARTS; i++)
			signs_add(&sum[i], bytes_add(signs_entries(signs + i * BYTES, t0, t1),
						     signs_entries(signs + XS_SIGN_ROWS + i * BYTES,
								   t2, t3)));
	}
	if (b < q->len)
		for (int i = 0; i < SIGNS_PARTS; i++)
			signs_add(&sum[i], signs_entries(signs + i * BYTES, bytes_table(tables),
							 bytes_table(tables + XS_SIGN_TABLE)));
	for (int i = 0; i < SIGNS_PARTS; i++) {
		bytes first, second, even = bytes_sub16(sum[i].all, bytes_to_upper(sum[i].odd));

		bytes_pair16(&first, &second, even, sum[i].odd);
		first = bytes_levels16(first, levels + i * BYTES, scale);
		second = bytes_levels16(second, levels + i * BYTES + BYTES / 2, scale);
		bytes_store16(out + i * BYTES, first);
		bytes_store16(out + i * BYTES + BYTES / 2, second);
		near |= bytes_at_most16(first, second, most) << i * BYTES;
	}
	return near;
}

static void signs_groups(uint16_t *out, uint64_t *near, const uint8_t *signs,
			 const uint16_t *levels, size_t groups, const xs_sign_query *q)
{
	for (size_t g = 0; g < groups; g++)
		near[g] = signs_group(out + g * XS_SIGN_ROWS,
				      signs + g * (size_t)q->len * XS_SIGN_ROWS,
				      levels + g * XS_SIGN_ROWS, q);
}
