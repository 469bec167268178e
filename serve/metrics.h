/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.h - what the server counts, as Prometheus reads it.
 *
 * Knows names and numbers, nothing of how a call is served.  Any thread. */
#ifndef XS_SERVE_METRICS_H
#define XS_SERVE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "plugin/plugin.h"
#include "serve/access.h"
#include "serve/call.h"
#include "serve/lane.h"
#include "serve/peers.h"

typedef struct xs_metrics xs_metrics;

xs_metrics *xs_metrics_new(void);
void xs_metrics_free(xs_metrics *m); /* NULL is fine */

/* Where the numbers of this moment come from, which are left out before; borrowed.  `lanes` has XS_LANES
 * items. */
void xs_metrics_watch(xs_metrics *m, xs_lane *const *lanes, xs_peers *peers, xs_access *access);

/* A call has been answered. */
void xs_metrics_call(xs_metrics *m, const xs_call *c);

/* A search has run: its stages' times, what the reranker did and why. */
void xs_metrics_search(xs_metrics *m, const xs_query *q);

/* A search was answered by an answer that was kept. */
void xs_metrics_kept(xs_metrics *m);

/* Texts were scored for the rerank API. */
void xs_metrics_scored(xs_metrics *m, size_t texts, uint64_t tokens);

/* Texts were embedded for the embedding API. */
void xs_metrics_embedded(xs_metrics *m, size_t texts, uint64_t tokens);

#endif
