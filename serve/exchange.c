/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exchange.c - one request on its way to its reply, and its turn in a lane. */
#include "serve/exchange.h"

#include <microhttpd.h>

#include "base/clock.h"
#include "serve/reply.h"

void xs_exchange_run(xs_call *c)
{
	int rc;

	/* The thread's last sentence is of another call, and must not be told in this one. */
	xs_fail(XS_OK, "%s", "");
	rc = c->route->run(c);
	if (rc == XS_ECANCEL && !atomic_load(&c->cancel))
		xs_reply_later(c, 503, 1, "the request took longer than serve.timeout_ms");
	else if (rc != XS_OK)
		xs_reply_failed(c, rc);
	if (!c->reply.status)
		xs_reply_error(c, 500, "the handler of %s gave no reply", c->route->path);
}

/* What waited so long that little of the reranker's time is left is answered without it. */
static void exchange_spend(xs_call *c)
{
	double budget = xs_site_conf(c->site)->rerank.budget_ms;

	if (budget > 0 && !c->no_rerank && xs_clock_ms(c->arrived) > 0.75 * budget)
		c->no_rerank =
			"the server is busy: the time for reranking was over before its turn came";
}

/* The client has hung up; the status is nginx's for that, and only counted. */
static void exchange_gone(xs_call *c)
{
	xs_reply_error(c, 499, "the client has hung up");
}

/* In a thread of a lane.  After the resume the call is the event thread's, and may be gone. */
void xs_exchange_work(xs_turn *t)
{
	xs_exchange *x = (xs_exchange *)t;
	xs_call *c = x->call;
	int64_t begin = xs_clock_ns();

	c->wait_ms = xs_clock_ms(t->since);
	if (x->lane == XS_LANE_RERANK)
		exchange_spend(c);
	if (atomic_load(&c->cancel))
		exchange_gone(c);
	else if (xs_deadline_over(&c->deadline))
		xs_reply_later(c, 503, 1, "the request waited longer than serve.timeout_ms");
	else
		xs_exchange_run(c);
	/* It hung up while it was worked for: not a busy server, so it is not counted as one. */
	if (atomic_load(&c->cancel) && c->reply.status == 503)
		exchange_gone(c);
	c->work_ms = xs_clock_ms(begin);
	MHD_resume_connection(x->connection);
}

/* How long a client had best wait, in seconds. */
static int exchange_retry(const xs_traffic *t, xs_lane_id lane)
{
	double seconds = xs_lane_wait_ms(t->lanes[lane]) / 1000;

	return seconds < 1 ? 1 : seconds > 60 ? 60 : (int)(seconds + 0.999);
}

/* How many may wait in a lane.  A search that would wait for more than half of its budget had better be
 * answered without reranking at once. */
static size_t exchange_room(const xs_traffic *t, const xs_exchange *x)
{
	double budget = xs_site_conf(x->call->site)->rerank.budget_ms;

	if (x->lane != XS_LANE_RERANK || budget <= 0)
		return xs_lane_room(t->lanes[x->lane]);
	return xs_lane_fit(t->lanes[x->lane], budget / 2);
}

/* Takes a turn; whoever finds no room is answered without reranking, or not now. */
void xs_exchange_push(xs_exchange *x)
{
	xs_traffic *t = x->traffic;

	/* Whoever is pushed out of the lane of reranking tries the quick one, where another may
	 * lose its place in turn; there nobody goes on to a third. */
	while (x) {
		xs_exchange *full = (xs_exchange *)xs_lane_push(t->lanes[x->lane], &x->turn,
								exchange_room(t, x));

		if (full && full->lane == XS_LANE_RERANK) {
			full->call->no_rerank =
				"the server is busy: too many searches wait for reranking";
			full->lane = XS_LANE_SEARCH;
		} else if (full) {
			xs_reply_later(
				full->call, 503, exchange_retry(t, full->lane),
				"the server is busy: too many requests wait; try again later");
			MHD_resume_connection(full->connection);
			full = NULL;
		}
		x = full;
	}
}
