/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rate.h - how often each client may ask: a bucket of tokens a client, in bounded memory.
 *
 * Any thread. */
#ifndef XS_SERVE_RATE_H
#define XS_SERVE_RATE_H

typedef struct xs_rates xs_rates;

xs_rates *xs_rates_new(void);
void xs_rates_free(xs_rates *r); /* NULL is fine */

/* Whether `client` may ask now, when it may do so `rate` times a second on the whole and as often at once
 * (at least once).  0: it may; else the seconds until it may. */
double xs_rates_take(xs_rates *r, const char *client, double rate);

#endif
