/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registry.c - the stages that can be named in `pipeline:`. */
#include "plugin/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"

typedef struct registry_entry {
	const xs_stage *stage;
	const char *origin;
	bool loaded;
} registry_entry;

struct xs_registry {
	xs_arena *arena;
	registry_entry *entries;
	size_t n, cap;
	xs_loaded *loaded;
	size_t n_loaded, loaded_cap;
	const char *names;
};

static const xs_stage *const registry_builtin[] = {
	&xs_stage_parse, &xs_stage_retrieve, &xs_stage_rerank,
	&xs_stage_blend, &xs_stage_group,    &xs_stage_snippet,
};

static registry_entry *registry_entry_of(const xs_registry *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->entries[i].stage->name, name))
			return &r->entries[i];
	return NULL;
}

static void registry_add(xs_registry *r, const xs_stage *stage, const char *origin, bool loaded)
{
	registry_entry *e = registry_entry_of(r, stage->name);

	/* A stage that takes another's name takes its place in the list as well. */
	if (!e) {
		r->entries = xs_grow(r->entries, r->n, &r->cap, sizeof *r->entries);
		e = &r->entries[r->n++];
	}
	*e = (registry_entry){stage, origin, loaded};
}

/* Made anew after each plugin, not when asked: a registry that is filled is read by many threads. */
static void registry_set_names(xs_registry *r)
{
	const char *names = "";

	for (size_t i = 0; i < r->n; i++) {
		const char *join = i == 0 ? "" : i + 1 == r->n ? " and " : ", ";
		names = xs_arena_printf(r->arena, "%s%s%s", names, join, r->entries[i].stage->name);
	}
	r->names = names;
}

/* One list for built-in and loaded stages: `pipeline:` cannot tell them apart. */
xs_registry *xs_registry_new(void)
{
	xs_registry *r = xs_calloc(1, sizeof *r);

	r->arena = xs_arena_new();
	for (size_t i = 0; i < sizeof registry_builtin / sizeof registry_builtin[0]; i++)
		registry_add(r, registry_builtin[i], "built in", false);
	registry_set_names(r);
	return r;
}

void xs_registry_free(xs_registry *r)
{
	if (!r)
		return;
	/* Their stages are used by nobody any more: the pipeline closes its steps first. */
	for (size_t i = 0; i < r->n_loaded; i++)
		xs_load_close(&r->loaded[i]);
	free(r->loaded);
	free(r->entries);
	xs_arena_free(r->arena);
	free(r);
}

/* The object is kept although a later stage of it is refused: stages before it are listed already. */
int xs_registry_load(xs_registry *r, const char *path)
{
	/* A copy: the configuration may go before the registry. */
	const char *origin = xs_arena_dup(r->arena, path);
	xs_loaded loaded;
	int rc = xs_load_open(&loaded, path);

	if (rc != XS_OK)
		return rc;
	r->loaded = xs_grow(r->loaded, r->n_loaded, &r->loaded_cap, sizeof *r->loaded);
	r->loaded[r->n_loaded++] = loaded;
	for (size_t i = 0; loaded.plugin->stages[i]; i++) {
		const xs_stage *stage = loaded.plugin->stages[i];
		const registry_entry *e = registry_entry_of(r, stage->name);
		/* A built-in stage gives way, as plugin.h says.  Of two plugins neither is better. */
		if (e && e->loaded)
			return xs_fail(
				XS_EINPUT,
				"plugin %s: it offers a stage %s, and so does plugin %s; only "
				"one of them can be used",
				path, stage->name, e->origin);
		registry_add(r, stage, origin, true);
	}
	registry_set_names(r);
	return XS_OK;
}

const xs_stage *xs_registry_find(const char **origin, const xs_registry *r, const char *name)
{
	const registry_entry *e = registry_entry_of(r, name);

	if (e && origin)
		*origin = e->origin;
	return e ? e->stage : NULL;
}

const char *xs_registry_names(const xs_registry *r)
{
	return r->names;
}
