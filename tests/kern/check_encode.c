/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_encode.c - operands of 8 and 16 bits: the plain loops against the definition, every other
 * variant against the plain loops, bit for bit, whatever its layout of words. */
#include <math.h>
#include <stdio.h>

#include "rerank/kern/list.h"
#include "tests/kern/check.h"
#include "tests/kern/limit.h"

enum { FEATURES = 100, COLS = 70 };

/* What a column consists of. */
typedef enum encode_range {
	RANGE_NORMAL,
	RANGE_ZERO,
	RANGE_CONSTANT,
	RANGE_CONSTANT_BELOW,
	RANGE_POSITIVE,
	RANGE_NEGATIVE,
	RANGE_HUGE,
	RANGE_TINY,  /* steps far below 1 */
	RANGE_LEAST, /* about the range that is taken for 0 */
	RANGE_FAR,   /* all alike but for one */
	RANGES
} encode_range;

typedef struct encode_case {
	const float *x;	 /* [features][ld] */
	const float *by; /* [features]; NULL: 1 */
	size_t ld;
	int features, cols;
	xs_operand to;
	const xs_kern_product *product;
} encode_case;

static float encode_number(encode_range range, int feature)
{
	float x = check_normal();

	if (fabsf(x) < 1e-6f) /* × 1e-30 it would be denormal */
		x = 0;
	switch (range) {
	case RANGE_ZERO: return 0;
	case RANGE_CONSTANT: return 1.7f;
	case RANGE_CONSTANT_BELOW: return -0.3f;
	case RANGE_POSITIVE: return 3 + fabsf(x);
	case RANGE_NEGATIVE: return -3 - fabsf(x);
	case RANGE_HUGE: return x * 1e37f;
	case RANGE_TINY: return x * 1e-25f;
	case RANGE_LEAST: return x * 1e-30f;
	case RANGE_FAR: return feature == 2 ? -1000 : x;
	default: return x;
	}
}

static size_t encode_words(const encode_case *t)
{
	return (size_t)(t->features + t->product->group - 1) / (size_t)t->product->group;
}

/* Room for the operand of a case; the rows of words end at an unmapped page. */
static void encode_room(encode_case *t)
{
	size_t lanes = check_lanes(t->cols);

	t->to.ld = lanes + check_below(20);
	t->to.word = check_words(check_size(encode_words(t), t->to.ld, lanes));
	t->to.scale = check_floats(lanes);
	t->to.zero = check_floats(lanes);
}

/* What bytes are less by, and their zero. */
static uint32_t encode_less(const encode_case *t)
{
	return t->product->item == XS_ITEM_S8 ? 128 : 0;
}

static float encode_zero(const encode_case *t, size_t c)
{
	return t->to.zero[c] + (float)encode_less(t);
}

/* Item f of column c in its word; bytes as 0 … 255. */
static uint32_t encode_item(const encode_case *t, size_t f, size_t c)
{
	size_t group = (size_t)t->product->group, bits = 32 / group;
	uint32_t word = t->to.word[f / group * t->to.ld + c] >> f % group * bits;

	return (word + encode_less(t)) & (uint32_t)((UINT64_C(1) << bits) - 1);
}

static bool encode_integers(const encode_case *t)
{
	return t->product->item != XS_ITEM_BF16;
}

/* A feature as it is to be encoded, rounded to a float once. */
static float encode_feature(const encode_case *t, size_t f, size_t c)
{
	float x = t->x[f * t->ld + c];

	return t->by && t->product->item != XS_ITEM_BF16 ? x * t->by[f] : x;
}

/* One column of the definition: each feature within half a step, or half a unit of 8 bits, of what
 * it was, and 0 beyond the last. */
