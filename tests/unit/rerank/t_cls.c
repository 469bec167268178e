/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_cls.c - CLS's attention over hidden states against attention with keys and values, in double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rerank/cls.h"

enum { POSITIONS = 90, SEQUENCES = 5, LD = 80 };

/* xorshift32: numbers in -1 … 1. */
static float random_float(void)
{
	static uint32_t state = 2463534242u;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (float)state / 2147483648.0f - 1;
}

static float *random_floats(size_t n)
{
	float *x = xs_aligned(64, n * sizeof *x);

	for (size_t i = 0; i < n; i++)
		x[i] = random_float();
	return x;
}

/* W_k, W_v and their biases as a model has them, and as xs_cls_attend() takes them. */
typedef struct layer {
	float *k, *k_bias, *v, *v_bias, *key;
	xs_cls_weights w;
} layer;

static layer layer_new(int heads, int size)
{
	size_t h = (size_t)heads * (size_t)size, n = (size_t)size;
	layer l = {.k = random_floats(h * h),
		   .k_bias = random_floats(h),
		   .v = random_floats((h + XS_LEAST_OUTPUTS) * h),
		   .v_bias = random_floats(h + XS_LEAST_OUTPUTS),
		   .key = random_floats(h * h)};

	for (size_t r = 0; r < h; r++)
		for (size_t c = 0; c < h; c++)
			l.key[(r / n * h + c) * n + r % n] = l.k[r * h + c] / sqrtf((float)size);
	l.w = (xs_cls_weights){.heads = heads,
			       .size = size,
			       .hidden = (int)h,
			       .key = l.key,
			       .value = l.v,
			       .bias = l.v_bias,
			       .zero = xs_calloc(h + (size_t)heads + XS_LEAST_OUTPUTS,
						 sizeof(float))};
	return l;
}

static void layer_free(layer *l)
{
	free(l->k);
	free(l->k_bias);
	free(l->v);
	free(l->v_bias);
	free(l->key);
	free((void *)(uintptr_t)l->w.zero);
}

/* Row r of a matrix times one column of x, + bias. */
static double product(const float *matrix, const float *bias, size_t h, size_t r, const float *x,
		      size_t ld)
{
	double sum = (double)bias[r];

	for (size_t c = 0; c < h; c++)
		sum += (double)matrix[r * h + c] * (double)x[c * ld];
	return sum;
}

/* Feature `to` of the attention of q over keys and values of every column. */
static double expected(const layer *l, const xs_cls_keys *keys, const float *q, size_t to)
{
	size_t h = (size_t)l->w.hidden, size = (size_t)l->w.size, head = to / size * size;
	double sum = 0, all = 0;

	for (int run = 0; run < keys->runs; run++)
		for (int i = 0; i < keys->run[run].n; i++) {
			const float *x = keys->run[run].x + i;
			size_t ld = keys->run[run].ld;
			double score = 0, weight;

			for (size_t f = head; f < head + size; f++)
				score += (double)q[f * LD] * product(l->k, l->k_bias, h, f, x, ld);
			weight = exp(score / sqrt((double)size));
			all += weight;
			sum += weight * product(l->v, l->v_bias, h, to, x, ld);
		}
	return sum / all;
}

/* Sequences of several lengths beside each other; the odd ones see a query that lies elsewhere, too. */
static void check_shape(int heads, int size)
{
	layer l = layer_new(heads, size);
	size_t h = (size_t)l.w.hidden;
	float *x = random_floats(h * 512), *query = random_floats(h * 48),
	      *q = random_floats(h * LD);
	float *out = random_floats((h + XS_LEAST_OUTPUTS) * LD);
	float *scratch = random_floats(xs_cls_scratch(&l.w, POSITIONS));
	xs_cls_keys keys[SEQUENCES] = {0};
	int i, first = 0;

	for (size_t f = 0; f < h * LD; f++)
		q[f] *= 2 / (float)h;
	for (i = 0; i < SEQUENCES; i++) {
		int n = 1 + 17 * i; /* 1 … 69 */

		xs_cls_see(&keys[i], x + first, 512, 1);
		xs_cls_see(&keys[i], x + first + 1, 512, n);
		assert_int_equal(keys[i].runs, 1);
		if (i % 2)
			xs_cls_see(&keys[i], query, 48, 20);
		assert_int_equal(keys[i].runs, 1 + i % 2);
		first += 1 + n;
	}
	xs_cls_attend(out, &l.w, xs_kern_get()->product[XS_PRECISION_F32].linear, scratch,
		      POSITIONS, q, LD, keys, SEQUENCES);
	for (i = 0; i < SEQUENCES; i++)
		for (size_t f = 0; f < h; f++) {
			double right = expected(&l, &keys[i], q + i, f);

			assert_true(fabs((double)out[f * LD + (size_t)i] - right) <
				    1e-5 * (double)h);
		}
	layer_free(&l);
	free(x);
	free(query);
	free(q);
	free(out);
	free(scratch);
}

static void equals_attention_with_keys_and_values(void **state)
{
	(void)state;
	check_shape(2, 32);
	check_shape(12, 8);
}

static void heads_may_be_many_or_small(void **state)
{
	(void)state;
	check_shape(1, 6); /* fewer heads than a product takes outputs */
	check_shape(6, 1); /* heads of fewer features than that */
	check_shape(3, 5);
	check_shape(20, 4); /* more heads than lanes */
}

/* What a sequence sees is its own: a neighbour's not-a-number does not reach it. */
static void neighbours_do_not_matter(void **state)
{
	layer l = layer_new(2, 8);
	float *x = random_floats(16 * 48), *q = random_floats(16 * LD),
	      *out = random_floats(22 * LD);
	float *scratch = random_floats(xs_cls_scratch(&l.w, POSITIONS));
	xs_cls_keys keys = {0};

	(void)state;
	for (size_t f = 0; f < 16; f++)
		x[f * 48 + 9] = x[f * 48 + 21] = NAN;
	xs_cls_see(&keys, x + 10, 48, 11);
	xs_cls_attend(out, &l.w, xs_kern_get()->product[XS_PRECISION_F32].linear, scratch,
		      POSITIONS, q, LD, &keys, 1);
	for (size_t f = 0; f < 16; f++)
		assert_true(fabs((double)out[f * LD] - expected(&l, &keys, q, f)) < 1e-4);
	layer_free(&l);
	free(x);
	free(q);
	free(out);
	free(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_attention_with_keys_and_values),
		cmocka_unit_test(heads_may_be_many_or_small),
		cmocka_unit_test(neighbours_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
