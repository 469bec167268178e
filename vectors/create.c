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

/* The words of one row's signs, in its lane of a group. */
static void create_signs_row(uint64_t *group, const int8_t *items, float scale, const float *centre,
			     int dimensions)
{
	for (int d = 0; d < dimensions; d++)
		group[d / 64 * XS_SIGN_ROWS] |= (uint64_t)(scale * items[d] > centre[d]) << d % 64;
}

static int create_signs(xs_vectors_writer *w, const xs_layout *layout, const float *centre)
{
	int dimensions = (int)w->header.dimensions, rc;
	size_t len = (size_t)layout->words * XS_SIGN_ROWS * sizeof(uint64_t);
	uint64_t *group = xs_malloc(len);
	xs_map map;

	rc = xs_file_map(&map, w->file);
	for (size_t g = 0; g < layout->groups && rc == XS_OK; g++) {
		memset(group, 0, len);
		for (size_t r = 0; r < XS_SIGN_ROWS && g * XS_SIGN_ROWS + r < w->header.n; r++) {
			size_t row = g * XS_SIGN_ROWS + r;

			create_signs_row(group + r,
					 (const int8_t *)map.data + layout->items +
						 row * (size_t)dimensions,
					 w->scales[row], centre, dimensions);
		}
		rc = create_put(w, group, len);
	}
	xs_map_close(&map);
	free(group);
	return rc;
}

/* All that follows the items, and the header. */
static int create_rest(xs_vectors_writer *w)
{
	static const char zeros[64];
	size_t n = (size_t)w->header.n, dimensions = w->header.dimensions;
	float *centre = xs_calloc(dimensions, sizeof *centre);
	xs_layout layout;
	int rc;

	for (size_t d = 0; n && d < dimensions; d++)
		centre[d] = (float)(w->sum[d] / (double)n);
	xs_layout_init(&layout, n, (int)dimensions);
	rc = create_put(w, zeros, layout.signs - layout.items - n * dimensions);
	if (rc == XS_OK)
		rc = create_signs(w, &layout, centre);
	if (rc == XS_OK)
		rc = create_put(w, w->scales, n * sizeof *w->scales);
	if (rc == XS_OK)
		rc = create_put(w, zeros, layout.centre - layout.scales - n * sizeof *w->scales);
	if (rc == XS_OK)
		rc = create_put(w, centre, dimensions * sizeof *centre);
	if (rc == XS_OK)
		rc = create_put(w, w->keys, n * sizeof *w->keys);
	free(centre);
	w->header.body = XXH3_64bits_digest(w->hash);
	w->header.head = xs_layout_head(&w->header);
	return rc < 0 ? rc : xs_file_patch(w->file, 0, &w->header, sizeof w->header);
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
	return create_end(w, create_rest(w));
}

void xs_vectors_drop(xs_vectors_writer *w)
{
	if (w)
		create_end(w, XS_ECANCEL);
}