static bool encode_column_right(const encode_case *t, size_t c)
{
	bool integers = encode_integers(t);
	double low = 0, high = 0;

	for (size_t f = 0; f < (size_t)t->features; f++) {
		low = fmin(low, (double)encode_feature(t, f, c));
		high = fmax(high, (double)encode_feature(t, f, c));
	}
	double step = (high - low) / 253;
	if (integers && !(fabs((double)t->to.scale[c] - step) <= 1e-6 * step))
		return false;
	for (size_t f = 0; f < encode_words(t) * (size_t)t->product->group; f++) {
		double x = f < (size_t)t->features ? (double)encode_feature(t, f, c) : 0, value,
		       slack;
		uint32_t item = encode_item(t, f, c);

		if (integers) {
			value = (double)((float)item - encode_zero(t, c)) * (double)t->to.scale[c];
			slack = high - low > 1.1e-30 ? 0.5005 * step : 1.1e-30;
		} else {
			value = (double)check_float(item << 16);
			slack = fabs(x) / 256;
		}
		if (!(fabs(value - x) <= slack) || (integers && item > 255))
			return false;
	}
	return true;
}

/* Whether a variant's column is that of the plain loops. */
static bool encode_column_same(const encode_case *t, const encode_case *ref, size_t c)
{
	bool integers = encode_integers(ref);

	if (integers && (!check_same(&t->to.scale[c], &ref->to.scale[c], 1) ||
			 encode_zero(t, c) != ref->to.zero[c]))
		return false;
	for (size_t f = 0; f < encode_words(t) * (size_t)t->product->group; f++) {
		bool there = f < encode_words(ref) * (size_t)ref->product->group;
		uint32_t beyond = integers ? (uint32_t)ref->to.zero[c] : 0;

		if (encode_item(t, f, c) != (there ? encode_item(ref, f, c) : beyond))
			return false;
	}
	return true;
}

static void encode_compare(const xs_kern *k, xs_precision precision, int features, int cols,
			   int range)
{
	if (!check_wanted())
		return;
	const xs_kern *plain = xs_kern_find("ref");
	size_t lanes = check_lanes(cols);
	encode_case t = {.features = features, .cols = cols, .ld = lanes + check_below(20)};
	float *x = check_floats(check_size((size_t)features, t.ld, lanes));
	float *by = check_floats((size_t)features);
	bool right = true, same = true;

	for (size_t c = 0; c < (size_t)cols; c++) {
		encode_range r = range < 0 ? check_below(RANGES) : (encode_range)range;

		for (int f = 0; f < features; f++)
			x[(size_t)f * t.ld + c] = encode_number(r, f);
	}
	for (int f = 0; f < features; f++)
		by[f] = 0.1f + fabsf(check_normal());
	t.x = x;
	/* Every second case. */
	t.by = check_below(2) ? by : NULL;
	encode_case ref = t;
	t.product = &k->product[precision];
	ref.product = &plain->product[precision];
	encode_room(&t);
	encode_room(&ref);
	t.product->encode(&t.to, x, t.by, t.ld, features, cols);
	ref.product->encode(&ref.to, x, t.by, t.ld, features, cols);
	for (size_t c = 0; c < (size_t)cols && right && same; c++) {
		right = encode_column_right(&t, c);
		same = encode_column_same(&t, &ref, c);
	}
	bool kept = check_gaps((const float *)(const void *)t.to.word, encode_words(&t), t.to.ld,
			       lanes);
	check_case(right && same && kept, "%s: %s: precision %d, %d features, %d columns, range %d",
		   k->name,
		   !right  ? "wrong"
		   : !same ? "not as the plain loop"
			   : "wrote elsewhere",
		   (int)precision, features, cols, range);
	check_release();
}

