/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.h - runs that would delete most of an index: a folder that is not mounted, another site's
 * configuration.
 *
 * The store keeps the paths of its sources under the name "sources". */
#ifndef XS_INDEX_GUARD_H
#define XS_INDEX_GUARD_H

#include "index/handle.h"

/* The paths of sources as they are kept, in `a`. */
const char *xs_guard_sources(xs_arena *a, const xs_source *sources, size_t n);

/* XS_EINPUT, with a sentence on what to do: the index has pages and none of these sources, or `gone`
 * is more than half of its `stored` pages and more than four. */
int xs_guard(xs_index *ix, const xs_source *sources, size_t n, size_t gone, size_t stored);

#endif
