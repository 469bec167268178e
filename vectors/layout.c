/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout.c - offsets in a file of vectors. */
#include "vectors/layout.h"

#include <xxhash.h>

#include "vectors/kern/scan.h"

/* The header's members leave no gaps, so that its bytes are its members. */
_Static_assert(sizeof(xs_vectors_header) == 64, "the header of a file of vectors");
_Static_assert(sizeof(xs_vector_key) == 16, "the key of a vector");

enum { LAYOUT_ALIGNED = 64 };

void xs_layout_init(xs_layout *out, size_t n, int dimensions)
{
	size_t row = (size_t)dimensions, items = n * row;

	out->groups = (n + XS_SIGN_ROWS - 1) / XS_SIGN_ROWS;
	out->items = sizeof(xs_vectors_header);
	out->signs = out->items + (items + LAYOUT_ALIGNED - 1) / LAYOUT_ALIGNED * LAYOUT_ALIGNED;
	out->levels = out->signs + out->groups * XS_SIGN_ROWS * (row / 8);
	out->scales = out->levels + out->groups * XS_SIGN_ROWS * sizeof(uint16_t);
	/* Keys are aligned to 8: n floats are rounded up to that, and dimensions are a multiple of it. */
	out->centre = out->scales + (n + n % 2) * sizeof(float);
	out->keys = out->centre + row * sizeof(float);
	out->bytes = out->keys + n * sizeof(xs_vector_key);
}

bool xs_layout_dimensions(uint64_t dimensions)
{
	return dimensions && dimensions % 8 == 0 && dimensions <= XS_VECTOR_DIMENSIONS;
}

uint64_t xs_layout_head(const xs_vectors_header *h)
{
	return XXH3_64bits(h, offsetof(xs_vectors_header, head));
}
