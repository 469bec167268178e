/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_gelu.c - bias and GELU of every variant against the definition in double. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "tests/kern/check.h"

enum { ULP = 8, COLS = 70 };

/* The definition; 1 + erf(z) is erfc(-z). */
static float gelu_expected(float x)
{
	return (float)(0.5 * x * erfc(-(double)x / sqrt(2)));
}

static bool gelu_right(float got, float want)
{
	return check_ulp(got, want) <= ULP || fabsf(got - want) <= 16 * FLT_MIN;
}

/* x + bias for rows × cols of x, in place between guards; all items right? */
static void gelu_compare(const xs_kern *k, const float *from, const float *bias_from, int rows,
			 int cols)
{
	size_t n = (size_t)rows * (size_t)cols;
	float *x = check_copy(from, n), *bias = check_copy(bias_from, (size_t)cols);

	k->gelu(x, bias, rows, cols);
	for (size_t i = 0; i < n; i++) {
		float sum = from[i] + bias[i % (size_t)cols];
		float want = gelu_expected(sum);

		if (!gelu_right(x[i], want)) {
			check_case(false, "%s: gelu(%.9g) is %.9g, expected %.9g (%d × %d, item %zu)",
				   k->name, (double)sum, (double)x[i], (double)want, rows, cols, i);
			check_release();
			return;
		}
	}
	check_case(true, "all");
	check_release();
}

static void gelu_lengths(const xs_kern *k)
{
	float x[5 * COLS], bias[COLS];

	for (int cols = 0; cols <= COLS; cols++)
		for (int rows = 0; rows <= 5; rows++) {
			check_fill(x, (size_t)(rows * cols), 2);
			check_fill(bias, (size_t)cols, 1);
			gelu_compare(k, x, bias, rows, cols);
		}
	check_group("gelu %s: rows 0 … 5, columns 0 … %d", k->name, COLS);
}

/* Every part of the line where GELU bends, and far beyond it. */
static void gelu_line(const xs_kern *k)
{
	enum { N = 1000, SPANS = 400 };
	static const float spans[] = {1e-30f, 1e-6f, 0.1f, 1, 6, 15, 40, 1e6f, 3e38f};
	static const float zero[N];
	float x[N];

	for (int s = 0; s < SPANS; s++) {
		float span = spans[(size_t)s % (sizeof spans / sizeof *spans)];

		for (int i = 0; i < N; i++)
			x[i] = check_uniform() * span;
		gelu_compare(k, x, zero, 1, N);
	}
	check_group("gelu %s: spans up to 3e38", k->name);
}

static void gelu_corners(const xs_kern *k)
{
	static const float corners[] = {0.0f,	   -0.0f,   FLT_MIN, -FLT_MIN, 1e-45f, -1e-45f, 1,
					-1,	   -5.5f,   -13,     -13.5f,   -14,    -14.9f,	-15,
					-15.1f,	   15,	    FLT_MAX, -FLT_MAX, NAN,    -87.3f,	-12.9f};
	static const float zero[64];
	enum { N = sizeof corners / sizeof *corners };
	float x[64];

	/* Each in every place of a vector. */
	for (int shift = 0; shift < 40; shift++) {
		for (int i = 0; i < 64; i++)
			x[i] = corners[(i + shift) % N];
		gelu_compare(k, x, zero, 1, 64);
		gelu_compare(k, x, zero, 1, 23);
	}
	check_group("gelu %s: corners and not-a-number", k->name);
}

static void gelu_test(const xs_kern *k)
{
	gelu_lengths(k);
	gelu_line(k);
	gelu_corners(k);
}

/* 200 tokens of the default model's inner layer. */
enum { BENCH_ROWS = 200, BENCH_COLS = 1536 };

static float gelu_x[BENCH_ROWS * BENCH_COLS], gelu_bias[BENCH_COLS];

static void gelu_once(void *user)
{
	((const xs_kern *)user)->gelu(gelu_x, gelu_bias, BENCH_ROWS, BENCH_COLS);
}

static void gelu_bench(const xs_kern *k)
{
	check_fill(gelu_x, BENCH_ROWS * BENCH_COLS, 2);
	check_fill(gelu_bias, BENCH_COLS, 1);
	check_time("gelu 200 × 1536", k->name, gelu_once, (void *)(uintptr_t)k);
}

int main(int argc, char **argv)
{
	return check_main(argc, argv, gelu_test, gelu_bench);
}
