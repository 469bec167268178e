/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intake.c - takes requests in from the library that speaks HTTP, and sends the replies.
 *
 * xs_intake_line() begins the exchange; xs_intake_handle() is called with the head, with pieces of
 * the body, and when all has arrived: the connection is suspended and the exchange takes a turn in
 * a lane.  There the handler makes the reply and the connection is resumed; xs_intake_handle() is
 * called once more and sends it; xs_intake_completed() frees the exchange. */
#include "serve/intake.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "serve/admit.h"
#include "serve/exchange.h"
#include "serve/reply.h"
#include "serve/wire.h"

/* Of a body that is too large, so many times the limit are read and thrown away, that the client may
 * see the reply; beyond it the connection is closed. */
enum { INTAKE_SWALLOW = 4 };

/* The connection whose request line was read last and whose head is not there yet.  Of the event
 * thread: the library writes into its log from others, too, and those must not see it. */
static _Thread_local struct MHD_Connection *intake_reading;

/* Before the body comes.  False: a reply is set. */
static bool intake_admit(xs_traffic *t, xs_exchange *x)
{
	xs_call *c = x->call;

	c->site = xs_traffic_site(t);
	c->metrics = t->metrics;
	x->limit = (uint64_t)xs_site_conf(c->site)->serve.max_body;
	x->most_bodies = (uint64_t)xs_site_conf(c->site)->serve.max_bodies;
	if (!xs_admit(c, t->rates))
		return false;
	/* By the length in the head, before the body is read. A body without it is counted as
	 * it comes (intake_piece()). */
	if (xs_wire_announced(c) <= x->limit)
		return true;
	xs_reply_error(c, 413, "the body has %llu bytes; serve.max_body allows %llu",
		       (unsigned long long)xs_wire_announced(c), (unsigned long long)x->limit);
	return false;
}

/* All of the request is there.  True: the connection is suspended, and the call may by now be at work in
 * another thread; false: a reply is set. */
static bool intake_dispatch(xs_traffic *t, xs_exchange *x)
{
	xs_call *c = x->call;
	int timeout = xs_site_conf(c->site)->serve.timeout_ms;

	c->deadline.at = c->arrived + timeout * 1000000LL;
	c->body = x->body.data;
	c->body_len = x->body.len;
	/* In the event thread: a probe gets its answer however full the lanes are. */
	if (c->route->flags & XS_ROUTE_NOW) {
		xs_exchange_run(c);
		return false;
	}
	/* Before `closed` is looked at: the server sets `closed` and then waits for this
	 * number, so it never misses a call. */
	atomic_fetch_add(&t->under_way, 1);
	x->dispatched = true;
	if (atomic_load(&t->closed)) {
		xs_reply_later(c, 503, 1, "the server is being stopped");
		return false;
	}
	x->lane = c->route->lane ? c->route->lane(c) : XS_LANE_SEARCH;
	/* All is set before the push: from there on another thread may have the call. */
	x->turn.client = c->client;
	xs_peers_working(t->peers, x->peer, &c->cancel);
	MHD_suspend_connection(x->connection);
	xs_exchange_push(x);
	return true;
}

static void intake_piece(xs_exchange *x, const char *bytes, size_t len)
{
	xs_call *c = x->call;

	x->seen += len;
	if (!c->reply.status && x->seen > x->limit)
		xs_reply_error(c, 413, "the body is larger than serve.max_body allows: %llu bytes",
			       (unsigned long long)x->limit);
	/* An error is set already. The rest of the body is read and dropped, so that the client
	 * gets to read the error. */
	if (c->reply.status)
		return;
	if (atomic_fetch_add(&x->traffic->bodies, len) + len > x->most_bodies) {
		atomic_fetch_sub(&x->traffic->bodies, len);
		xs_reply_later(c, 503, 1,
			       "the server is busy: it holds as many bodies as "
			       "serve.max_bodies allows; try again later");
		return;
	}
	x->held += len;
	xs_buf_put(&x->body, bytes, len);
}

