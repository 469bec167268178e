/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_linear.c - products of every variant and precision against the definition in double, made
 * from the words as they are stored. */
#include "config.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "rerank/kern/list.h"
#include "tests/kern/check.h"
#include "tests/kern/limit.h"
#include "tests/kern/linear_evex.h"

enum { OUTPUTS = 80, WORDS = 100, COLS = 140 };
enum { GELU_ULP = 8 };

static const char *const linear_names[] = {"f32", "bf16", "int8"};
static const char *const linear_ends[] = {"set", "gelu", "add"};

/* Which numbers. */
typedef enum linear_kind {
	LINEAR_RANDOM,
	LINEAR_WHOLE, /* of int8: steps of 1, so that y is the integer part */
	LINEAR_STEEP, /* the same with the greatest weights of either sign, and bytes of 0 and 255 */
	LINEAR_EXTREME /* the same with the greatest weights and bytes alone */
} linear_kind;

typedef struct linear_case {
	const xs_kern *kern;
	xs_precision precision;
	const xs_kern_product *product;
	xs_matrix m, packed; /* the weights, and as the product reads them */
	xs_arena *arena;     /* the packed ones' */
	xs_operand x;
	int cols;
	float *before; /* y[outputs][ldy], to be added to */
	size_t ldy;
	double *sum, *terms; /* [outputs][cols]: the definition with bias, its absolute terms */
} linear_case;

static bool linear_integers(const linear_case *t)
{
	return t->precision == XS_PRECISION_INT8;
}

/* Item i of a word as a number. */
static double linear_item(const linear_case *t, uint32_t word, int i, bool weight)
{
	switch (t->product->item) {
	case XS_ITEM_BF16: return (double)check_float(i ? word & 0xffff0000u : word << 16);
	case XS_ITEM_I8:
	case XS_ITEM_S8:
		word = word >> 8 * i & 0xff;
		return weight || t->product->item == XS_ITEM_S8 ? (double)(int8_t)word
								: (double)word;
	case XS_ITEM_I16:
		word = word >> 16 * i & 0xffff;
		return weight ? (double)(int16_t)word : (double)word;
	default: return (double)check_float(word);
	}
}

/* A weight or a feature in the variant's form. */
static uint32_t linear_random_item(const linear_case *t, bool weight, linear_kind kind)
{
	uint32_t mask = t->product->item == XS_ITEM_I16 ? 0xffff : 0xff;

	if (t->precision == XS_PRECISION_F32)
		return check_bits(check_normal());
	if (t->precision == XS_PRECISION_BF16)
		return check_bits(check_normal()) >> 16;
	if (kind == LINEAR_EXTREME)
		return weight || t->product->item == XS_ITEM_S8 ? (uint32_t)-128 & mask : 255;
	if (kind == LINEAR_STEEP)
		return weight ? check_below(2) ? 127 : (uint32_t)-128 & mask : check_below(2) * 255;
	if (weight)
		return (uint32_t)((int)check_below(255) - 127) & mask;
	return check_below(256);
}

static uint32_t linear_word(const linear_case *t, bool weight, linear_kind kind)
{
	int bits = 32 / t->product->group;
	uint32_t word = 0;

	for (int i = 0; i < t->product->group; i++)
		word |= linear_random_item(t, weight, kind) << (bits * i % 32);
	return word;
}

/* The matrix as the variant's product reads it. */
static xs_matrix linear_pack(const xs_kern_product *p, xs_arena *a, const xs_matrix *m)
{
	return p->pack ? p->pack(a, m) : *m;
}

static void linear_weights(linear_case *t, linear_kind kind)
{
	size_t outputs = (size_t)t->m.outputs, words = (size_t)t->m.words;
	uint32_t *data;
	float *bias = check_floats(outputs), *scale = check_floats(outputs),
	      *sum = check_floats(outputs);

	t->m.stride = words + check_below(20);
	data = check_words(check_size(outputs, t->m.stride, words));
	for (size_t o = 0; o < outputs; o++) {
		for (size_t w = 0; w < words; w++)
			data[o * t->m.stride + w] = linear_word(t, true, kind);
		bias[o] = kind == LINEAR_RANDOM ? check_normal() : 0;
		scale[o] = kind == LINEAR_RANDOM ? 0.001f * (1.5f + check_uniform()) : 1;
		sum[o] = 0;
		for (size_t w = 0; w < words && linear_integers(t); w++)
			for (int i = 0; i < t->product->group; i++)
				sum[o] += (float)linear_item(t, data[o * t->m.stride + w], i, true);
	}
	t->m.data = data;
	t->m.bias = bias;
	t->m.scale = linear_integers(t) ? scale : NULL;
	t->m.sum = linear_integers(t) ? sum : NULL;
	t->arena = xs_arena_new();
	t->packed = linear_pack(t->product, t->arena, &t->m);
}

