/* SPDX-License-Identifier: GPL-2.0-or-later */
/* traffic.c - what all requests of a server share: the site, the lanes, the limits, the counts. */
#include "serve/traffic.h"

#include <string.h>

void xs_traffic_init(xs_traffic *out)
{
	memset(out, 0, sizeof *out);
	pthread_mutex_init(&out->lock, NULL);
	out->metrics = xs_metrics_new();
	out->rates = xs_rates_new();
}

/* The lanes first: their threads use all the rest until they end. */
void xs_traffic_fini(xs_traffic *t)
{
	for (size_t i = 0; i < XS_LANES; i++)
		xs_lane_free(t->lanes[i]);
	xs_peers_free(t->peers);
	xs_site_release(t->site);
	xs_access_close(t->access);
	xs_rates_free(t->rates);
	xs_metrics_free(t->metrics);
	pthread_mutex_destroy(&t->lock);
}

xs_site *xs_traffic_site(xs_traffic *t)
{
	xs_site *site;

	pthread_mutex_lock(&t->lock);
	site = xs_site_hold(t->site);
	pthread_mutex_unlock(&t->lock);
	return site;
}

/* The old site is released outside the lock: with its last holder it closes indexes and the model, which
 * takes time that requests must not wait for. */
void xs_traffic_swap(xs_traffic *t, xs_site *site)
{
	xs_site *old;

	pthread_mutex_lock(&t->lock);
	old = t->site;
	t->site = site;
	pthread_mutex_unlock(&t->lock);
	xs_site_release(old);
}
