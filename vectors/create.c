/* SPDX-License-Identifier: GPL-2.0-or-later */
/* create.c - a file of vectors is written.
 *
 * Items go to the file as they come; scales and keys, 20 bytes a row, are kept until the end.  Signs are those
 * of the differences from the mean, which is known at the end alone: then the items are read once more. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "vectors/kern/scan.h"
#include "vectors/layout.h"

/* The size of xxhash's state, which its header does not tell. */
enum { CREATE_HASH = 576 };

struct xs_vectors_writer {
	xs_file *file;
	xs_vectors_header header;
	XXH3_state_t *hash; /* of what was put behind the header */
	double *sum;	    /* [dimensions], over all rows */
	float *scales;
	size_t scales_cap;
	xs_vector_key *keys;
	size_t keys_cap;
};

static int create_put(xs_vectors_writer *w, const void *bytes, size_t len)
{
	XXH3_64bits_update(w->hash, bytes, len);
	return xs_file_put(w->file, bytes, len);
}

int xs_vectors_create(xs_vectors_writer **out, const char *path, uint64_t identity, int dimensions)
{
	xs_vectors_writer *w;
	xs_file *file;
	int rc;

	*out = NULL;
	if (dimensions < 0 || !xs_layout_dimensions((uint64_t)dimensions))
		return xs_fail(
			XS_EINPUT,
			"vectors of %d dimensions cannot be kept; expected a multiple of 8 up to %d",
			dimensions, XS_VECTOR_DIMENSIONS);
	rc = xs_file_begin(&file, path);
	if (rc < 0)
		return rc;
	w = xs_calloc(1, sizeof *w);
	w->file = file;
	w->header = (xs_vectors_header){.magic = XS_VECTORS_MAGIC,
					.version = XS_VECTORS_VERSION,
					.dimensions = (uint32_t)dimensions,
					.identity = identity};
	w->hash = XXH3_createState();
	if (!w->hash)
		xs_out_of_memory(CREATE_HASH);
	XXH3_64bits_reset(w->hash);
	w->sum = xs_calloc((size_t)dimensions, sizeof *w->sum);
	/* Its place is kept; what it says is known at the end. */
	rc = xs_file_put(file, &w->header, sizeof w->header);
	if (rc < 0)
		xs_vectors_drop(w);
	else
		*out = w;
	return rc;
}

int xs_vectors_put(xs_vectors_writer *w, xs_vector_key key, const int8_t *items, float scale)
{
	size_t n = (size_t)w->header.n;

	if (n && key.docid <= w->keys[n - 1].docid)
		return xs_fail(XS_EINPUT,
			       "a vector of docid %llu follows one of %llu; expected rising",
			       (unsigned long long)key.docid,
			       (unsigned long long)w->keys[n - 1].docid);
	if (!isfinite(scale) || scale < 0)
		return xs_fail(XS_EINPUT,
			       "the vector of docid %llu has the scale %g; expected 0 or more",
			       (unsigned long long)key.docid, (double)scale);
	w->scales = xs_grow(w->scales, n, &w->scales_cap, sizeof *w->scales);
	w->keys = xs_grow(w->keys, n, &w->keys_cap, sizeof *w->keys);
	w->scales[n] = scale;
	w->keys[n] = key;
	w->header.n++;
	for (uint32_t d = 0; d < w->header.dimensions; d++)
		w->sum[d] += (double)(scale * items[d]);
	return create_put(w, items, w->header.dimensions);
}

/* What becomes of the rows once the mean is known. */
typedef struct create_rest {
	const float *centre;
	size_t dimensions;
	float *products; /* of centre and each row */
	double squares,
		absolute; /* sums of (row - centre)² and |row - centre| over rows and dimensions */
} create_rest;

/* The signs of one row, in its place in a group; its product and lengths. */
static void create_row(uint8_t *group, create_rest *c, size_t row, const int8_t *items, float scale)
{
	float product = 0, squares = 0, absolute = 0;

	for (size_t d = 0; d < c->dimensions; d++) {
		float item = scale * items[d], rest = item - c->centre[d];

		group[d / 8 * XS_SIGN_ROWS] |= (uint8_t)((rest > 0) << d % 8);
		product += item * c->centre[d];
		squares += rest * rest;
		absolute += fabsf(rest);
	}
	c->products[row] = product;
	c->squares += (double)squares;
	c->absolute += (double)absolute;
}