/* Columns of numbers; words beyond the last column, up to a whole group, are any. */
static void linear_operand(linear_case *t, linear_kind kind)
{
	size_t lanes = check_lanes(t->cols), words = (size_t)t->m.words;

	t->x.ld = lanes + check_below(20);
	t->x.word = check_words(check_size(words, t->x.ld, lanes));
	for (size_t w = 0; w < words; w++)
		for (size_t c = 0; c < (size_t)t->cols; c++)
			t->x.word[w * t->x.ld + c] = linear_word(t, false, kind);
	if (!linear_integers(t))
		return;
	t->x.scale = check_floats(lanes);
	t->x.zero = check_floats(lanes);
	for (size_t c = 0; c < (size_t)t->cols; c++) {
		t->x.scale[c] = kind == LINEAR_RANDOM ? 0.01f * (1.5f + check_uniform()) : 1;
		t->x.zero[c] = kind == LINEAR_RANDOM ? (float)(1 + check_below(254)) : 0;
	}
}

/* One output of one column.  int8: the integer part, then its value. */
static void linear_define(linear_case *t, const double *weight, const double *column, size_t o,
			  size_t c)
{
	size_t inputs = (size_t)t->m.words * (size_t)t->product->group;
	double sum = 0, terms = 0, bias = (double)t->m.bias[o];

	for (size_t i = 0; i < inputs; i++) {
		sum += weight[i] * column[i];
		terms += fabs(weight[i] * column[i]);
	}
	if (linear_integers(t)) {
		double scale = (double)t->x.scale[c] * (double)t->m.scale[o];
		double zero = (double)t->x.zero[c] * (double)t->m.sum[o];

		terms = (fabs(sum) + fabs(zero)) * scale;
		sum = (sum - zero) * scale;
	}
	t->sum[o * (size_t)t->cols + c] = sum + bias;
	t->terms[o * (size_t)t->cols + c] = terms + fabs(bias);
}

/* All of the definition. */
static void linear_expect(linear_case *t)
{
	size_t outputs = (size_t)t->m.outputs, cols = (size_t)t->cols;
	size_t group = (size_t)t->product->group, inputs = (size_t)t->m.words * group;
	double *weight = xs_calloc(outputs * inputs + 1, sizeof *weight);
	double *column = xs_calloc(inputs, sizeof *column);

	t->sum = xs_calloc(outputs * cols + 1, sizeof *t->sum);
	t->terms = xs_calloc(outputs * cols + 1, sizeof *t->terms);
	for (size_t i = 0; i < outputs * inputs; i++)
		weight[i] = linear_item(t, t->m.data[i / inputs * t->m.stride + i % inputs / group],
					(int)(i % group), true);
	for (size_t c = 0; c < cols; c++) {
		for (size_t i = 0; i < inputs; i++)
			column[i] = linear_item(t, t->x.word[i / group * t->x.ld + c],
						(int)(i % group), false);
		for (size_t o = 0; o < outputs; o++)
			linear_define(t, weight + o * inputs, column, o, c);
	}
	free(weight);
	free(column);
}

/* The definition; 1 + erf(z) is erfc(-z). */
static double linear_gelu(double x)
{
	return 0.5 * x * erfc(-x / sqrt(2));
}

/* How far GELU of exactly x may be off. */
static double linear_gelu_slack(xs_precision precision, double x)
{
	return precision == XS_PRECISION_F32
		       ? GELU_ULP * (double)FLT_EPSILON * fabs(linear_gelu(x)) +
				 16 * (double)FLT_MIN
		       : fmax(2e-4, 2e-5 * fabs(x));
}

