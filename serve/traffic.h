/* SPDX-License-Identifier: GPL-2.0-or-later */
/* traffic.h - what all requests of a server share: the site, the lanes, the limits, the counts.
 *
 * The server makes it and outlives all that use it; each member is safe for any thread on its own.
 * Knows nothing of HTTP. */
#ifndef XS_SERVE_TRAFFIC_H
#define XS_SERVE_TRAFFIC_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "serve/access.h"
#include "serve/lane.h"
#include "serve/metrics.h"
#include "serve/peers.h"
#include "serve/rate.h"
#include "serve/route.h"
#include "serve/site.h"

typedef struct xs_traffic {
	pthread_mutex_t lock; /* of site */
	xs_site *site;
	xs_access *access;
	xs_metrics *metrics;
	xs_rates *rates;
	xs_peers *peers;
	xs_lane *lanes[XS_LANES];
	_Atomic uint64_t bodies;     /* bytes of bodies that are held */
	atomic_size_t under_way;     /* exchanges that have, or had, a turn and are not completed */
	atomic_bool closing, closed; /* no new connections; no new exchanges either */
} xs_traffic;

/* With counts and limits, and without site, log, connections and lanes: the server puts those in. */
void xs_traffic_init(xs_traffic *out);
/* Ends when all lanes have worked off what waits in them. */
void xs_traffic_fini(xs_traffic *t);

/* The site as it is now, held for the caller, who releases it. */
xs_site *xs_traffic_site(xs_traffic *t);
/* Puts another site, which it takes from the caller, in place of the one that there is. */
void xs_traffic_swap(xs_traffic *t, xs_site *site);

#endif
