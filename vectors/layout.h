/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout.h - where things lie in a file of vectors.
 *
 *	header	64 bytes
 *	items	int8, n × dimensions; up to 63 zeros, so that what follows is aligned to 64
 *	signs	a bit a dimension, dimensions / 8 bytes a row, in groups of XS_SIGN_ROWS rows as kern/scan.h
 *		says; the last group is filled up with zeros
 *	levels	16 bits, a row, as many as rows of signs: how far the product of centre and row is below the
 *		largest, in 65535ths of `range`
 *	scales	float, n
 *	centre	float, dimensions: the mean of all vectors.  A bit of the signs says that the row is above it
 *	keys	docid and content of each row, 64 bits each
 *
 * Where a section begins follows from n and dimensions: no offset in the file can be wrong.  Numbers are in
 * the order of little-endian processors; on others the file's first word is not XS_VECTORS_MAGIC. */
#ifndef XS_VECTORS_LAYOUT_H
#define XS_VECTORS_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "vectors/vectors.h"

#define XS_VECTORS_MAGIC UINT64_C(0x53524f5443455658) /* "XVECTORS" */
/* To be raised when a reader of today would misunderstand what is written. */
enum { XS_VECTORS_VERSION = 1 };

typedef struct xs_vectors_header {
	uint64_t magic;
	uint32_t version, dimensions;
	uint64_t identity, n;
	uint64_t body; /* XXH3 of all behind the header */
	float range;   /* of the levels */
	float factor; /* a row's difference from the centre is about `factor` × its signs (1 and -1) */
	uint64_t reserved; /* 0 */
	uint64_t head;	   /* XXH3 of the members above */
} xs_vectors_header;

typedef struct xs_layout {
	size_t items, signs, levels, scales, centre, keys; /* offsets */
	size_t bytes;					   /* of all */
	size_t groups;					   /* of rows */
} xs_layout;

/* Of a file of n rows; n × dimensions is at most the size of something that exists. */
void xs_layout_init(xs_layout *out, size_t n, int dimensions);

/* Whether a vector can have so many dimensions. */
bool xs_layout_dimensions(uint64_t dimensions);

/* The hash of the header's own members. */
uint64_t xs_layout_head(const xs_vectors_header *h);

struct xs_vectors {
	xs_map map;
	const char *path; /* for sentences */
	int dimensions;
	size_t n;
	xs_layout layout;
	const xs_vectors_header *header;
	/* Sections of the file. */
	const int8_t *items;
	const uint8_t *signs;
	const uint16_t *levels;
	const float *scales, *centre;
	const xs_vector_key *keys;
};

/* Fills in `v` of bytes that are aligned to 64, as xs_vectors_open() does; map and path are borrowed. */
int xs_vectors_init(xs_vectors *v, const xs_map *map, const char *path);

#endif
