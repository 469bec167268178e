/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - where in an array the item of a name is. */
#ifndef XS_EVAL_NAMES_H
#define XS_EVAL_NAMES_H

#include <stddef.h>

typedef struct xs_name {
	const char *name;
	size_t place;
} xs_name;

/* Sorts names; returns one that stands twice, or NULL. */
const char *xs_names_sort(xs_name *names, size_t n);

/* The place of a name among n sorted ones; (size_t)-1: it is not there. */
size_t xs_names_find(const xs_name *names, size_t n, const char *name);

#endif
