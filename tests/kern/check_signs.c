/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_signs.c - distances of signs of every variant against the definition. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/kern/check.h"
#include "tests/kern/limit.h"
#include "tests/kern/scans.h"

enum { LEN = 512 };

/* Bytes that end at an unmapped page; n is a multiple of 4. */
static uint8_t *signs_bytes(size_t n)
{
	return (uint8_t *)check_words(n / 4);
}

/* The distance of one row, by single bits of the bytes. */
static uint32_t signs_distance(const uint8_t *signs, int len, const uint8_t *tables, size_t row)
{
	const uint8_t *group = signs + row / XS_SIGN_ROWS * (size_t)len * XS_SIGN_ROWS;
	uint32_t sum = 0;

	for (int table = 0; table < 2 * len; table++) {
		uint8_t byte = group[table / 2 * XS_SIGN_ROWS + (int)(row % XS_SIGN_ROWS)];
		int entry = 0;

		for (int bit = 0; bit < 4; bit++)
			entry |= (byte >> (table % 2 * 4 + bit) & 1) << bit;
		sum += tables[table * XS_SIGN_TABLE + entry];
	}
	return sum;
}

/* Numbers of any size, or all as large as they can be. */
static void signs_compare(const xs_scan *k, size_t groups, int len, bool extreme)
{
	size_t rows = groups * XS_SIGN_ROWS, n_signs = rows * (size_t)len;
	size_t n_tables = (size_t)len * 2 * XS_SIGN_TABLE;
	uint8_t *signs = signs_bytes(n_signs), *tables = signs_bytes(n_tables);
	uint16_t *out = (uint16_t *)(void *)check_words(rows / 2);
	uint16_t *levels = (uint16_t *)(void *)check_words(rows / 2);
	uint64_t *near = (uint64_t *)(void *)check_words(groups * 2);
	xs_sign_query q = {len, tables, (uint16_t)check_below(20000), (uint16_t)check_below(20000)};
	bool right = true;

	if (extreme)
		q.level_scale = q.most = UINT16_MAX;
	for (size_t i = 0; i < rows; i++)
		levels[i] = extreme ? UINT16_MAX : (uint16_t)check_below(UINT16_MAX + 1);
	for (size_t i = 0; i < n_signs; i++)
		signs[i] = (uint8_t)check_below(256);
	for (size_t i = 0; i < n_tables; i++)
		tables[i] = extreme ? XS_SIGN_ENTRY : (uint8_t)check_below(XS_SIGN_ENTRY + 1);
	k->signs(out, near, signs, levels, groups, &q);
	for (size_t row = 0; row < rows; row++) {
		uint32_t sum = signs_distance(signs, len, tables, row) +
			       (uint32_t)((uint64_t)levels[row] * q.level_scale / 65536);

		sum = sum > 65535 ? 65535 : sum;
		right = right && out[row] == sum &&
			(near[row / 64] >> row % 64 & 1) == (sum <= q.most);
	}
	check_case(right, "%s: %zu groups, %d bytes a row%s", k->name, groups, len,
		   extreme ? ", largest entries" : "");
	check_release();
}

static void signs_test(const xs_scan *k)
{
	for (int len = 1; len <= 70; len++)
		for (size_t groups = 0; groups <= 5; groups++)
			signs_compare(k, groups, len, groups == 5);
	check_group("signs %s: 1 … 70 bytes a row, 0 … 5 groups", k->name);
	for (int len = LEN - 3; len <= LEN; len++)
		for (size_t groups = 1; groups <= 2; groups++)
			signs_compare(k, groups, len, groups == 2);
	check_group("signs %s: up to %d bytes a row", k->name, LEN);
}

/* 384 dimensions of 40 000 rows. */
enum { BENCH_LEN = 48, BENCH_GROUPS = 625 };

typedef struct signs_input {
	const xs_scan *k;
	uint8_t *signs, *tables;
	uint16_t *levels, *out;
	uint64_t near[BENCH_GROUPS];
} signs_input;

static void signs_once(void *user)
{
	signs_input *in = user;

	in->k->signs(in->out, in->near, in->signs, in->levels, BENCH_GROUPS,
		     &(xs_sign_query){BENCH_LEN, in->tables, 300, 2000});
}

static void signs_bench(const xs_scan *k)
{
	size_t rows = BENCH_GROUPS * XS_SIGN_ROWS, bytes = rows * BENCH_LEN;
	signs_input in = {.k = k,
			  .signs = xs_malloc(bytes),
			  .tables = xs_malloc(BENCH_LEN * 2 * XS_SIGN_TABLE),
			  .levels = xs_calloc(rows, sizeof *in.levels),
			  .out = xs_malloc(rows * sizeof *in.out)};

	for (size_t i = 0; i < bytes; i++)
		in.signs[i] = (uint8_t)check_below(256);
	for (size_t i = 0; i < BENCH_LEN * 2 * XS_SIGN_TABLE; i++)
		in.tables[i] = (uint8_t)check_below(XS_SIGN_ENTRY + 1);
	check_time("signs 384 × 40000", k->name, (double)(bytes + rows * sizeof *in.levels),
		   limit_bytes(), signs_once, &in);
	free(in.signs);
	free(in.tables);
	free(in.levels);
	free(in.out);
}

int main(int argc, char **argv)
{
	return scans_main(argc, argv, signs_test, signs_bench);
}
