/* SPDX-License-Identifier: GPL-2.0-or-later */
/* polite.h - how often one server is asked, and how many requests at once.
 *
 * It begins with one request at a time.  A server that answers well and soon gets more, one that is in trouble is
 * left alone for longer and longer.  Knows times alone.  One thread. */
#ifndef XS_CRAWL_POLITE_H
#define XS_CRAWL_POLITE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct xs_polite {
	double least_ms; /* between the starts of two requests: the settings', or what robots.txt asks */
	double delay_ms;   /* now: that, or more after trouble */
	int most, allowed; /* requests at once: the settings', and now */
	int active, good;  /* on their way; good answers since the last change */
	int bad;	   /* answers in trouble since the last good one */
	double usual_ms;   /* of an answer, a mean that follows slowly; 0: none came yet */
	int64_t next_ns;   /* when the next one may start, xs_clock_ns() */
} xs_polite;

/* `asks_s`: seconds between requests that the server itself asks for (then one at a time); 0: nothing. */
void xs_polite_init(xs_polite *p, double least_ms, int most, double asks_s);

/* Whether a request may start at this moment. */
bool xs_polite_ready(const xs_polite *p, int64_t now_ns);

/* One starts; one ends: after `ms`, in trouble (an overload, no answer) or not.  `retry_s`: the server wants no
 * request for so long; < 0: it does not say. */
void xs_polite_begin(xs_polite *p, int64_t now_ns);
void xs_polite_end(xs_polite *p, int64_t now_ns, double ms, bool trouble, double retry_s);

#endif