static bool linear_right(const linear_case *t, const float *y, xs_end end)
{
	for (size_t o = 0; o < (size_t)t->m.outputs; o++)
		for (size_t c = 0; c < (size_t)t->cols; c++) {
			double got = (double)y[o * t->ldy + c],
			       want = t->sum[o * (size_t)t->cols + c];
			double slack = 1e-6 * t->terms[o * (size_t)t->cols + c] + (double)FLT_MIN;

			if (end == XS_GELU) { /* which is nowhere steeper than 1.13 */
				slack = 1.13 * slack + linear_gelu_slack(t->precision, want);
				want = linear_gelu(want);
			} else if (end == XS_ADD) {
				double before = (double)t->before[o * t->ldy + c];

				want += before;
				slack += 1e-6 * fabs(before);
			}
			if (!(fabs(got - want) <= slack))
				return false;
		}
	return true;
}

/* y of the case; a copy of what was there. */
static float *linear_run(const linear_case *t, xs_end end)
{
	float *y = check_copy(t->before,
			      check_size((size_t)t->m.outputs, t->ldy, check_lanes(t->cols)));

	t->product->linear(&t->packed, &t->x, y, t->ldy, t->cols, end);
	return y;
}

/* Whether column c is the same bits at another place in another count of columns, and (f32) of weights that
 * are not packed. */
static bool linear_elsewhere_same(const linear_case *t, const float *y, size_t c, xs_end end)
{
	int cols = 1 + (int)check_below(t->cols % 2 ? 1 : COLS);
	size_t place = check_below((uint32_t)cols), lanes = check_lanes(cols);
	linear_case other = *t;

	if (t->precision == XS_PRECISION_F32)
		other.packed = t->m;
	other.cols = cols;
	other.ldy = lanes;
	other.before = check_floats((size_t)t->m.outputs * lanes);
	linear_operand(&other, LINEAR_RANDOM);
	for (size_t w = 0; w < (size_t)t->m.words; w++)
		other.x.word[w * other.x.ld + place] = t->x.word[w * t->x.ld + c];
	if (linear_integers(t)) {
		other.x.scale[place] = t->x.scale[c];
		other.x.zero[place] = t->x.zero[c];
	}
	for (size_t o = 0; o < (size_t)t->m.outputs; o++)
		other.before[o * lanes + place] = t->before[o * t->ldy + c];
	const float *again = linear_run(&other, end);
	for (size_t o = 0; o < (size_t)t->m.outputs; o++)
		if (!check_same(&again[o * lanes + place], &y[o * t->ldy + c], 1))
			return false;
	return true;
}

/* Whether every integer part is exact: y is its nearest float. */
static bool linear_exact(const linear_case *t, const float *y)
{
	for (size_t o = 0; o < (size_t)t->m.outputs; o++)
		for (size_t c = 0; c < (size_t)t->cols; c++)
			if (y[o * t->ldy + c] != (float)t->sum[o * (size_t)t->cols + c])
				return false;
	return true;
}

/* The product with bf16 results is the same bits as the other one's, rounded; nothing else is written. */
static void linear_compare_bf16(const linear_case *t, xs_end end, xs_form form)
{
	size_t outputs = (size_t)t->m.outputs, lanes = check_lanes(t->cols);
	size_t per = form == XS_FORM_PAIRS ? 2 : 1; /* outputs of a row */
	size_t rows = outputs / per, ld = (lanes + check_below(20) + 1) / 2 * 2;
	size_t words = check_size(rows, ld, lanes) * per / 2;
	uint32_t *y = check_words(words);
	uint16_t *items = (uint16_t *)(void *)y;
	const float *floats = linear_run(t, end);
	const char *fault = NULL;

	for (size_t i = 0; i < words; i++)
		y[i] = 0x7fc17fc1;
	t->kern->bf16->linear[t->precision](&t->packed, &t->x, y, ld, t->cols, end, form);
	for (size_t o = 0; o < outputs; o++)
		for (size_t c = 0; c < (size_t)t->cols; c++) {
			uint32_t bits = check_bits(floats[o * t->ldy + c]);
			uint16_t got = items[(o / per * ld + c) * per + o % per];

			bits += 0x7fff + (bits >> 16 & 1);
			if (got != bits >> 16 &&
			    (bits >> 23 & 0xff)) /* denormal numbers may be 0 */
				fault = "is not the other one's result, rounded";
		}
	for (size_t r = 0; lanes && r + 1 < rows; r++)
		for (size_t i = lanes * per; i < ld * per; i++)
			if (items[r * ld * per + i] != 0x7fc1)
				fault = "wrote elsewhere";
	check_case(!fault, "%s %s %s to bf16, form %d: %s: %d outputs, %d words, %d columns",
		   t->kern->name, linear_names[t->precision], linear_ends[end], (int)form,
		   fault ? fault : "", t->m.outputs, t->m.words, t->cols);
}

