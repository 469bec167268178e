/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.c - the HTTP server: takes requests in, lets lanes work on them, sends the replies.
 *
 * A call's way: server_handle() is called by the library with the head (the call is made), with pieces of
 * the body, and when all has arrived: the connection is suspended and the call takes a turn in a lane.
 * server_work() runs the handler there and resumes the connection; server_handle() is called once more and
 * sends the reply; server_completed() frees the call. */
#include "serve/server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/pool.h"
#include "serve/access.h"
#include "serve/admit.h"
#include "serve/lane.h"
#include "serve/listen.h"
#include "serve/metrics.h"
#include "serve/peers.h"
#include "serve/reply.h"
#include "serve/route.h"
#include "serve/site.h"
#include "serve/wire.h"

/* Bytes for the head of a request and of its reply. */
enum { SERVER_HEAD = 16 * 1024 };

/* Descriptors for other things than connections: indexes, files, the library's own. */
enum { SERVER_OTHER_FDS = 256, SERVER_SPARE_CONNECTIONS = 256 };

/* Of a body that is too large, so many times the limit are read and thrown away, that the client may
 * see the reply; beyond it the connection is closed. */
enum { SERVER_SWALLOW = 4 };

/* How long a stopping server waits for what connections that are kept open ask next. */
enum { SERVER_LAST_MS = 250 };

struct xs_server {
	xs_server_load *load;
	void *user;
	xs_arena *arena;
	const char *url, *where;
	int fd;
	pthread_mutex_t lock; /* of site */
	xs_site *site;
	xs_access *access;
	xs_metrics *metrics;
	xs_rates *rates;
	xs_peers *peers;
	xs_lane *lanes[XS_LANES];
	struct MHD_Daemon *daemon;
	_Atomic uint64_t bodies;     /* bytes of bodies that are held */
	atomic_size_t under_way;     /* calls that have, or had, a turn and are not completed */
	atomic_bool closing, closed; /* no new connections; no new calls either */
};

/* A call on its way. */
typedef struct server_call {
	xs_turn turn; /* the first member */
	xs_server *server;
	xs_call *call;
	struct MHD_Connection *connection;
	xs_peer *peer;
	xs_buf body;
	uint64_t limit, seen, held, most_bodies; /* bytes of the body; of all bodies */
	xs_lane_id lane;
	bool dispatched;
} server_call;

static xs_site *server_site(xs_server *s)
{
	xs_site *site;

	pthread_mutex_lock(&s->lock);
	site = xs_site_hold(s->site);
	pthread_mutex_unlock(&s->lock);
	return site;
}

static void server_run(xs_call *c)
{
	int rc;

	xs_fail(XS_OK, "%s", "");
	rc = c->route->run(c);
	if (rc == XS_ECANCEL && !atomic_load(&c->cancel))
		xs_reply_later(c, 503, 1, "the request took longer than serve.timeout_ms");
	else if (rc)
		xs_reply_failed(c, rc);
	if (!c->reply.status)
		xs_reply_error(c, 500, "the handler of %s gave no reply", c->route->path);
}

/* What waited so long that little of the reranker's time is left is answered without it. */
static void server_spend(xs_call *c)
{
	double budget = xs_site_conf(c->site)->rerank.budget_ms;

	if (budget > 0 && !c->no_rerank && xs_clock_ms(c->arrived) > 0.75 * budget)
		c->no_rerank =
			"the server is busy: the time for reranking was over before its turn came";
}

/* The client has hung up; the status is nginx's for that, and only counted. */
static void server_gone(xs_call *c)
{
	xs_reply_error(c, 499, "the client has hung up");
}

/* In a thread of a lane.  After the resume the call is the event thread's, and may be gone. */
static void server_work(xs_turn *t)
{
	server_call *sc = (server_call *)t;
	xs_call *c = sc->call;
	int64_t begin = xs_clock_ns();

	c->wait_ms = xs_clock_ms(t->since);
	if (sc->lane == XS_LANE_RERANK)
		server_spend(c);
	if (atomic_load(&c->cancel))
		server_gone(c);
	else if (xs_deadline_over(&c->deadline))
		xs_reply_later(c, 503, 1, "the request waited longer than serve.timeout_ms");
	else
		server_run(c);
	if (atomic_load(&c->cancel) && c->reply.status == 503)
		server_gone(c);
	c->work_ms = xs_clock_ms(begin);
	MHD_resume_connection(sc->connection);
}

