/* SPDX-License-Identifier: MIT */
/* tensor.c - rows of stored matrices as floats.
 *
 * Nothing is assumed of alignment: a file may start its data at any byte. */
#include <string.h>

#include "rerank/model.h"

/* IEEE 754 binary16 to binary32. */
/* By hand: F16C is not on every processor that this runs on, and files of F16 are widened once. */
static float tensor_half(uint16_t h)
{
	uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = (h >> 10) & 31,
		 mantissa = h & 1023;
	uint32_t bits;
	float f;

	if (exponent == 31) {
		bits = sign | 0x7f800000 | mantissa << 13;
	} else if (exponent) {
		bits = sign | (exponent + 112) << 23 | mantissa << 13;
	} else { /* subnormal: mantissa × 2^-24 */
		f = (float)mantissa * 0x1p-24f;
		return sign ? -f : f;
	}
	memcpy(&f, &bits, sizeof f);
	return f;
}

/* bf16 is the upper half of a float. */
static float tensor_brain(uint16_t b)
{
	uint32_t bits = (uint32_t)b << 16;
	float f;

	memcpy(&f, &bits, sizeof f);
	return f;
}

/* Sixteen at a time, which compilers make vectors of. */
static void tensor_steps(float *restrict to, const signed char *restrict from, float scale,
			 size_t n)
{
	size_t i, k;

	for (i = 0; i + 16 <= n; i += 16)
		for (k = 0; k < 16; k++)
			to[i + k] = (float)from[i + k] * scale;
	for (; i < n; i++)
		to[i] = (float)from[i] * scale;
}

static const struct {
	const char *name;
	size_t size;
} tensor_dtypes[] = {
	[XS_DT_F64] = {"F64", 8},   [XS_DT_F32] = {"F32", 4}, [XS_DT_F16] = {"F16", 2},
	[XS_DT_BF16] = {"BF16", 2}, [XS_DT_I8] = {"I8", 1},   [XS_DT_OTHER] = {"other", 0},
};

size_t xs_dtype_size(xs_dtype t)
{
	return tensor_dtypes[t].size;
}

const char *xs_dtype_name(xs_dtype t)
{
	return tensor_dtypes[t].name;
}

xs_dtype xs_dtype_named(const char *name)
{
	xs_dtype t = XS_DT_F64;

	while (t < XS_DT_OTHER && strcmp(name, tensor_dtypes[t].name) != 0)
		t++;
	return t;
}

static float tensor_item(const unsigned char *from, xs_dtype t, float scale)
{
	uint16_t half;
	double wide;
	float f;

	switch (t) {
	case XS_DT_F64: memcpy(&wide, from, sizeof wide); return (float)wide;
	case XS_DT_F32: memcpy(&f, from, sizeof f); return f;
	case XS_DT_F16: memcpy(&half, from, sizeof half); return tensor_half(half);
	case XS_DT_BF16: memcpy(&half, from, sizeof half); return tensor_brain(half);
	case XS_DT_I8: return (float)*(const signed char *)from * scale;
	case XS_DT_OTHER: break;
	}
	return 0;
}

bool xs_tensor_is_dense(const xs_tensor *t)
{
	return t->col_step == 1 && (t->rows <= 1 || t->row_step == t->cols);
}

void xs_tensor_row(float *to, const xs_tensor *t, int64_t row)
{
	size_t n = (size_t)t->cols, size = xs_dtype_size(t->dtype), i;
	const unsigned char *from =
		(const unsigned char *)t->data + (row * t->row_step) * (int64_t)size;
	float scale = t->scale ? t->scale[row] : 1;

	/* The two forms of nearly all models; rows of word embeddings are read for every token. */
	if (t->dtype == XS_DT_F32 && t->col_step == 1)
		memcpy(to, from, n * sizeof *to);
	else if (t->dtype == XS_DT_I8 && t->col_step == 1)
		tensor_steps(to, (const signed char *)from, scale, n);
	else
		for (i = 0; i < n; i++)
			to[i] = tensor_item(from + i * (size_t)t->col_step * size, t->dtype, scale);
	for (i = 0; t->columns && i < n; i++)
		to[i] *= t->columns[i];
}