/* All three ends of one shape. */
static void linear_compare(const xs_kern *k, xs_precision precision, int outputs, int words,
			   int cols, linear_kind kind)
{
	if (!check_wanted())
		return;
	linear_case t = {.kern = k,
			 .precision = precision,
			 .product = &k->product[precision],
			 .m = {.outputs = outputs, .words = words},
			 .cols = cols};
	size_t lanes = check_lanes(cols);

	linear_weights(&t, kind);
	linear_operand(&t, kind);
	t.ldy = lanes + check_below(20);
	t.before = check_floats(check_size((size_t)outputs, t.ldy, lanes));
	for (size_t o = 0; o < (size_t)outputs; o++)
		check_fill(t.before + o * t.ldy, (size_t)cols, 1);
	linear_expect(&t);
	for (int end = XS_SET; end <= XS_ADD; end++) {
		const float *y = linear_run(&t, (xs_end)end);
		const char *fault =
			!linear_right(&t, y, (xs_end)end) ? "wrong"
			: kind != LINEAR_RANDOM && end == XS_SET && !linear_exact(&t, y)
				? "integers are wrong"
			: !check_gaps(y, (size_t)outputs, t.ldy, lanes) ? "wrote elsewhere"
			: cols && !linear_elsewhere_same(&t, y, check_below((uint32_t)cols),
							 (xs_end)end)
				? "depends on the place"
				: NULL;

		check_case(!fault, "%s %s %s: %s: %d outputs, %d words, %d columns, kind %d",
			   k->name, linear_names[precision], linear_ends[end], fault ? fault : "",
			   outputs, words, cols, (int)kind);
	}
	if (k->bf16 && k->bf16->linear[precision] && outputs % 2 == 0) {
		linear_compare_bf16(&t, XS_SET, XS_FORM_PAIRS);
		linear_compare_bf16(&t, XS_GELU, XS_FORM_PAIRS);
		linear_compare_bf16(&t, XS_SET, XS_FORM_ITEMS);
	}
	free(t.sum);
	free(t.terms);
	xs_arena_free(t.arena);
	check_release();
}

static void linear_shapes(const xs_kern *k, xs_precision precision)
{
	const char *name = linear_names[precision];
	int group = k->product[precision].group;

	for (int cols = 0; cols <= COLS; cols++)
		linear_compare(k, precision, XS_LEAST_OUTPUTS + cols * 7 % 31,
			       1 + (int)check_below(40), cols, LINEAR_RANDOM);
	check_group("linear %s %s: columns 0 … %d", k->name, name, COLS);
	for (int outputs = XS_LEAST_OUTPUTS; outputs <= OUTPUTS; outputs++)
		linear_compare(k, precision, outputs, 1 + (int)check_below(40),
			       1 + (int)check_below(70), LINEAR_RANDOM);
	check_group("linear %s %s: outputs %d … %d", k->name, name, XS_LEAST_OUTPUTS, OUTPUTS);
	for (int words = 1; words <= WORDS; words++)
		linear_compare(k, precision, 6 + words % 7, words, 1 + (int)check_below(70),
			       LINEAR_RANDOM);
	check_group("linear %s %s: words 1 … %d", k->name, name, WORDS);
	linear_compare(k, precision, 384, 384 / group, 70, LINEAR_RANDOM);
	linear_compare(k, precision, 385, 1536 / group, 17, LINEAR_RANDOM);
	linear_compare(k, precision, 9, 1543 / group, 20, LINEAR_RANDOM);
	check_group("linear %s %s: 384 outputs of 384 and 1536 inputs, ends of blocks", k->name,
		    name);
	if (precision != XS_PRECISION_INT8)
		return;
	for (int words = 1; words <= WORDS; words++)
		for (int kind = LINEAR_WHOLE; kind <= LINEAR_EXTREME; kind++)
			linear_compare(k, precision, 6 + words % 11, words,
				       1 + (int)check_below(70), (linear_kind)kind);
	/* The most that 32 bits hold. */
	linear_compare(k, precision, 6, (1 << 16) / group, 20, LINEAR_EXTREME);
	check_group("linear %s %s: integers", k->name, name);
}

/* n numbers through GELU as they are: in f32 both as features under weights of 1 and as biases of
 * features of 0, in the others as biases. */