/* Halves go to the even neighbour: steps of 1 around 0 in int8, of 2^-7 above 1 in bf16. */
static void encode_halves(const xs_kern *k)
{
	static const float steps[] = {253, 0, 0.5f, 1.5f, 2.5f, 251.5f, 252.5f, 1};
	static const uint32_t bytes[] = {254, 1, 2, 2, 4, 252, 254, 2};
	static const float numbers[] = {1 + 1 / 256.0f, 1 + 3 / 256.0f, -1 - 1 / 256.0f,
					1 + 1 / 128.0f};
	static const uint32_t halves[] = {0x3f80, 0x3f82, 0xbf80, 0x3f81};
	encode_case t = {.ld = XS_KERN_LANES,
			 .features = 8,
			 .cols = 1,
			 .product = &k->product[XS_PRECISION_INT8]};
	float *x = check_floats(8 * XS_KERN_LANES);

	for (size_t f = 0; f < 8; f++)
		x[f * XS_KERN_LANES] = steps[f];
	encode_room(&t);
	t.product->encode(&t.to, x, NULL, t.ld, 8, 1);
	for (size_t f = 0; f < 8; f++)
		check_case(encode_item(&t, f, 0) == bytes[f], "%s: %g of 253 steps is byte %u",
			   k->name, (double)steps[f], encode_item(&t, f, 0));
	t.product = &k->product[XS_PRECISION_BF16];
	t.features = 4;
	for (size_t f = 0; f < 4; f++)
		x[f * XS_KERN_LANES] = numbers[f];
	encode_room(&t);
	t.product->encode(&t.to, x, NULL, t.ld, 4, 1);
	for (size_t f = 0; f < 4; f++)
		check_case(encode_item(&t, f, 0) == halves[f], "%s: bf16 of %.9g is %x", k->name,
			   (double)numbers[f], encode_item(&t, f, 0));
	check_release();
}

static void encode_test(const xs_kern *k)
{
	for (int precision = XS_PRECISION_BF16; precision <= XS_PRECISION_INT8; precision++) {
		const char *name = precision == XS_PRECISION_BF16 ? "bf16" : "int8";

		if (check_known((check_kernel *)k->product[precision].encode))
			continue;
		for (int features = 1; features <= FEATURES; features++)
			for (int cols = 0; cols <= COLS; cols += 1 + (features + cols) % 3)
				encode_compare(k, (xs_precision)precision, features, cols, -1);
		check_group("encode %s %s: features 1 … %d, columns 0 … %d", k->name, name,
			    FEATURES, COLS);
		for (int range = 0; range < RANGES; range++)
			for (int i = 0; i < 20; i++)
				encode_compare(k, (xs_precision)precision, i < 10 ? 384 : 1 + i, 33,
					       range);
		encode_compare(k, (xs_precision)precision, 1536, 64, -1);
		check_group("encode %s %s: constant, zero, one sign, huge, tiny", k->name, name);
	}
	encode_halves(k);
	check_group("encode %s: halves", k->name);
}

enum { BENCH_FEATURES = 1536, BENCH_COLS = 200, BENCH_LD = 208 };

typedef struct encode_bench_case {
	const xs_kern_product *product;
	xs_operand to;
	int features;
} encode_bench_case;

static float encode_x[BENCH_FEATURES * BENCH_LD];

static void encode_once(void *user)
{
	encode_bench_case *b = user;

	b->product->encode(&b->to, encode_x, NULL, BENCH_LD, b->features, BENCH_COLS);
}

static void encode_bench(const xs_kern *k)
{
	static uint32_t word[BENCH_FEATURES / 2 * BENCH_LD];
	static float scale[BENCH_LD], zero[BENCH_LD];

	check_fill(encode_x, BENCH_FEATURES * BENCH_LD, 1);
	for (int features = 384; features <= BENCH_FEATURES; features *= 4)
		for (int precision = XS_PRECISION_BF16; precision <= XS_PRECISION_INT8;
		     precision++) {
			encode_bench_case b = {&k->product[precision],
					       {word, BENCH_LD, scale, zero},
					       features};
			char name[64];
			/* Read once as floats, written once as words. */
			double bytes = (4 + 4.0 / b.product->group) * features * BENCH_COLS;

			snprintf(name, sizeof name, "encode %s %d × 200",
				 precision == XS_PRECISION_BF16 ? "bf16" : "int8", features);
			check_time(name, k->name, bytes, limit_bytes(), encode_once, &b);
		}
}

int main(int argc, char **argv)
{
	return check_main(argc, argv, NULL, encode_test, encode_bench);
}
