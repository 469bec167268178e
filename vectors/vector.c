/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vector.c - a vector is packed; a question's is made ready for the kernels. */
#include "vectors/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "vectors/kern/scan.h"
#include "vectors/layout.h"

enum { VECTOR_ITEM = 127, VECTOR_LEVELS = 1 << XS_SIGN_PLANES };

/* The largest |v|; 0 if there is one that is not a finite number. */
static float vector_largest(const float *vector, int dimensions)
{
	float largest = 0;

	for (int d = 0; d < dimensions; d++) {
		if (!isfinite(vector[d]))
			return 0;
		largest = fmaxf(largest, fabsf(vector[d]));
	}
	return largest;
}

float xs_vector_pack(int8_t *items, const float *vector, int dimensions)
{
	float scale = vector_largest(vector, dimensions) / VECTOR_ITEM;

	/* Also of a vector so small that its scale is not a normal number, and 1 / scale infinite. */
	if (!isnormal(scale)) {
		memset(items, 0, (size_t)dimensions);
		return 0;
	}
	for (int d = 0; d < dimensions; d++)
		items[d] = (int8_t)lrintf(vector[d] / scale);
	return scale;
}

/* The planes of a question: each dimension has one of VECTOR_LEVELS levels between the least and the largest
 * value, and plane p has bit p of it.  So the kernel's distance from a row of signs is, but for a constant,
 * the product of the question and the signs (Gao and Long, "RaBitQ", SIGMOD 2024, section 3.3.1: four bits
 * are enough). */
static void vector_planes(uint64_t *planes, const float *vector, float largest, int dimensions)
{
	for (int d = 0; d < dimensions; d++) {
		int level = (int)((vector[d] / largest + 1) / 2 * VECTOR_LEVELS);

		level = level >= VECTOR_LEVELS ? VECTOR_LEVELS - 1 : level;
		for (int p = 0; p < XS_SIGN_PLANES; p++)
			planes[d / 64 * XS_SIGN_PLANES + p] |= (uint64_t)(level >> p & 1) << d % 64;
	}
}

static xs_vector_query *vector_query(const xs_vectors *v)
{
	size_t n_planes = (size_t)v->layout.words * XS_SIGN_PLANES;
	xs_vector_query *q = xs_calloc(1, sizeof *q + n_planes * sizeof *q->planes +
						  (size_t)v->dimensions * sizeof *q->items);

	q->planes = (uint64_t *)(q + 1);
	q->items = (int16_t *)(q->planes + n_planes);
	return q;
}

xs_vector_query *xs_vector_query_new(const xs_vectors *v, const float *vector)
{
	xs_vector_query *q = vector_query(v);
	float largest = vector_largest(vector, v->dimensions), scale = largest / XS_DOT_ITEM;

	if (!isnormal(scale))
		return q;
	q->scale = scale;
	for (int d = 0; d < v->dimensions; d++)
		q->items[d] = (int16_t)lrintf(vector[d] / scale);
	vector_planes(q->planes, vector, largest, v->dimensions);
	return q;
}

xs_vector_query *xs_vector_query_of_row(const xs_vectors *v, size_t row)
{
	const int8_t *items = v->items + row * (size_t)v->dimensions;
	float *vector = xs_malloc((size_t)v->dimensions * sizeof *vector);
	xs_vector_query *q = vector_query(v);
	float largest;

	/* Its items as they are: the cosine of two rows is the same whichever asks. */
	for (int d = 0; d < v->dimensions; d++) {
		q->items[d] = items[d];
		vector[d] = items[d];
	}
	largest = vector_largest(vector, v->dimensions);
	if (largest > 0 && isfinite(v->scales[row])) {
		q->scale = v->scales[row];
		vector_planes(q->planes, vector, largest, v->dimensions);
	}
	free(vector);
	return q;
}

void xs_vector_query_free(xs_vector_query *q)
{
	free(q);
}

float xs_vector_cosine(int32_t product, float scale, float other)
{
	/* fmaxf() takes the number of a number and not-a-number. */
	return fminf(fmaxf((float)product * (scale * other), -1), 1);
}

float xs_vectors_cosine(const xs_vectors *v, const xs_vector_query *q, size_t row)
{
	int32_t product;

	xs_scan_get()->dots(&product, v->items, v->dimensions, &row, 1, q->items);
	return xs_vector_cosine(product, q->scale, v->scales[row]);
}
