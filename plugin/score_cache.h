/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_cache.h - scores of pairs seen before, in an SQLite file, bounded; the least recently used
 * go first.
 *
 * A score is found by a hash of all that makes it, so an entry is never wrong, only unused: when a
 * passage changes, its new text has another key.  Losing the file costs time alone.  So nothing here
 * fails: what cannot be read is not known, what cannot be written is forgotten, and the operator is
 * told once.  Knows nothing of texts and models: the caller hashes them.  Any number of threads,
 * and of processes on one file. */
#ifndef XS_PLUGIN_SCORE_CACHE_H
#define XS_PLUGIN_SCORE_CACHE_H

#include "plugin/plugin.h"
#include "rerank/rerank.h"

typedef struct xs_score_cache xs_score_cache;

typedef struct xs_score_key {
	uint64_t low, high;
} xs_score_key;

/* The key of texts that are scored in one way (`identity`); the texts' bounds count, so ("ab", "c")
 * differs from ("a", "bc"). */
xs_score_key xs_score_key_of(uint64_t identity, const char *const *texts, size_t n);

typedef struct xs_score_entry {
	xs_score_key key; /* the caller's */
	bool known;	  /* set by get() */
	bool fresh;	  /* set by the caller with a new score that is to be kept */
	xs_score score;	  /* logit and numbers of tokens are kept, the rest follows from them */
	int64_t age;	  /* set by get(): scores that were written since the last use */
} xs_score_entry;

/* A cache of about `entries` scores (1 or more) in the file at `path`, which is opened, and made
 * with its folder, at the first use.  `host` is borrowed, for its log.  The caller frees it. */
xs_score_cache *xs_score_cache_new(const xs_host *host, const char *path, size_t entries);
void xs_score_cache_free(xs_score_cache *c); /* NULL is fine */

/* Looks up all keys in one transaction.  A NULL cache knows none. */
void xs_score_cache_get(xs_score_cache *c, xs_score_entry *e, size_t n);

/* In one transaction: keeps those that are fresh, notes the use of those that were known, removes
 * what is beyond the bound.  Writes nothing when there is nothing to say. */
void xs_score_cache_put(xs_score_cache *c, const xs_score_entry *e, size_t n);

#endif
