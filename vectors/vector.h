/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vector.h - a question's vector in the forms that the kernels take. */
#ifndef XS_VECTORS_VECTOR_H
#define XS_VECTORS_VECTOR_H

#include <stdint.h>

#include "vectors/kern/scan.h"
#include "vectors/vectors.h"

struct xs_vector_query {
	float scale;	     /* of an item; 0: all is zero */
	int16_t *items;	     /* [dimensions] */
	xs_sign_query signs; /* a level in the same steps as the entries; all rows are near */
	uint8_t *tables;     /* of `signs`; with the items in the memory behind the struct */
};

/* The cosine of a product of `dots`: a number in -1 … 1 whatever the scales in a damaged file are. */
float xs_vector_cosine(int32_t product, float scale, float other);

#endif