/* How long a client had best wait, in seconds. */
static int server_retry(xs_server *s, xs_lane_id lane)
{
	double seconds = xs_lane_wait_ms(s->lanes[lane]) / 1000;

	return seconds < 1 ? 1 : seconds > 60 ? 60 : (int)(seconds + 0.999);
}

/* How many may wait in a lane.  A search that would wait for more than half of its budget had better be
 * answered without reranking at once. */
static size_t server_room(xs_server *s, const server_call *sc)
{
	double budget = xs_site_conf(sc->call->site)->rerank.budget_ms;

	if (sc->lane != XS_LANE_RERANK || budget <= 0)
		return xs_lane_room(s->lanes[sc->lane]);
	return xs_lane_fit(s->lanes[sc->lane], budget / 2);
}

/* Takes a turn; whoever finds no room is answered without reranking, or not now. */
static void server_push(xs_server *s, server_call *sc)
{
	while (sc) {
		server_call *full = (server_call *)xs_lane_push(s->lanes[sc->lane], &sc->turn,
								server_room(s, sc));

		if (full && full->lane == XS_LANE_RERANK) {
			full->call->no_rerank =
				"the server is busy: too many searches wait for reranking";
			full->lane = XS_LANE_SEARCH;
		} else if (full) {
			xs_reply_later(
				full->call, 503, server_retry(s, full->lane),
				"the server is busy: too many requests wait; try again later");
			MHD_resume_connection(full->connection);
			full = NULL;
		}
		sc = full;
	}
}

/* Before the body comes.  False: a reply is set. */
static bool server_admit(xs_server *s, server_call *sc)
{
	xs_call *c = sc->call;

	c->site = server_site(s);
	c->metrics = s->metrics;
	sc->limit = (uint64_t)xs_site_conf(c->site)->serve.max_body;
	sc->most_bodies = (uint64_t)xs_site_conf(c->site)->serve.max_bodies;
	if (!xs_admit(c, s->rates))
		return false;
	if (xs_wire_announced(c) <= sc->limit)
		return true;
	xs_reply_error(c, 413, "the body has %llu bytes; serve.max_body allows %llu",
		       (unsigned long long)xs_wire_announced(c), (unsigned long long)sc->limit);
	return false;
}

/* All of the request is there.  True: the connection is suspended, and the call may by now be at work in
 * another thread; false: a reply is set. */
static bool server_dispatch(xs_server *s, server_call *sc)
{
	xs_call *c = sc->call;
	int timeout = xs_site_conf(c->site)->serve.timeout_ms;

	c->deadline.at = c->arrived + timeout * 1000000LL;
	c->body = sc->body.data;
	c->body_len = sc->body.len;
	if (c->route->flags & XS_ROUTE_NOW) {
		server_run(c);
		return false;
	}
	atomic_fetch_add(&s->under_way, 1);
	sc->dispatched = true;
	if (atomic_load(&s->closed)) {
		xs_reply_later(c, 503, 1, "the server is being stopped");
		return false;
	}
	sc->lane = c->route->lane ? c->route->lane(c) : XS_LANE_SEARCH;
	sc->turn.client = c->client;
	xs_peers_working(s->peers, sc->peer, &c->cancel);
	MHD_suspend_connection(sc->connection);
	server_push(s, sc);
	return true;
}

static void server_piece(server_call *sc, const char *bytes, size_t len)
{
	xs_call *c = sc->call;

	sc->seen += len;
	if (!c->reply.status && sc->seen > sc->limit)
		xs_reply_error(c, 413, "the body is larger than serve.max_body allows: %llu bytes",
			       (unsigned long long)sc->limit);
	if (c->reply.status)
		return;
	if (atomic_fetch_add(&sc->server->bodies, len) + len > sc->most_bodies) {
		atomic_fetch_sub(&sc->server->bodies, len);
		xs_reply_later(c, 503, 1,
			       "the server is busy: it holds as many bodies as "
			       "serve.max_bodies allows; try again later");
		return;
	}
	sc->held += len;
	xs_buf_put(&sc->body, bytes, len);
}

