/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vector.c - a vector is packed; a question's is made ready for the kernels. */
#include "vectors/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "vectors/kern/scan.h"
#include "vectors/layout.h"

enum { VECTOR_ITEM = 127 };

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

/* What four signs tell of the product of question and row: each dimension of another sign makes it smaller by
 * 2 × factor × |vector[d]|.  An entry is this loss in steps, the largest being XS_SIGN_ENTRY; the size of a
 * step is returned, for a factor of 1/2. */
static float vector_tables(uint8_t *tables, const float *vector, int dimensions)
{
	float most = 0;

	for (int d = 0; d < dimensions; d += 4)
		most = fmaxf(most, fabsf(vector[d]) + fabsf(vector[d + 1]) + fabsf(vector[d + 2]) +
					   fabsf(vector[d + 3]));
	if (!isnormal(most)) /* the question is the mean: all signs are as good */
		return 0;
	for (int d = 0; d < dimensions; d += 4)
		for (int signs = 0; signs < XS_SIGN_TABLE; signs++) {
			float loss = 0;

			for (int i = 0; i < 4; i++)
				if ((signs >> i & 1) != (vector[d + i] > 0))
					loss += fabsf(vector[d + i]);
			*tables++ = (uint8_t)lrintf(loss / most * XS_SIGN_ENTRY);
		}
	return most / XS_SIGN_ENTRY;
}

/* The first step's form of a question.  With row = centre + rest and rest ≈ factor × signs,
 *
 *	question · row ≈ a constant + factor × (question - centre) · signs + centre · row
 *
 * The question keeps its numbers and rows alone become signs (asymmetric distances: Gordo, Perronnin, Gong and
 * Lazebnik, PAMI 2014; the centre: Gao and Long, "RaBitQ", SIGMOD 2024).  centre · row is the row's level. */
static void vector_signs(xs_vector_query *q, const xs_vectors *v, const float *vector)
{
	float *rest = xs_malloc((size_t)v->dimensions * sizeof *rest), step, steps;

	for (int d = 0; d < v->dimensions; d++)
		rest[d] = vector[d] - v->centre[d];
	step = 2 * v->header->factor * vector_tables(q->tables, rest, v->dimensions);
	steps = v->header->range / step;
	/* Also where there is no step: then levels are all there is. */
	q->signs.level_scale = steps < UINT16_MAX ? (uint16_t)lrintf(steps) : UINT16_MAX;
	free(rest);
}

static xs_vector_query *vector_query(const xs_vectors *v)
{
	size_t n = (size_t)v->dimensions, len = n / 4 * XS_SIGN_TABLE;
	xs_vector_query *q = xs_calloc(1, sizeof *q + n * sizeof *q->items + len);

	q->items = (int16_t *)(q + 1);
	q->tables = (uint8_t *)(q->items + n);
	q->signs =
		(xs_sign_query){.len = v->dimensions / 8, .tables = q->tables, .most = UINT16_MAX};
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
	vector_signs(q, v, vector);
	return q;
}

xs_vector_query *xs_vector_query_of_row(const xs_vectors *v, size_t row)
{
	const int8_t *items = v->items + row * (size_t)v->dimensions;
	float *vector = xs_malloc((size_t)v->dimensions * sizeof *vector);
	xs_vector_query *q = vector_query(v);

	xs_vectors_get(vector, v, row);
	if (isnormal(vector_largest(vector, v->dimensions))) {
		/* Its items as they are: the cosine of two rows is the same whichever asks. */
		for (int d = 0; d < v->dimensions; d++)
			q->items[d] = items[d];
		q->scale = v->scales[row];
		vector_signs(q, v, vector);
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
