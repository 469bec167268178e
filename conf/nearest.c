/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - the key that was probably meant. */
#include <string.h>

#include "conf/conf.h"
#include "conf/table.h"

enum { NEAREST_LONGEST = 40 }; /* of the names compared; longer ones are near to nothing */

/* Edits of one letter (insert, delete, replace, swap of neighbours) between two short names. */
static int nearest_distance(const char *x, const char *y)
{
	int rows[3][NEAREST_LONGEST + 1];
	size_t nx = strlen(x), ny = strlen(y);

	if (nx > NEAREST_LONGEST || ny > NEAREST_LONGEST)
		return NEAREST_LONGEST;
	for (size_t j = 0; j <= ny; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= nx; i++) {
		int *now = rows[i % 3], *before = rows[(i - 1) % 3], *older = rows[(i + 1) % 3];

		now[0] = (int)i;
		for (size_t j = 1; j <= ny; j++) {
			int best = before[j - 1] + (x[i - 1] != y[j - 1]);

			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] &&
			    older[j - 2] + 1 < best)
				best = older[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[nx % 3][ny];
}

/* A right last word in the wrong section is near, too. */
static int nearest_apart(const char *name, const char *candidate)
{
	const char *word = strrchr(name, '.'), *last = strrchr(candidate, '.');

	if (last && strcmp(word ? word + 1 : name, last + 1) == 0)
		return 1;
	return nearest_distance(name, candidate);
}

/* The name of a key, and behind them of a section; NULL after the last. */
static const char *nearest_name(size_t i, size_t keys)
{
	return i < keys ? xs_conf_key_at(i)->name : xs_table_section(i - keys);
}

const char *xs_conf_nearest(const char *name)
{
	/* About a third of the letters may be wrong. */
	int limit = (int)(strlen(name) < 6 ? 2 : strlen(name) / 3), best = limit + 1;
	bool dotted = strchr(name, '.') != NULL;
	const char *found = NULL, *candidate;
	size_t keys = 0;

	while (xs_conf_key_at(keys))
		keys++;
	for (size_t i = 0; (candidate = nearest_name(i, keys)); i++) {
		int apart = i >= keys && dotted ? best : nearest_apart(name, candidate);

		if (apart < best) {
			best = apart;
			found = candidate;
		}
	}
	return found;
}
