/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_cache.h - scores of pairs seen before, in memory, bounded.
 *
 * A score depends on the pair, the model and the options alone, and a cache belongs to one model with
 * one set of options, so what it gives is what the model would.  Knows nothing of texts: the
 * caller hashes them.  Any number of threads. */
#ifndef XS_PLUGIN_SCORE_CACHE_H
#define XS_PLUGIN_SCORE_CACHE_H

#include "rerank/rerank.h"

typedef struct xs_score_cache xs_score_cache;

/* 128 bits of (query, text). */
typedef struct xs_score_key {
	uint64_t low, high;
} xs_score_key;

/* The key of a pair; the parts' bounds count, so ("ab", "c") differs from ("a", "bc"). */
xs_score_key xs_score_key_of(const char *const *parts, size_t n);

/* A cache of `n` places; a new score takes the place of an older one whose key falls there. */
xs_score_cache *xs_score_cache_new(size_t n);
void xs_score_cache_free(xs_score_cache *c); /* NULL is fine */

/* False: not known. */
bool xs_score_cache_get(xs_score *out, xs_score_cache *c, xs_score_key key);
void xs_score_cache_put(xs_score_cache *c, xs_score_key key, const xs_score *score);

#endif
