/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vectors.c - a mapped file of vectors: opened, checked, and its rows by docid. */
#include "vectors/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "vectors/layout.h"

/* What the header says, which may be anything: of a damaged file, or of one that is none of ours. */
static int vectors_header(xs_layout *out, const xs_map *map, const char *path)
{
	const xs_vectors_header *h = (const void *)map->data;

	if (map->len < sizeof *h)
		return xs_fail(XS_EFORMAT,
			       "%s is cut short: it has %zu bytes; expected %zu or more", path,
			       map->len, sizeof *h);
	if (h->magic != XS_VECTORS_MAGIC)
		return xs_fail(XS_EFORMAT, "%s is not a file of vectors", path);
	/* Before the rest: another version may have another header. */
	if (h->version != XS_VECTORS_VERSION)
		return xs_fail(XS_EFORMAT,
			       "%s is of version %u, made by another release; expected version %d",
			       path, (unsigned)h->version, XS_VECTORS_VERSION);
	if (h->head != xs_layout_head(h))
		return xs_fail(XS_EFORMAT, "%s is damaged: its header has another checksum", path);
	if (!xs_layout_dimensions(h->dimensions))
		return xs_fail(XS_EFORMAT,
			       "%s has vectors of %u dimensions; expected a multiple of 8 up to %d",
			       path, (unsigned)h->dimensions, XS_VECTOR_DIMENSIONS);
	if (!isfinite(h->range) || h->range < 0 || !isfinite(h->factor) || h->factor < 0)
		return xs_fail(XS_EFORMAT,
			       "%s has the range %g and the factor %g; expected 0 or more", path,
			       (double)h->range, (double)h->factor);
	/* Rows have `dimensions` bytes and more.  Without this the products of the layout could overflow. */
	if (h->n > map->len / h->dimensions)
		return xs_fail(
			XS_EFORMAT,
			"%s is cut short: it has %zu bytes; expected %llu vectors of %u dimensions",
			path, map->len, (unsigned long long)h->n, (unsigned)h->dimensions);
	xs_layout_init(out, (size_t)h->n, (int)h->dimensions);
	if (map->len == out->bytes)
		return XS_OK;
	return xs_fail(XS_EFORMAT, "%s %s %zu bytes; expected %zu", path,
		       map->len < out->bytes ? "is cut short: it has" : "has", map->len,
		       out->bytes);
}

int xs_vectors_init(xs_vectors *v, const xs_map *map, const char *path)
{
	xs_layout layout;
	int rc = vectors_header(&layout, map, path);

	if (rc < 0)
		return rc;
	*v = (xs_vectors){.map = *map,
			  .path = path,
			  .layout = layout,
			  .header = (const void *)map->data,
			  .items = (const void *)(map->data + layout.items),
			  .signs = (const void *)(map->data + layout.signs),
			  .levels = (const void *)(map->data + layout.levels),
			  .scales = (const void *)(map->data + layout.scales),
			  .centre = (const void *)(map->data + layout.centre),
			  .keys = (const void *)(map->data + layout.keys)};
	v->dimensions = (int)v->header->dimensions;
	v->n = (size_t)v->header->n;
	return XS_OK;
}

int xs_vectors_open(xs_vectors **out, const char *path)
{
	xs_map map;
	int rc = xs_map_open(&map, path);

	*out = NULL;
	if (rc < 0)
		return rc;
	*out = xs_malloc(sizeof **out + strlen(path) + 1);
	rc = xs_vectors_init(*out, &map, strcpy((char *)(*out + 1), path));
	if (rc < 0) {
		xs_map_close(&map);
		free(*out);
		*out = NULL;
	}
	return rc;
}

void xs_vectors_close(xs_vectors *v)
{
	if (!v)
		return;
	xs_map_close(&v->map);
	free(v);
}

int xs_vectors_check(const xs_vectors *v)
{
	const unsigned char *body = v->map.data + sizeof *v->header;

	if (XXH3_64bits(body, v->map.len - sizeof *v->header) != v->header->body)
		return xs_fail(XS_EFORMAT, "%s is damaged: its vectors have another checksum",
			       v->path);
	for (size_t i = 0; i < v->n; i++)
		if (!isfinite(v->scales[i]) || v->scales[i] < 0)
			return xs_fail(XS_EFORMAT,
				       "%s: the scale of row %zu is %g; expected 0 or more",
				       v->path, i, (double)v->scales[i]);
	for (int d = 0; d < v->dimensions; d++)
		if (!isfinite(v->centre[d]))
			return xs_fail(XS_EFORMAT,
				       "%s: dimension %d of the mean is %g; expected a number",
				       v->path, d, (double)v->centre[d]);
	for (size_t i = 1; i < v->n; i++)
		if (v->keys[i].docid <= v->keys[i - 1].docid)
			return xs_fail(
				XS_EFORMAT,
				"%s: docid %llu of row %zu follows %llu; expected a larger one",
				v->path, (unsigned long long)v->keys[i].docid, i,
				(unsigned long long)v->keys[i - 1].docid);
	return XS_OK;
}

void xs_vectors_info_get(xs_vectors_info *out, const xs_vectors *v)
{
	*out = (xs_vectors_info){v->header->identity, v->dimensions, v->n, v->layout.bytes};
}

int64_t xs_vectors_row(const xs_vectors *v, uint64_t docid)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (v->keys[middle].docid < docid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->n && v->keys[low].docid == docid ? (int64_t)low : -1;
}

xs_vector_key xs_vectors_key(const xs_vectors *v, size_t row)
{
	return v->keys[row];
}

void xs_vectors_get(float *vector, const xs_vectors *v, size_t row)
{
	const int8_t *items = v->items + row * (size_t)v->dimensions;

	for (int d = 0; d < v->dimensions; d++)
		vector[d] = v->scales[row] * items[d];
}
