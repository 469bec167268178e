/* SPDX-License-Identifier: MIT */
/* tensor.c - rows of stored matrices as floats.
 *
 * Nothing is assumed of alignment: a safetensors file may start its data at any byte. */
#include <string.h>

#include "rerank/model.h"

/* IEEE 754 binary16 to binary32. */
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
	memcpy(&f, &bits, sizeof(f));
	return f;
}

static float tensor_brain(uint16_t b)
{
	uint32_t bits = (uint32_t)b << 16;
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}

/* Sixteen at a time, which compilers make vectors of. */
static void tensor_steps(float *to, const signed char *from, float scale, size_t n)
{
	size_t i, k;

	for (i = 0; i + 16 <= n; i += 16)
		for (k = 0; k < 16; k++)
			to[i + k] = (float)from[i + k] * scale;
	for (; i < n; i++)
		to[i] = (float)from[i] * scale;
}

size_t xs_dtype_size(xs_dtype t)
{
	static const size_t sizes[] = {
	    [XS_DT_F32] = 4, [XS_DT_F16] = 2, [XS_DT_BF16] = 2, [XS_DT_I8] = 1};

	return sizes[t];
}

const char *xs_dtype_name(xs_dtype t)
{
	static const char *const names[] = {
	    [XS_DT_F32] = "F32", [XS_DT_F16] = "F16", [XS_DT_BF16] = "BF16", [XS_DT_I8] = "I8"};

	return names[t];
}

void xs_tensor_row(float *to, const xs_tensor *t, int64_t row)
{
	size_t n = (size_t)t->cols;
	const unsigned char *from =
	    (const unsigned char *)t->data + (size_t)row * n * xs_dtype_size(t->dtype);
	uint16_t half;
	size_t i;

	switch (t->dtype) {
	case XS_DT_F32: memcpy(to, from, n * sizeof(*to)); break;
	case XS_DT_F16:
	case XS_DT_BF16:
		for (i = 0; i < n; i++) {
			memcpy(&half, from + 2 * i, 2);
			to[i] = t->dtype == XS_DT_F16 ? tensor_half(half) : tensor_brain(half);
		}
		break;
	case XS_DT_I8:
		tensor_steps(to, (const signed char *)from, t->scale[row], n);
		break;
	}
}
