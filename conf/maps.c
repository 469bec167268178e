/* SPDX-License-Identifier: GPL-2.0-or-later */
/* maps.c - lists of maps: which there are, and how large an item is. */
#include "conf/maps.h"

#include <string.h>

#include "conf/table.h"

bool xs_maps_is_sources(const xs_conf_key *maps)
{
	return maps->offset == offsetof(xs_conf, sources);
}

static size_t maps_size(const xs_conf_key *maps)
{
	return xs_maps_is_sources(maps) ? sizeof(xs_conf_source) : sizeof(xs_conf_filter);
}

const xs_conf_key *xs_conf_maps(const xs_conf_key *key)
{
	static const char *const lists[] = {"sources", "filters"};
	size_t len = strcspn(key->name, ".");

	for (size_t i = 0; key->name[len] && i < sizeof lists / sizeof *lists; i++)
		if (strlen(lists[i]) == len && memcmp(key->name, lists[i], len) == 0)
			return xs_table_row(lists[i]);
	return NULL;
}

const void *xs_conf_item(const xs_conf *c, const xs_conf_key *maps, size_t i)
{
	if (xs_maps_is_sources(maps))
		return i < c->sources.n ? &c->sources.items[i] : NULL;
	return i < c->filters.n ? &c->filters.items[i] : NULL;
}

void *xs_maps_new(const xs_conf_key *maps, size_t n, xs_arena *a)
{
	return xs_arena_array(a, n, maps_size(maps));
}

void *xs_maps_at(void *items, const xs_conf_key *maps, size_t i)
{
	return (char *)items + i * maps_size(maps);
}

void xs_maps_set(xs_conf *c, const xs_conf_key *maps, const void *items, size_t n)
{
	if (xs_maps_is_sources(maps)) {
		c->sources.items = items;
		c->sources.n = n;
	} else {
		c->filters.items = items;
		c->filters.n = n;
	}
}
