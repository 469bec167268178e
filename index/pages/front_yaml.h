/* SPDX-License-Identifier: GPL-2.0-or-later */
/* front_yaml.h - a map of YAML to JSON, by libyaml. */
#ifndef XS_INDEX_PAGES_FRONT_YAML_H
#define XS_INDEX_PAGES_FRONT_YAML_H

#include <jansson.h>
#include <stddef.h>

#include "base/arena.h"

/* The map that `text` is, an empty one if there is nothing but comments; the caller drops it.  How values
 * are read, and the limits: front.h.
 * NULL and *problem NULL: it is a single text, no map.  NULL and *problem set (in `a`): it is damaged, at
 * *line, from 1 (0: not known). */
json_t *xs_front_yaml(const char **problem, long *line, xs_arena *a, const char *text, size_t len);

#endif