static xs_peer *intake_peer(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

/* The head is there. */
static void intake_head(xs_exchange *x, const char *method, const char *path, const char *version)
{
	const char *wrong = xs_head_wrong(x->connection, &x->line, method, version);

	intake_reading = NULL;
	x->call = xs_wire_call(x->connection, method, path);
	x->broken = wrong != NULL;
	if (wrong)
		xs_reply_error(x->call, 400, "%s", wrong);
	else if (x->line.nul)
		/* The library has cut the path there. */
		xs_reply_error(x->call, 404, "there is nothing at %.200s%%00", path);
}

static enum MHD_Result intake_send(xs_traffic *t, xs_exchange *x)
{
	/* After a body that was not read to its end the next request would begin in the middle
	 * of it. */
	bool last = atomic_load(&t->closing) || x->seen > x->limit || x->broken;

	return xs_wire_reply(x->connection, x->call, last) ? MHD_YES : MHD_NO;
}

enum MHD_Result xs_intake_handle(void *user, struct MHD_Connection *connection, const char *path,
				 const char *method, const char *version, const char *bytes,
				 size_t *len, void **context)
{
	xs_traffic *t = user;
	xs_exchange *x = *context;

	(void)connection;
	if (!x->call) {
		intake_head(x, method, path, version);
		/* A body that is far beyond the limit, or has not been begun, or whose length nobody
		 * knows, is not waited for. */
		if (!intake_admit(t, x) &&
		    (x->broken || xs_wire_announced(x->call) > x->limit * INTAKE_SWALLOW ||
		     xs_call_header(x->call, "Expect")))
			return intake_send(t, x);
		return MHD_YES;
	}
	if (*len > 0) {
		intake_piece(x, bytes, *len);
		*len = 0;
		return x->seen > x->limit * INTAKE_SWALLOW ? MHD_NO : MHD_YES;
	}
	if (!x->call->reply.status && intake_dispatch(t, x))
		return MHD_YES;
	return intake_send(t, x);
}

void *xs_intake_line(void *user, const char *uri, struct MHD_Connection *connection)
{
	xs_traffic *t = user;
	xs_exchange *x = xs_calloc(1, sizeof *x);

	xs_buf_init(&x->body);
	x->traffic = t;
	x->connection = connection;
	x->peer = intake_peer(connection);
	/* NULL: the line has none, and the library refuses it. */
	xs_head_line_read(&x->line, uri ? uri : "");
	xs_peers_reading(t->peers, x->peer);
	intake_reading = connection;
	return x;
}

/* The library cannot be stopped from here; but what it then writes comes to nothing on a socket that is
 * closed for writing. */
void xs_intake_logged(void)
{
	static const char reply[] =
		"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
		"Content-Type: application/json\r\nContent-Length: 58\r\n\r\n"
		"{\"error\":\"Content-Length: expected a number\",\"status\":400}";
	int fd;

	if (!intake_reading || !xs_head_twice(intake_reading))
		return;
	fd = MHD_get_connection_info(intake_reading, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	/* Into the buffer of a socket that has sent nothing of this reply: it fits. */
	send(fd, reply, sizeof reply - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(fd, SHUT_WR);
	intake_reading = NULL;
}

void xs_intake_completed(void *user, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode how)
{
	xs_traffic *t = user;
	xs_exchange *x = *context;

	if (intake_reading == connection)
		intake_reading = NULL;
	if (!x)
		return;
	xs_peers_idle(t->peers, x->peer);
	/* Without a status there was no reply: the connection ended within the request. */
	if (x->call && x->call->reply.status) {
		xs_metrics_call(t->metrics, x->call);
		xs_access_write(t->access, x->call, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	}
	atomic_fetch_sub(&t->bodies, x->held);
	if (x->dispatched)
		atomic_fetch_sub(&t->under_way, 1);
	xs_call_free(x->call);
	xs_buf_fini(&x->body);
	free(x);
	*context = NULL;
}