static xs_peer *server_peer(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

static server_call *server_begin(xs_server *s, struct MHD_Connection *connection,
				 const char *method, const char *path)
{
	server_call *sc = xs_calloc(1, sizeof(*sc));

	xs_buf_init(&sc->body);
	sc->server = s;
	sc->connection = connection;
	sc->peer = server_peer(connection);
	sc->call = xs_wire_call(connection, method, path);
	return sc;
}

static enum MHD_Result server_send(xs_server *s, server_call *sc)
{
	bool last = atomic_load(&s->closing) || sc->seen > sc->limit;

	return xs_wire_reply(sc->connection, sc->call, last) ? MHD_YES : MHD_NO;
}

static enum MHD_Result server_handle(void *user, struct MHD_Connection *connection,
				     const char *path, const char *method, const char *version,
				     const char *bytes, size_t *len, void **context)
{
	xs_server *s = user;
	server_call *sc = *context;

	(void)version;
	if (!sc) {
		*context = sc = server_begin(s, connection, method, path);
		/* A body that is far beyond the limit, or has not been begun, is not waited for. */
		if (!server_admit(s, sc) &&
		    (xs_wire_announced(sc->call) > sc->limit * SERVER_SWALLOW ||
		     xs_call_header(sc->call, "Expect")))
			return server_send(s, sc);
		return MHD_YES;
	}
	if (*len > 0) {
		server_piece(sc, bytes, *len);
		*len = 0;
		return sc->seen > sc->limit * SERVER_SWALLOW ? MHD_NO : MHD_YES;
	}
	if (!sc->call->reply.status && server_dispatch(s, sc))
		return MHD_YES;
	return server_send(s, sc);
}

/* The request line has been read. */
static void *server_line(void *user, const char *uri, struct MHD_Connection *connection)
{
	xs_server *s = user;

	(void)uri;
	xs_peers_reading(s->peers, server_peer(connection));
	return NULL;
}

static void server_completed(void *user, struct MHD_Connection *connection, void **context,
			     enum MHD_RequestTerminationCode how)
{
	xs_server *s = user;
	server_call *sc = *context;

	(void)connection;
	if (!sc)
		return;
	xs_peers_idle(s->peers, sc->peer);
	if (sc->call->reply.status) {
		xs_metrics_call(s->metrics, sc->call);
		xs_access_write(s->access, sc->call, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	}
	atomic_fetch_sub(&s->bodies, sc->held);
	if (sc->dispatched)
		atomic_fetch_sub(&s->under_way, 1);
	xs_call_free(sc->call);
	xs_buf_fini(&sc->body);
	free(sc);
	*context = NULL;
}

static void server_connection(void *user, struct MHD_Connection *connection, void **context,
			      enum MHD_ConnectionNotificationCode what)
{
	xs_server *s = user;

	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*context = xs_peers_add(s->peers,
					MHD_get_connection_info(connection,
								MHD_CONNECTION_INFO_CONNECTION_FD)
						->connect_fd);
	else if (*context)
		xs_peers_remove(s->peers, *context);
}

static void server_log(void *user, const char *format, va_list args) XS_PRINTF(2, 0);
static void server_log(void *user, const char *format, va_list args)
{
	char text[512];

	(void)user;
	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\r\n")] = '\0';
	xs_log(XS_LOG_DEBUG, "http: %s", text);
}

/* As many connections as the settings and the system allow. */
static size_t server_connections(const xs_conf *conf)
{
	size_t want = (size_t)conf->serve.max_connections, room;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r))
		return want;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_cur == RLIM_INFINITY ||
	    r.rlim_cur > want + SERVER_OTHER_FDS + SERVER_SPARE_CONNECTIONS)
		return want;
	room = r.rlim_cur > SERVER_OTHER_FDS + SERVER_SPARE_CONNECTIONS + 16
		       ? (size_t)r.rlim_cur - SERVER_OTHER_FDS - SERVER_SPARE_CONNECTIONS
		       : 16;
	xs_log(XS_LOG_WARN, "serve.max_connections: the system's limit of open files allows %zu",
	       room);
	return room;
}

static int server_listen(xs_server *s, const xs_conf *conf)
{
	size_t most = server_connections(conf);

	s->where = xs_arena_dup(s->arena, conf->serve.listen);
	if (xs_listen_open(&s->fd, &s->url, s->arena, s->where))
		return XS_EINPUT;
	s->peers = xs_peers_new(most, conf->serve.read_timeout, conf->serve.idle_timeout);
	xs_metrics_watch(s->metrics, s->lanes, s->peers, s->access);
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
		NULL, server_handle, s,
		/* First, so that it has all that is said. */
		MHD_OPTION_EXTERNAL_LOGGER, server_log, NULL, MHD_OPTION_LISTEN_SOCKET,
		(MHD_socket)s->fd, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)(most + SERVER_SPARE_CONNECTIONS), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)SERVER_HEAD, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)conf->serve.idle_timeout, MHD_OPTION_NOTIFY_CONNECTION, server_connection,
		s, MHD_OPTION_NOTIFY_COMPLETED, server_completed, s, MHD_OPTION_URI_LOG_CALLBACK,
		server_line, s, MHD_OPTION_END);
	if (!s->daemon)
		return xs_fail(XS_EIO, "serve.listen: the HTTP library could not start on %s",
			       s->url);
	return XS_OK;
}

