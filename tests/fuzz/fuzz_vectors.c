/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_vectors.c - any bytes as a file of vectors; one that opens is searched, whatever its numbers are.
 *
 * Checksums are made anew where the bytes are long enough for a header: what is behind them would not be
 * reached otherwise. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "vectors/layout.h"
#include "vectors/nearest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NEAREST = 20 };

/* Rows that are there, once each, with cosines in order. */
static void fuzz_nearest(const xs_vectors *v, const xs_vector_query *q, const uint64_t *allowed,
			 size_t chosen)
{
	xs_near near[NEAREST];
	size_t n;

	xs_nearest_by(near, &n, NEAREST, v, q, allowed, &(xs_nearest_way){xs_scan_get(), chosen});
	for (size_t i = 0; i < n; i++)
		if (near[i].row >= v->n || !(fabsf(near[i].cosine) <= 1) ||
		    (i && !(near[i].cosine <= near[i - 1].cosine)) ||
		    (allowed && !(allowed[near[i].row / 64] >> near[i].row % 64 & 1)))
			abort();
	xs_vectors_nearest(near, &n, NEAREST, v, q, allowed);
}

static void fuzz_search(const xs_vectors *v)
{
	float *vector = xs_malloc((size_t)v->dimensions * sizeof *vector);
	uint64_t *allowed = xs_malloc((v->n / 64 + 1) * sizeof *allowed);
	xs_vector_query *q;

	memset(allowed, 0x5a, (v->n / 64 + 1) * sizeof *allowed);
	for (int d = 0; d < v->dimensions; d++)
		vector[d] = (float)(d % 7) - 3;
	for (size_t row = 0; row <= v->n && row < 4; row++) {
		if (row < v->n)
			xs_vectors_get(vector, v, row);
		q = row < v->n && row % 2 ? xs_vector_query_of_row(v, row)
					  : xs_vector_query_new(v, vector);
		for (size_t chosen = 0; chosen < 60; chosen += 25) {
			fuzz_nearest(v, q, NULL, chosen);
			fuzz_nearest(v, q, allowed, chosen);
		}
		xs_vector_query_free(q);
	}
	free(allowed);
	free(vector);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* To the byte, so that AddressSanitizer sees a read behind them; malloc() aligns to 16. */
	uint8_t *bytes = xs_malloc(size);
	xs_vectors_header *h = (void *)bytes;
	xs_map map = {bytes, size};
	xs_vectors v;

	if (size)
		memcpy(bytes, data, size);
	if (size >= sizeof *h) {
		h->body = XXH3_64bits(bytes + sizeof *h, size - sizeof *h);
		h->head = xs_layout_head(h);
	}
	if (xs_vectors_init(&v, &map, "input") == XS_OK) {
		if (xs_vectors_check(&v) < 0 && !*xs_error())
			abort();
		for (size_t row = 0; row < v.n && row < 100; row++)
			if (xs_vectors_row(&v, xs_vectors_key(&v, row).docid) >= (int64_t)v.n)
				abort();
		fuzz_search(&v);
	} else if (!*xs_error()) {
		abort();
	}
	free(bytes);
	return 0;
}
