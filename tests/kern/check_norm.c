/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_norm.c - LayerNorm of every variant against the definition in double. */
#include <float.h>
#include <math.h>

#include "tests/kern/check.h"
#include "tests/kern/limit.h"

enum { FEATURES = 1536, COLS = 40 };

static const float norm_eps = 1e-12f; /* BERT's */

typedef struct norm_case {
	float *x, *gamma, *beta; /* x[features][ld] */
	size_t features, ld;
	int cols;
	float spread, offset;
} norm_case;

/* One column of the definition; returns whether `got` is it.  A sum of n floats is off by eps times
 * its absolute terms, and so is the mean; a deviation from it inherits that, however small. */
static bool norm_column_right(const float *got, const norm_case *t, size_t c)
{
	double mean = 0, variance = 0, size = 0;
	const float *x = t->x + c;

	for (size_t f = 0; f < t->features; f++) {
		mean += (double)x[f * t->ld] / (double)t->features;
		size = fmax(size, fabs((double)x[f * t->ld]));
	}
	for (size_t f = 0; f < t->features; f++) {
		double d = (double)x[f * t->ld] - mean;

		variance += d * d / (double)t->features;
	}
	double scale = 1 / sqrt(variance + (double)norm_eps);
	for (size_t f = 0; f < t->features; f++) {
		double gamma = (double)t->gamma[f], beta = (double)t->beta[f];
		double part = ((double)x[f * t->ld] - mean) * scale * gamma;
		double slack = 2e-6 * fabs(part) + 1e-6 * fabs(beta) +
			       1e-6 * size * scale * fabs(gamma) + (double)FLT_MIN;

		if (!(fabs((double)got[f * t->ld + c] - (part + beta)) <= slack))
			return false;
	}
	return true;
}

/* Numbers, NaN beyond the columns; the last row ends at an unmapped page, with room for whole
 * groups of columns and no more. */
static void norm_fill(norm_case *t)
{
	size_t lanes = check_lanes(t->cols);

	t->ld = lanes + check_below(20);
	t->x = check_floats(check_size(t->features, t->ld, lanes));
	t->gamma = check_floats(t->features);
	t->beta = check_floats(t->features);
	check_fill(t->gamma, t->features, 1);
	check_fill(t->beta, t->features, 0.3f);
	for (size_t f = 0; f < t->features; f++)
		for (int c = 0; c < t->cols; c++)
			t->x[f * t->ld + (size_t)c] = check_normal() * t->spread + t->offset;
}

/* Whether column c of `got` is the same bits at another place among other columns. */
static bool norm_elsewhere_same(const xs_kern *k, const norm_case *t, const float *got, size_t c)
{
	int cols = 1 + (int)check_below(COLS);
	size_t lanes = check_lanes(cols), place = check_below((uint32_t)cols);
	float *x = check_floats(check_size(t->features, lanes, lanes));

	for (size_t f = 0; f < t->features; f++)
		x[f * lanes + place] = t->x[f * t->ld + c];
	k->norm(x, lanes, t->gamma, t->beta, norm_eps, (int)t->features, cols);
	for (size_t f = 0; f < t->features; f++)
		if (!check_same(&x[f * lanes + place], &got[f * t->ld + c], 1))
			return false;
	return true;
}

static void norm_compare(const xs_kern *k, int features, int cols, float spread, float offset)
{
	norm_case t = {.features = (size_t)features,
		       .cols = cols,
		       .spread = spread,
		       .offset = offset};
	size_t lanes = check_lanes(cols);
	bool right = true;

	if (!check_wanted())
		return;
	norm_fill(&t);
	float *x = check_copy(t.x, check_size(t.features, t.ld, lanes));
	k->norm(x, t.ld, t.gamma, t.beta, norm_eps, features, cols);
	for (int c = 0; c < cols && right; c++)
		right = norm_column_right(x, &t, (size_t)c);
	const char *fault = !right				      ? "wrong"
			    : !check_gaps(x, t.features, t.ld, lanes) ? "wrote elsewhere"
			    : cols && !norm_elsewhere_same(k, &t, x, check_below((uint32_t)cols))
				    ? "depends on the place"
				    : NULL;
	check_case(!fault, "%s: %s: %d features, %d columns, spread %g, offset %g", k->name,
		   fault ? fault : "", features, cols, (double)spread, (double)offset);
	check_release();
}

static void norm_test(const xs_kern *k)
{
	static const float spreads[] = {1e-15f, 1e-4f, 1, 1e4f, 1e15f};
	static const float offsets[] = {1, 100, -1e4f};

	if (check_known((check_kernel *)k->norm))
		return;
	for (int features = 1; features <= 100; features++)
		for (int cols = 0; cols <= COLS; cols += 1 + features % 3)
			norm_compare(k, features, cols, 1, 0);
	check_group("norm %s: features 1 … 100, columns 0 … %d", k->name, COLS);
	for (int features = 312; features <= FEATURES; features += 8 + features % 3)
		norm_compare(k, features, 1 + features % COLS, 1, 0.1f);
	check_group("norm %s: features 312 … %d", k->name, FEATURES);
	for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++)
		norm_compare(k, 384, 20, spreads[i], 0);
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
		norm_compare(k, 384, 20, 1, offsets[i]);
	norm_compare(k, 384, 20, 0, 1.5f); /* all alike: no variance */
	check_group("norm %s: tiny, huge, far from 0, constant", k->name);
}

enum { BENCH_FEATURES = 384, BENCH_COLS = 200, BENCH_LD = 208 };

static float norm_x[BENCH_FEATURES * BENCH_LD], norm_gamma[BENCH_FEATURES],
	norm_beta[BENCH_FEATURES];

static void norm_once(void *user)
{
	((const xs_kern *)user)
		->norm(norm_x, BENCH_LD, norm_gamma, norm_beta, norm_eps, BENCH_FEATURES,
		       BENCH_COLS);
}

/* Read once and written once, as if the second and third reading cost nothing. */
static void norm_bench(const xs_kern *k)
{
	check_fill(norm_x, sizeof norm_x / sizeof *norm_x, 1);
	check_fill(norm_gamma, BENCH_FEATURES, 1);
	check_fill(norm_beta, BENCH_FEATURES, 1);
	check_time("norm 384 × 200", k->name, 2.0 * sizeof(float) * BENCH_FEATURES * BENCH_COLS,
		   limit_bytes(), norm_once, (void *)(uintptr_t)k);
}

int main(int argc, char **argv)
{
	return check_main(argc, argv, NULL, norm_test, norm_bench);
}
