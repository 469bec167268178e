/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rate.c - how often each client may ask. */
#include "serve/rate.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/clock.h"
#include "base/memory.h"

/* Clients that are remembered.  Where a client's place is that of another, the one that asked longer ago is
 * forgotten, which at worst gives it a full bucket. */
enum { RATE_SETS = 1024, RATE_WAYS = 8 };

typedef struct rate_bucket {
	uint64_t client; /* hash of its name; 0: none */
	int64_t at;	 /* when it last asked */
	double tokens;
} rate_bucket;

struct xs_rates {
	pthread_mutex_t lock;
	rate_bucket buckets[RATE_SETS][RATE_WAYS];
};

xs_rates *xs_rates_new(void)
{
	xs_rates *r = xs_calloc(1, sizeof *r);

	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void xs_rates_free(xs_rates *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* The client's bucket, a full one if it is new. */
static rate_bucket *rate_find(xs_rates *r, uint64_t client, double most, int64_t now)
{
	rate_bucket *set = r->buckets[client % RATE_SETS], *oldest = set;

	for (int i = 0; i < RATE_WAYS; i++) {
		if (set[i].client == client)
			return &set[i];
		if (set[i].at < oldest->at)
			oldest = &set[i];
	}
	*oldest = (rate_bucket){client, now, most};
	return oldest;
}

double xs_rates_take(xs_rates *r, const char *client, double rate)
{
	uint64_t hash = XXH3_64bits(client, strlen(client)) | 1;
	double most = rate > 1 ? rate : 1, wait = 0;
	rate_bucket *b;
	int64_t now;

	if (rate <= 0)
		return 0;
	pthread_mutex_lock(&r->lock);
	now = xs_clock_ns();
	b = rate_find(r, hash, most, now);
	b->tokens += (double)(now - b->at) / 1e9 * rate;
	b->tokens = b->tokens > most ? most : b->tokens;
	b->at = now;
	if (b->tokens >= 1)
		b->tokens -= 1;
	else
		wait = (1 - b->tokens) / rate;
	pthread_mutex_unlock(&r->lock);
	return wait;
}
