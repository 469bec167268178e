/* SPDX-License-Identifier: GPL-2.0-or-later */
/* name_place.c - where in an array the item of a name is. */
#include "eval/name_place.h"

#include <stdlib.h>
#include <string.h>

static int place_compare(const void *left, const void *right)
{
	return strcmp(((const xs_name_place *)left)->name, ((const xs_name_place *)right)->name);
}

const char *xs_name_place_sort(xs_name_place *names, size_t n)
{
	if (n > 1)
		qsort(names, n, sizeof *names, place_compare);
	for (size_t i = 1; i < n; i++)
		if (strcmp(names[i].name, names[i - 1].name) == 0)
			return names[i].name;
	return NULL;
}

size_t xs_name_place_find(const xs_name_place *names, size_t n, const char *name)
{
	const xs_name_place key = {name, 0};
	const xs_name_place *found = n ? bsearch(&key, names, n, sizeof key, place_compare) : NULL;

	return found ? found->place : (size_t)-1;
}