static int create_signs(xs_vectors_writer *w, create_rest *c, const xs_layout *layout)
{
	size_t len = c->dimensions / 8 * XS_SIGN_ROWS, n = (size_t)w->header.n;
	uint8_t *group = xs_malloc(len);
	xs_map map;
	int rc = xs_file_map(&map, w->file);

	for (size_t row = 0; row < n && rc == XS_OK;) {
		memset(group, 0, len);
		for (size_t r = 0; r < XS_SIGN_ROWS && row < n; r++, row++)
			create_row(group + r, c, row,
				   (const int8_t *)map.data + layout->items + row * c->dimensions,
				   w->scales[row]);
		rc = create_put(w, group, len);
	}
	xs_map_close(&map);
	free(group);
	return rc;
}

/* Products become levels; with range and factor they say how far a row is. */
static int create_levels(xs_vectors_writer *w, const create_rest *c, const xs_layout *layout)
{
	size_t n = (size_t)w->header.n, n_levels = layout->groups * XS_SIGN_ROWS;
	uint16_t *levels = xs_calloc(n_levels, sizeof *levels);
	float most = n ? c->products[0] : 0, least = most;
	int rc;

	for (size_t i = 0; i < n; i++) {
		most = fmaxf(most, c->products[i]);
		least = fminf(least, c->products[i]);
	}
	w->header.range = most - least;
	/* So the product of a rest with itself is that of the rest with factor × its signs: what is estimated
	 * for a question near to the row is not too small (RaBitQ, theorem 3.2). */
	w->header.factor = c->absolute > 0 ? (float)(c->squares / c->absolute) : 0;
	for (size_t i = 0; i < n && most > least; i++)
		levels[i] = (uint16_t)lrintf((most - c->products[i]) / (most - least) * UINT16_MAX);
	rc = create_put(w, levels, n_levels * sizeof *levels);
	free(levels);
	return rc;
}

/* All that follows the items, and the header. */
static int create_sections(xs_vectors_writer *w, create_rest *c)
{
	static const char zeros[64];
	size_t n = (size_t)w->header.n;
	xs_layout layout;
	int rc;

	xs_layout_init(&layout, n, (int)c->dimensions);
	rc = create_put(w, zeros, layout.signs - layout.items - n * c->dimensions);
	if (rc == XS_OK)
		rc = create_signs(w, c, &layout);
	if (rc == XS_OK)
		rc = create_levels(w, c, &layout);
	if (rc == XS_OK)
		rc = create_put(w, w->scales, n * sizeof *w->scales);
	if (rc == XS_OK)
		rc = create_put(w, zeros, layout.centre - layout.scales - n * sizeof *w->scales);
	if (rc == XS_OK)
		rc = create_put(w, c->centre, c->dimensions * sizeof *c->centre);
	if (rc == XS_OK)
		rc = create_put(w, w->keys, n * sizeof *w->keys);
	w->header.body = XXH3_64bits_digest(w->hash);
	w->header.head = xs_layout_head(&w->header);
	return rc < 0 ? rc : xs_file_patch(w->file, 0, &w->header, sizeof w->header);
}

static int create_finish(xs_vectors_writer *w)
{
	size_t n = (size_t)w->header.n, dimensions = w->header.dimensions;
	float *centre = xs_calloc(dimensions, sizeof *centre);
	create_rest c = {.centre = centre, .dimensions = dimensions};
	int rc;

	for (size_t d = 0; n && d < dimensions; d++)
		centre[d] = (float)(w->sum[d] / (double)n);
	c.products = xs_malloc(n * sizeof *c.products);
	rc = create_sections(w, &c);
	free(c.products);
	free(centre);
	return rc;
}

static int create_end(xs_vectors_writer *w, int rc)
{
	rc = xs_file_end(w->file, rc);
	XXH3_freeState(w->hash);
	free(w->sum);
	free(w->scales);
	free(w->keys);
	free(w);
	return rc;
}

int xs_vectors_end(xs_vectors_writer *w)
{
	return create_end(w, create_finish(w));
}

void xs_vectors_drop(xs_vectors_writer *w)
{
	if (w)
		create_end(w, XS_ECANCEL);
}
