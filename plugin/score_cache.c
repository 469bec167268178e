/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_cache.c - scores of pairs seen before: one table, one place a key. */
#include "plugin/score_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/memory.h"

typedef struct cache_place {
	xs_score_key key;
	xs_score score;
	bool used;
} cache_place;

struct xs_score_cache {
	pthread_mutex_t lock;
	size_t n;
	cache_place *places;
};

xs_score_key xs_score_key_of(const char *const *parts, size_t n)
{
	XXH3_state_t state;
	XXH128_hash_t hash;

	XXH3_INITSTATE(&state);
	XXH3_128bits_reset(&state);
	for (size_t i = 0; i < n; i++)
		XXH3_128bits_update(&state, parts[i], strlen(parts[i]) + 1);
	hash = XXH3_128bits_digest(&state);
	return (xs_score_key){hash.low64, hash.high64};
}

xs_score_cache *xs_score_cache_new(size_t n)
{
	xs_score_cache *c = xs_calloc(1, sizeof(*c));

	c->n = n;
	c->places = xs_calloc(n, sizeof(*c->places));
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void xs_score_cache_free(xs_score_cache *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c->places);
	free(c);
}

static cache_place *cache_place_of(xs_score_cache *c, xs_score_key key)
{
	return &c->places[key.low % c->n];
}

bool xs_score_cache_get(xs_score *out, xs_score_cache *c, xs_score_key key)
{
	const cache_place *p = cache_place_of(c, key);
	bool found;

	pthread_mutex_lock(&c->lock);
	found = p->used && p->key.low == key.low && p->key.high == key.high;
	if (found)
		*out = p->score;
	pthread_mutex_unlock(&c->lock);
	return found;
}

void xs_score_cache_put(xs_score_cache *c, xs_score_key key, const xs_score *score)
{
	cache_place *p = cache_place_of(c, key);

	pthread_mutex_lock(&c->lock);
	*p = (cache_place){key, *score, true};
	pthread_mutex_unlock(&c->lock);
}