static void gelu_compare(const xs_kern *k, xs_precision precision, const float *from, int n,
			 bool features)
{
	if (!check_wanted())
		return;
	linear_case t = {.kern = k, .precision = precision, .product = &k->product[precision]};
	int outputs = features ? XS_LEAST_OUTPUTS : n, cols = features ? n : 1;
	size_t lanes = check_lanes(cols);
	uint32_t *data = check_words((size_t)outputs);
	float *bias = features ? check_floats((size_t)outputs) : check_copy(from, (size_t)n);
	float *scale = check_floats((size_t)outputs), *sum = check_floats((size_t)outputs);
	float *y = check_floats((size_t)outputs * lanes);

	for (int o = 0; o < outputs; o++) {
		data[o] = check_bits(1);
		bias[o] = features ? 0 : from[o];
		scale[o] = sum[o] = 0;
	}
	t.arena = xs_arena_new();
	t.m = (xs_matrix){outputs, 1, 1, data, bias, scale, sum, NULL, false, NULL};
	t.packed = linear_pack(t.product, t.arena, &t.m);
	t.x = (xs_operand){check_words(lanes), lanes, check_floats(lanes), check_floats(lanes)};
	for (int c = 0; c < cols; c++) {
		t.x.word[c] = features ? check_bits(from[c]) : 0;
		t.x.scale[c] = t.x.zero[c] = 0;
	}
	t.product->linear(&t.packed, &t.x, y, lanes, cols, XS_GELU);
	bool right = true;
	for (int i = 0; i < outputs * cols; i++) {
		float x = from[features ? i % cols : i],
		      got = y[(size_t)(i / cols) * lanes + (size_t)(i % cols)];
		double want = linear_gelu((double)x);
		bool close = fabs((double)got - want) <= linear_gelu_slack(precision, (double)x);

		if (precision == XS_PRECISION_F32)
			close = check_ulp(got, (float)want) <= GELU_ULP ||
				fabs((double)got - want) <= 16 * (double)FLT_MIN;
		if (isnan(x) ? isnan(got) : close)
			continue;
		check_case(false, "%s %s: gelu(%.9g) is %.9g, expected %.9g (%d of %d)", k->name,
			   linear_names[precision], (double)x, (double)got, want, i, n);
		right = false;
		break;
	}
	if (right)
		check_case(true, "all");
	xs_arena_free(t.arena);
	check_release();
}

static void gelu_both(const xs_kern *k, xs_precision precision, const float *from, int n)
{
	gelu_compare(k, precision, from, n, false);
	if (precision == XS_PRECISION_F32)
		gelu_compare(k, precision, from, n, true);
}

/* Every part of the line where GELU bends, and far beyond it. */
static void gelu_line(const xs_kern *k, xs_precision precision)
{
	enum { N = 1000, SPANS = 400 };
	static const float spans[] = {1e-30f, 1e-6f, 0.1f, 1, 6, 15, 40, 1e6f, 3e38f};
	float x[N];

	for (int s = 0; s < SPANS; s++) {
		float span = spans[(size_t)s % (sizeof spans / sizeof *spans)];

		for (int i = 0; i < N; i++)
			x[i] = check_uniform() * span;
		gelu_both(k, precision, x, N);
	}
	check_group("gelu %s %s: spans up to 3e38", k->name, linear_names[precision]);
}

static void gelu_corners(const xs_kern *k, xs_precision precision)
{
	static const float corners[] = {0.0f, -0.0f, FLT_MIN, -FLT_MIN, 1e-45f,	 -1e-45f, 1,
					-1,   -5.5f, -13,     -13.5f,	-14,	 -14.9f,  -15,
					4,    -4,    -15.1f,  15,	FLT_MAX, NAN,	  -87.3f};
	enum { N = sizeof corners / sizeof *corners };
	/* 2e-5 above the greatest float is infinity. */
	float x[64], most = precision == XS_PRECISION_F32 ? FLT_MAX : 3e38f;

	/* Each in every place of a register. */
	for (int shift = 0; shift < 40; shift++) {
		for (int i = 0; i < 64; i++)
			x[i] = corners[(i + shift) % N] > most ? most : corners[(i + shift) % N];
		gelu_both(k, precision, x, 64);
		gelu_both(k, precision, x, 23);
	}
	check_group("gelu %s %s: corners and not-a-number", k->name, linear_names[precision]);
}