static void server_lanes(xs_server *s, const xs_conf *conf)
{
	unsigned threads = (unsigned)conf->serve.threads, n = (unsigned)conf->serve.rerank_at_once;
	size_t room = (size_t)conf->serve.queue;

	s->lanes[XS_LANE_SEARCH] =
		xs_lane_new(threads ? threads : xs_pool_cpus() + 1, room, server_work);
	s->lanes[XS_LANE_RERANK] = xs_lane_new(n, room, server_work);
	s->lanes[XS_LANE_SCORE] = xs_lane_new(n, room, server_work);
}

static int server_access(xs_server *s, const xs_conf *conf)
{
	const char *path = conf->serve.access_log;

	return s->access ? xs_access_reopen(s->access, path, conf->serve.log_addresses)
			 : xs_access_open(&s->access, path, conf->serve.log_addresses);
}

int xs_server_start(xs_server **out, xs_server_load *load, void *user)
{
	xs_server *s = xs_calloc(1, sizeof(*s));
	xs_conf *conf;
	int rc;

	*out = NULL;
	s->load = load;
	s->user = user;
	s->fd = -1;
	s->arena = xs_arena_new();
	s->metrics = xs_metrics_new();
	s->rates = xs_rates_new();
	pthread_mutex_init(&s->lock, NULL);
	rc = load(&conf, user);
	if (!rc)
		rc = xs_site_open(&s->site, conf);
	if (!rc)
		rc = server_access(s, xs_site_conf(s->site));
	if (!rc) {
		server_lanes(s, xs_site_conf(s->site));
		rc = server_listen(s, xs_site_conf(s->site));
	}
	if (rc)
		xs_server_stop(s);
	else
		*out = s;
	return rc;
}

const char *xs_server_url(const xs_server *s)
{
	return s->url;
}

int xs_server_reload(xs_server *s)
{
	xs_site *site, *old;
	xs_conf *conf;
	int rc = s->load(&conf, s->user);

	if (!rc)
		rc = xs_site_open(&site, conf);
	if (rc)
		return rc;
	rc = server_access(s, xs_site_conf(site));
	if (rc) {
		xs_site_release(site);
		return rc;
	}
	pthread_mutex_lock(&s->lock);
	old = s->site;
	s->site = site;
	pthread_mutex_unlock(&s->lock);
	xs_site_release(old);
	return XS_OK;
}

/* Whether all have their replies.  A connection that is kept open gets its next reply, too, with the word
 * that it is the last, if it asks within a moment. */
static bool server_quiet(xs_server *s, double ms)
{
	xs_peers_count n;

	if (atomic_load(&s->under_way) > 0)
		return false;
	xs_peers_counts(s->peers, &n);
	return n.open == 0 || ms > SERVER_LAST_MS;
}

/* Until all is quiet, at most `most` milliseconds. */
static void server_wait(xs_server *s, double most)
{
	const struct timespec moment = {0, 5000000};
	int64_t begin = xs_clock_ns();

	while (!server_quiet(s, xs_clock_ms(begin)) && xs_clock_ms(begin) < most)
		nanosleep(&moment, NULL);
}

/* The library wants no connection suspended when it is stopped. */
static void server_drain(xs_server *s)
{
	atomic_store(&s->closing, true);
	MHD_quiesce_daemon(s->daemon);
	/* At once: who comes now is refused, or waits at the service manager's socket for the next process. */
	xs_listen_close(s->fd, s->where);
	s->fd = -1;
	server_wait(s, xs_site_conf(s->site)->serve.timeout_ms);
	atomic_store(&s->closed, true);
	xs_peers_cancel(s->peers);
	while (atomic_load(&s->under_way) > 0)
		server_wait(s, 1000);
	MHD_stop_daemon(s->daemon);
}

void xs_server_stop(xs_server *s)
{
	if (!s)
		return;
	if (s->daemon)
		server_drain(s);
	for (size_t i = 0; i < XS_LANES; i++)
		xs_lane_free(s->lanes[i]);
	xs_peers_free(s->peers);
	xs_listen_close(s->fd, s->where);
	xs_site_release(s->site);
	xs_access_close(s->access);
	xs_rates_free(s->rates);
	xs_metrics_free(s->metrics);
	pthread_mutex_destroy(&s->lock);
	xs_arena_free(s->arena);
	free(s);
}
