/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_norm.c - bias, residual and LayerNorm of every variant against the definition in double. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "tests/kern/check.h"

enum { COLS = 1100, ROWS = 3 };

static const float norm_eps = 1e-12f; /* BERT's */

typedef struct norm_case {
	float x[ROWS * COLS], bias[COLS], residual[ROWS * COLS], gamma[COLS], beta[COLS];
	int rows, cols;
	bool with_bias, with_residual;
} norm_case;

/* One row of the definition; returns whether `got` is it.  A sum of n floats is off by eps times
 * its absolute terms, and so is the mean; a deviation from it inherits that, however small. */
static bool norm_row_right(const float *got, const norm_case *t, int row)
{
	double sum[COLS], mean = 0, variance = 0, size = 0;
	const float *x = t->x + row * t->cols, *residual = t->residual + row * t->cols;

	for (int c = 0; c < t->cols; c++) {
		float v = x[c];

		if (t->with_bias)
			v += t->bias[c];
		if (t->with_residual)
			v += residual[c];
		sum[c] = (double)v;
		mean += sum[c] / t->cols;
		size = fmax(size, fabs(sum[c]));
	}
	for (int c = 0; c < t->cols; c++)
		variance += (sum[c] - mean) * (sum[c] - mean) / t->cols;
	double scale = 1 / sqrt(variance + (double)norm_eps);
	for (int c = 0; c < t->cols; c++) {
		double part = (sum[c] - mean) * scale * (double)t->gamma[c];
		double slack = 2e-6 * fabs(part) + 1e-6 * fabs((double)t->beta[c]) +
			       1e-6 * size * scale * fabs((double)t->gamma[c]) + (double)FLT_MIN;

		if (!(fabs((double)got[c] - (part + (double)t->beta[c])) <= slack))
			return false;
	}
	return true;
}

static void norm_compare(const xs_kern *k, const norm_case *t)
{
	size_t cols = (size_t)t->cols, n = (size_t)t->rows * cols;
	float *x = check_copy(t->x, n);
	float *bias = t->with_bias ? check_copy(t->bias, cols) : NULL;
	float *residual = t->with_residual ? check_copy(t->residual, n) : NULL;
	float *gamma = check_copy(t->gamma, cols), *beta = check_copy(t->beta, cols);
	bool right = true;

	k->norm(x, bias, residual, gamma, beta, norm_eps, t->rows, t->cols);
	for (int r = 0; r < t->rows; r++)
		right = right && norm_row_right(x + (size_t)r * cols, t, r);
	check_case(right, "%s: %d × %d, bias %d, residual %d", k->name, t->rows, t->cols,
		   t->with_bias, t->with_residual);

	/* A row is the same alone. */
	if (t->rows) {
		float *last = check_copy(t->x + n - cols, cols);

		k->norm(last, bias, residual ? residual + n - cols : NULL, gamma, beta, norm_eps, 1,
			t->cols);
		check_case(check_same(last, x + n - cols, cols), "%s: %d columns, row alone", k->name,
			   t->cols);
	}
	check_release();
}

/* All four ways of giving bias and residual. */
static void norm_ways(const xs_kern *k, norm_case *t, int rows, int cols, float spread, float offset)
{
	t->rows = rows;
	t->cols = cols;
	check_fill(t->x, (size_t)(rows * cols), spread);
	check_fill(t->residual, (size_t)(rows * cols), spread);
	check_fill(t->bias, (size_t)cols, spread);
	check_fill(t->gamma, (size_t)cols, 1);
	check_fill(t->beta, (size_t)cols, 0.3f);
	for (int i = 0; i < rows * cols; i++)
		t->x[i] += offset;
	for (int way = 0; way < 4; way++) {
		t->with_bias = way & 1;
		t->with_residual = way & 2;
		norm_compare(k, t);
	}
}

static void norm_test(const xs_kern *k)
{
	static const float spreads[] = {1e-15f, 1e-4f, 1, 1e4f, 1e15f};
	static const float offsets[] = {1, 100, -1e4f};
	static norm_case t;

	for (int cols = 1; cols <= 100; cols++)
		for (int rows = 0; rows <= ROWS; rows++)
			norm_ways(k, &t, rows, cols, 1, 0);
	check_group("norm %s: rows 0 … %d, columns 1 … 100", k->name, ROWS);
	for (int cols = 312; cols <= COLS; cols += 8 + cols % 3)
		norm_ways(k, &t, 2, cols, 1, 0.1f);
	check_group("norm %s: columns 312 … %d", k->name, COLS);
	for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++)
		norm_ways(k, &t, 2, 384, spreads[i], 0);
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
		norm_ways(k, &t, 2, 384, 1, offsets[i]);
	norm_ways(k, &t, 2, 384, 0, 1.5f); /* all alike: no variance */
	check_group("norm %s: tiny, huge, far from 0, constant", k->name);
}

enum { BENCH_ROWS = 200, BENCH_COLS = 384 };

static float norm_x[BENCH_ROWS * BENCH_COLS], norm_residual[BENCH_ROWS * BENCH_COLS];
static float norm_bias[BENCH_COLS], norm_gamma[BENCH_COLS], norm_beta[BENCH_COLS];

static void norm_once(void *user)
{
	((const xs_kern *)user)->norm(norm_x, norm_bias, norm_residual, norm_gamma, norm_beta,
				      norm_eps, BENCH_ROWS, BENCH_COLS);
}

static void norm_bench(const xs_kern *k)
{
	check_fill(norm_x, BENCH_ROWS * BENCH_COLS, 1);
	check_fill(norm_residual, BENCH_ROWS * BENCH_COLS, 1);
	check_fill(norm_bias, BENCH_COLS, 1);
	check_fill(norm_gamma, BENCH_COLS, 1);
	check_fill(norm_beta, BENCH_COLS, 1);
	check_time("norm 200 × 384", k->name, norm_once, (void *)(uintptr_t)k);
}

int main(int argc, char **argv)
{
	return check_main(argc, argv, norm_test, norm_bench);
}
