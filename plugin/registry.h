/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registry.h - the stages that can be named in `pipeline:`, built in and loaded.
 *
 * One thread fills a registry; then any number may read it. */
#ifndef XS_PLUGIN_REGISTRY_H
#define XS_PLUGIN_REGISTRY_H

#include "plugin/load.h"

/* The built-in stages, each in the file stage_<name>.c. */
extern const xs_stage xs_stage_parse, xs_stage_retrieve, xs_stage_rerank, xs_stage_blend,
	xs_stage_group, xs_stage_snippet;

typedef struct xs_registry xs_registry;

/* A registry of the built-in stages.  The caller frees it; pointers from it end with it. */
xs_registry *xs_registry_new(void);
void xs_registry_free(xs_registry *r); /* NULL is fine */

/* Adds the stages of the shared object at `path`, which stays loaded as long as the registry.  A
 * stage that has the name of a built-in one takes its place.  Codes of xs_load_open(), and
 * XS_EINPUT: another plugin offers a stage of that name. */
int xs_registry_load(xs_registry *r, const char *path);

/* The stage of that name, NULL if there is none; *origin (may be NULL) is "built in" or the
 * path it was loaded from. */
const xs_stage *xs_registry_find(const char **origin, const xs_registry *r, const char *name);

/* All names, "a, b and c", for messages.  Borrowed. */
const char *xs_registry_names(const xs_registry *r);

#endif
