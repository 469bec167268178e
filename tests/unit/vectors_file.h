/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vectors_file.h - a file of vectors in a folder of its own. */
#ifndef XS_TESTS_UNIT_VECTORS_FILE_H
#define XS_TESTS_UNIT_VECTORS_FILE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "vectors/nearest.h"

static char vectors_folder[] = "/tmp/vectors_file.XXXXXX";
static char vectors_path[64];

static int vectors_folder_make(void **state)
{
	(void)state;
	if (!mkdtemp(vectors_folder))
		return -1;
	strcat(strcpy(vectors_path, vectors_folder), "/vectors");
	return 0;
}

static int vectors_folder_remove(void **state)
{
	(void)state;
	unlink(vectors_path);
	return rmdir(vectors_folder);
}

/* Numbers that are the same in every run (Knuth's MMIX generator), -1 … 1. */
static inline float noise(void)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (float)(seed >> 40) / (1 << 23) - 1;
}

/* n vectors around a common direction, as those of texts are, some of them alike: row r is of docid
 * 3 r + 5, content r. */
static inline float *some_vectors(size_t n, int dimensions)
{
	size_t row = (size_t)dimensions;
	float *all = xs_malloc((n + 1) * row * sizeof *all);

	for (size_t i = 0; i < n; i++)
		for (size_t d = 0; d < row; d++)
			all[i * row + d] = noise() + (d % 3 ? 0.2f : -0.1f) +
					   (i > 9 ? 2 * all[i % 10 * row + d] : 0);
	return all;
}

static inline void write_file(const float *all, size_t n, int dimensions)
{
	xs_vectors_writer *w;
	int8_t *items = xs_malloc((size_t)dimensions);

	assert_int_equal(xs_vectors_create(&w, vectors_path, 77, dimensions), XS_OK);
	for (size_t i = 0; i < n; i++) {
		float scale = xs_vector_pack(items, all + i * (size_t)dimensions, dimensions);

		assert_int_equal(xs_vectors_put(w, (xs_vector_key){3 * i + 5, i}, items, scale),
				 XS_OK);
	}
	assert_int_equal(xs_vectors_end(w), XS_OK);
	free(items);
}

static inline xs_vectors *open_file(void)
{
	xs_vectors *v;

	assert_int_equal(xs_vectors_open(&v, vectors_path), XS_OK);
	return v;
}

/* The product in floats, which items of one part in 127 come near to. */
static inline double product(const float *a, const float *b, int dimensions)
{
	double sum = 0;

	for (int d = 0; d < dimensions; d++)
		sum += (double)a[d] * (double)b[d];
	return sum;
}

/* To length 1, as the vectors of an embedder. */
static inline void normalise(float *all, size_t n, int dimensions)
{
	for (size_t i = 0; i < n; i++, all += dimensions) {
		double length = sqrt(product(all, all, dimensions));

		for (int d = 0; d < dimensions; d++)
			all[d] = (float)(all[d] / length);
	}
}

/* The file of them made to length 1. */
static inline xs_vectors *normalised_file(float *all, size_t n, int dimensions)
{
	normalise(all, n, dimensions);
	write_file(all, n, dimensions);
	return open_file();
}

#endif
