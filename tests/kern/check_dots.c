/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_dots.c - products of rows of every variant against the definition. */
#include <stdlib.h>

#include "base/memory.h"
#include "tests/kern/check.h"
#include "tests/kern/limit.h"
#include "tests/kern/scans.h"

enum { ROWS = 40, MOST = 4096 };

/* Items of -128 … 127, though none are packed below -127: a file may have any. */
static int8_t dots_item(bool extreme)
{
	return extreme ? -128 : (int8_t)((int)check_below(256) - 128);
}

/* All products as large as they can be, or of any size. */
static void dots_compare(const xs_scan *k, int dimensions, size_t n_rows, size_t n, bool extreme)
{
	size_t len = (size_t)dimensions;
	int8_t *items = (int8_t *)check_words(n_rows * len / 4);
	int16_t *question = (int16_t *)(void *)check_words(len / 2);
	size_t *rows = (size_t *)(void *)check_words(n * sizeof *rows / 4);
	int32_t *out = (int32_t *)(void *)check_words(n);
	bool right = true;

	for (size_t i = 0; i < n_rows * len; i++)
		items[i] = dots_item(extreme);
	for (size_t d = 0; d < len; d++)
		question[d] =
			extreme ? XS_DOT_ITEM
				: (int16_t)((int)check_below(2 * XS_DOT_ITEM + 1) - XS_DOT_ITEM);
	for (size_t i = 0; i < n; i++)
		rows[i] = i + 1 == n ? n_rows - 1 : check_below((uint32_t)n_rows);
	k->dots(out, items, dimensions, rows, n, question);
	for (size_t i = 0; i < n; i++) {
		int64_t sum = 0;

		for (size_t d = 0; d < len; d++)
			sum += (int64_t)question[d] * items[rows[i] * len + d];
		right = right && out[i] == sum;
	}
	check_case(right, "%s: %d dimensions, %zu of %zu rows%s", k->name, dimensions, n, n_rows,
		   extreme ? ", largest products" : "");
	check_release();
}

static void dots_test(const xs_scan *k)
{
	for (int dimensions = 8; dimensions <= 400; dimensions += 8)
		for (size_t n = 0; n <= ROWS; n += 1 + n / 3)
			dots_compare(k, dimensions, 1 + check_below(ROWS), n, n == 1);
	check_group("dots %s: 8 … 400 dimensions, 0 … %d rows", k->name, ROWS);
	for (int dimensions = MOST - 64; dimensions <= MOST; dimensions += 8)
		for (int extreme = 0; extreme <= 1; extreme++)
			dots_compare(k, dimensions, 3, 3, extreme);
	check_group("dots %s: up to %d dimensions", k->name, MOST);
}

/* 1000 of 40 000 rows of 384 dimensions. */
enum { BENCH_DIMENSIONS = 384, BENCH_ROWS = 40000, BENCH_N = 1000 };

typedef struct dots_input {
	const xs_scan *k;
	int8_t *items;
	size_t rows[BENCH_N];
	int16_t question[BENCH_DIMENSIONS];
	int32_t out[BENCH_N];
} dots_input;

static void dots_once(void *user)
{
	dots_input *in = user;

	in->k->dots(in->out, in->items, BENCH_DIMENSIONS, in->rows, BENCH_N, in->question);
}

static void dots_bench(const xs_scan *k)
{
	static dots_input in;

	in.k = k;
	in.items = xs_malloc((size_t)BENCH_ROWS * BENCH_DIMENSIONS);
	for (size_t i = 0; i < (size_t)BENCH_ROWS * BENCH_DIMENSIONS; i++)
		in.items[i] = dots_item(false);
	for (size_t i = 0; i < BENCH_N; i++)
		in.rows[i] = i * (BENCH_ROWS / BENCH_N) + check_below(BENCH_ROWS / BENCH_N);
	for (size_t d = 0; d < BENCH_DIMENSIONS; d++)
		in.question[d] = (int16_t)((int)check_below(2 * XS_DOT_ITEM + 1) - XS_DOT_ITEM);
	check_time("dots 384 × 1000 of 40000", k->name, (double)BENCH_N * BENCH_DIMENSIONS,
		   limit_bytes(), dots_once, &in);
	free(in.items);
}

int main(int argc, char **argv)
{
	return scans_main(argc, argv, dots_test, dots_bench);
}
