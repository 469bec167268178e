/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vector.h - a question's vector in the forms that the kernels take. */
#ifndef XS_VECTORS_VECTOR_H
#define XS_VECTORS_VECTOR_H

#include <stdint.h>

#include "vectors/vectors.h"

struct xs_vector_query {
	float scale;	      /* of an item; 0: all is zero */
	int16_t *items;	      /* [dimensions], in the memory behind the struct as the tables are */
	uint8_t *tables;      /* [dimensions / 4][XS_SIGN_TABLE] */
	uint16_t level_scale; /* makes levels of rows the same steps as entries */
};

/* The cosine of a product of `dots`: a number in -1 … 1 whatever the scales in a damaged file are. */
float xs_vector_cosine(int32_t product, float scale, float other);

#endif