static void linear_test(const xs_kern *k)
{
	for (int precision = XS_PRECISION_F32; precision <= XS_PRECISION_INT8; precision++) {
		if (check_known((check_kernel *)k->product[precision].linear) && !k->bf16)
			continue;
		linear_shapes(k, (xs_precision)precision);
		gelu_line(k, (xs_precision)precision);
		gelu_corners(k, (xs_precision)precision);
	}
}

/* The default model's layers, 200 tokens. */
enum { BENCH_HIDDEN = 384, BENCH_INNER = 1536, BENCH_COLS = 200, BENCH_LD = 208 };

typedef struct linear_bench_case {
	const xs_kern_product *product;
	xs_matrix m;
	xs_operand x;
	float *y;
	xs_end end;
} linear_bench_case;

static void linear_once(void *user)
{
	linear_bench_case *b = user;

	b->product->linear(&b->m, &b->x, b->y, BENCH_LD, BENCH_COLS, b->end);
}

/* Of int8 near to normal with deviation 37, as trained weights are: where they are packed, time depends on
 * that. */
static uint32_t linear_bench_word(const linear_case *t)
{
	uint32_t word = 0;

	if (!linear_integers(t))
		return linear_word(t, true, LINEAR_RANDOM);
	for (int i = 0; i < 4; i++) {
		int item = -126;

		for (int k = 0; k < 4; k++)
			item += (int)check_below(64);
		word = word << 8 | ((uint32_t)item & 0xff);
	}
	return word;
}

static void linear_bench_shape(const xs_kern *k, xs_precision precision, int inputs, int outputs,
			       xs_end end)
{
	static uint32_t data[BENCH_HIDDEN * BENCH_INNER], x[BENCH_INNER * BENCH_LD];
	static float ones[BENCH_INNER], y[BENCH_INNER * BENCH_LD];
	const xs_kern_product *p = &k->product[precision];
	int words = inputs / p->group;
	xs_arena *a = xs_arena_new();
	linear_bench_case b = {p,
			       {outputs, words, (size_t)words, data, ones, ones, ones, NULL, false,
				NULL},
			       {x, BENCH_LD, ones, ones},
			       y,
			       end};
	linear_case t = {.precision = precision, .product = p};
	char name[64];

	for (size_t i = 0; i < sizeof data / sizeof *data; i++)
		data[i] = linear_bench_word(&t);
	for (size_t i = 0; i < sizeof x / sizeof *x; i++)
		x[i] = linear_word(&t, false, LINEAR_RANDOM);
	for (size_t i = 0; i < BENCH_INNER; i++)
		ones[i] = 1;
	for (size_t i = 0; i < sizeof y / sizeof *y; i++)
		y[i] = 0;
	b.m = linear_pack(p, a, &b.m);
	snprintf(name, sizeof name, "linear %s %d to %d, %s", linear_names[precision], inputs,
		 outputs, linear_ends[end]);
	check_time(name, k->name, (double)inputs * outputs * BENCH_COLS,
		   limit_products(k, precision), linear_once, &b);
	xs_arena_free(a);
}

static void linear_bench(const xs_kern *k)
{
	for (int precision = XS_PRECISION_F32; precision <= XS_PRECISION_INT8; precision++) {
		linear_bench_shape(k, (xs_precision)precision, BENCH_HIDDEN, BENCH_HIDDEN, XS_SET);
		linear_bench_shape(k, (xs_precision)precision, BENCH_HIDDEN, BENCH_INNER, XS_GELU);
		linear_bench_shape(k, (xs_precision)precision, BENCH_INNER, BENCH_HIDDEN, XS_ADD);
	}
}

#ifdef XS_KERN_X86
/* avx2 with the products of avxvnni in another encoding; NULL where they do not run either. */
static const xs_kern *linear_evex(void)
{
	static xs_kern kern;

	if (!xs_cpu_runs(XS_CPU_AVX512VNNI)) {
		printf("avxvnni-evex: does not run on this CPU, left out\n");
		return NULL;
	}
	kern = *xs_kern_find("avx2");
	kern.name = "avxvnni-evex";
	kern.product[XS_PRECISION_INT8].linear = xs_linear_int8_avxvnni_evex;
	kern.product[XS_PRECISION_INT8].pack = xs_pack_six;
	return &kern;
}
#else
static const xs_kern *linear_evex(void)
{
	return NULL;
}
#endif

int main(int argc, char **argv)
{
	return check_main(argc, argv, linear_evex(), linear_test, linear_bench);
}
