/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - the key that was probably meant. */
#include <string.h>

#include "base/edits.h"
#include "conf/conf.h"
#include "conf/table.h"

/* A right last word in the wrong section is near, too. */
static unsigned nearest_apart(const char *name, const char *candidate)
{
	const char *word = strrchr(name, '.'), *last = strrchr(candidate, '.');

	if (last && strcmp(word ? word + 1 : name, last + 1) == 0)
		return 1;
	return xs_edits(name, candidate);
}

/* The name of a key, and behind them of a section; NULL after the last. */
static const char *nearest_name(size_t i, size_t keys)
{
	return i < keys ? xs_conf_key_at(i)->name : xs_table_section(i - keys);
}

const char *xs_conf_nearest(const char *name)
{
	/* About a third of the letters may be wrong. */
	unsigned limit = strlen(name) < 6 ? 2 : (unsigned)strlen(name) / 3, best = limit + 1;
	bool dotted = strchr(name, '.') != NULL;
	const char *found = NULL, *candidate;
	size_t keys = 0;

	while (xs_conf_key_at(keys))
		keys++;
	for (size_t i = 0; (candidate = nearest_name(i, keys)); i++) {
		/* A key is not taken for a section, but for one within another it was once a key's name. */
		bool skip = i >= keys && dotted && !strchr(candidate, '.');
		unsigned apart = skip ? best : nearest_apart(name, candidate);

		if (apart < best) {
			best = apart;
			found = candidate;
		}
	}
	return found;
}
