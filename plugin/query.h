/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.h - a query's memory, and what the program knows of it that no plugin sees.
 *
 * A query is made here and nowhere else: behind the struct of plugin.h lie its arena and the index,
 * so that these can change without a new ABI.  One thread at a time. */
#ifndef XS_PLUGIN_QUERY_H
#define XS_PLUGIN_QUERY_H

#include <stdint.h>

#include "base/arena.h"
#include "plugin/plugin.h"

struct xs_index;

/* An empty query with its own arena, in which the query itself lives too; the caller fills its
 * first part.  xs_query_free() releases all that its stages made.  NULL is fine. */
xs_query *xs_query_new(void);
void xs_query_free(xs_query *q);

/* Its arena; ends with it. */
xs_arena *xs_query_arena(const xs_query *q);

/* For the length of a run: the index that is searched, and whether a plugin's stage runs too, which
 * may look at all candidates.  NULL and false outside of one. */
void xs_query_set_index(xs_query *q, struct xs_index *index, bool foreign);
struct xs_index *xs_query_index(const xs_query *q);
bool xs_query_foreign(const xs_query *q);

/* The question that its results are of: its text, or the other spelling that is shown in its place.
 * Borrowed. */
const char *xs_query_searched(const xs_query *q);

/* Passages that meaning alone found, for counting (xs_facet_request.added).  Borrowed; none at first. */
void xs_query_set_added(xs_query *q, const uint64_t *passages, size_t n);
const uint64_t *xs_query_added(size_t *n, const xs_query *q);

/* The pages that are to come first, in this order, as numbers of paging_token.h: an order that was shown to
 * somebody stays.  Borrowed; none at first. */
void xs_query_set_order(xs_query *q, const uint32_t *pages, size_t n);
const uint32_t *xs_query_order(size_t *n, const xs_query *q);

#endif
