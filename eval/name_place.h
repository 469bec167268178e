/* SPDX-License-Identifier: GPL-2.0-or-later */
/* name_place.h - where in an array the item of a name is. */
#ifndef XS_EVAL_NAME_PLACE_H
#define XS_EVAL_NAME_PLACE_H

#include <stddef.h>

typedef struct xs_name_place {
	const char *name;
	size_t place;
} xs_name_place;

/* Sorts names; returns one that stands twice, or NULL. */
const char *xs_name_place_sort(xs_name_place *names, size_t n);

/* The place of a name among n sorted ones; (size_t)-1: it is not there. */
size_t xs_name_place_find(const xs_name_place *names, size_t n, const char *name);

#endif
