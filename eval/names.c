/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.c - where in an array the item of a name is. */
#include "eval/names.h"

#include <stdlib.h>
#include <string.h>

static int names_compare(const void *left, const void *right)
{
	return strcmp(((const xs_name *)left)->name, ((const xs_name *)right)->name);
}

const char *xs_names_sort(xs_name *names, size_t n)
{
	if (n > 1)
		qsort(names, n, sizeof *names, names_compare);
	for (size_t i = 1; i < n; i++)
		if (strcmp(names[i].name, names[i - 1].name) == 0)
			return names[i].name;
	return NULL;
}

size_t xs_names_find(const xs_name *names, size_t n, const char *name)
{
	const xs_name key = {name, 0};
	const xs_name *found = n ? bsearch(&key, names, n, sizeof key, names_compare) : NULL;

	return found ? found->place : (size_t)-1;
}
