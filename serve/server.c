/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.c - the HTTP server's life: it starts, reads its settings anew, and stops.
 *
 * What becomes of a request is intake.c's. */
#include "serve/server.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/pool.h"
#include "serve/exchange.h"
#include "serve/intake.h"
#include "serve/listen.h"
#include "serve/traffic.h"

/* Bytes for the head of a request and of its reply. */
enum { SERVER_HEAD = 16 * 1024 };

/* Descriptors for other things than connections: indexes, files, the library's own. */
enum { SERVER_OTHER_FDS = 256, SERVER_SPARE_CONNECTIONS = 256 };

/* How long a stopping server waits for what connections that are kept open ask next. */
enum { SERVER_LAST_MS = 250 };

struct xs_server {
	xs_server_load *load;
	void *user;
	xs_arena *arena;
	const char *url, *where;
	int fd;
	xs_traffic traffic;
	struct MHD_Daemon *daemon;
};

static void server_connection(void *user, struct MHD_Connection *connection, void **context,
			      enum MHD_ConnectionNotificationCode what)
{
	xs_traffic *t = user;

	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		/* From the first byte on: a client that connects and sends nothing is watched,
		 * too. */
		*context = xs_peers_add(t->peers,
					MHD_get_connection_info(connection,
								MHD_CONNECTION_INFO_CONNECTION_FD)
						->connect_fd);
	else if (*context)
		xs_peers_remove(t->peers, *context);
}

static void server_log(void *user, const char *format, va_list args) XS_PRINTF(2, 0);
static void server_log(void *user, const char *format, va_list args)
{
	char text[512];

	(void)user;
	/* The library's sentences end in a newline, and the log adds its own. */
	vsnprintf(text, sizeof text, format, args);
	text[strcspn(text, "\r\n")] = '\0';
	xs_log(XS_LOG_DEBUG, "http: %s", text);
	xs_intake_logged();
}

/* As many connections as the settings and the system allow. */
static size_t server_connections(const xs_conf *conf)
{
	size_t want = (size_t)conf->serve.max_connections, room;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r))
		return want;
	/* A process may raise its soft limit itself, which is 1024 on most systems: too few for
	 * a server. */
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
	s->traffic.peers = xs_peers_new(most, conf->serve.read_timeout, conf->serve.idle_timeout);
	xs_metrics_watch(s->traffic.metrics, s->traffic.lanes, s->traffic.peers, s->traffic.access);
	/* One event thread, with epoll: requests that wait are suspended, so thousands of connections need no threads. */
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
		NULL, xs_intake_handle, &s->traffic,
		/* First, so that it has all that is said. */
		MHD_OPTION_EXTERNAL_LOGGER, server_log, NULL, MHD_OPTION_STRICT_FOR_CLIENT,
		xs_head_strict(), MHD_OPTION_LISTEN_SOCKET, (MHD_socket)s->fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)(most + SERVER_SPARE_CONNECTIONS),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_HEAD,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)conf->serve.idle_timeout,
		MHD_OPTION_NOTIFY_CONNECTION, server_connection, &s->traffic,
		MHD_OPTION_NOTIFY_COMPLETED, xs_intake_completed, &s->traffic,
		MHD_OPTION_URI_LOG_CALLBACK, xs_intake_line, &s->traffic, MHD_OPTION_END);
	if (!s->daemon)
		return xs_fail(XS_EIO, "serve.listen: the HTTP library could not start on %s",
			       s->url);
	return XS_OK;
}

static void server_lanes(xs_server *s, const xs_conf *conf)
{
	unsigned threads = (unsigned)conf->serve.threads, n = (unsigned)conf->serve.rerank_at_once;
	size_t room = (size_t)conf->serve.queue;

	s->traffic.lanes[XS_LANE_SEARCH] =
		xs_lane_new(threads ? threads : xs_pool_cpus() + 1, room, xs_exchange_work);
	s->traffic.lanes[XS_LANE_RERANK] = xs_lane_new(n, room, xs_exchange_work);
	s->traffic.lanes[XS_LANE_SCORE] = xs_lane_new(n, room, xs_exchange_work);
}

static int server_access(xs_server *s, const xs_conf *conf)
{
	const char *path = conf->serve.access_log;

	return s->traffic.access
		       ? xs_access_reopen(s->traffic.access, path, conf->serve.log_addresses)
		       : xs_access_open(&s->traffic.access, path, conf->serve.log_addresses);
}

int xs_server_start(xs_server **out, xs_server_load *load, void *user)
{
	xs_server *s = xs_calloc(1, sizeof *s);
	xs_conf *conf;
	int rc;

	*out = NULL;
	s->load = load;
	s->user = user;
	s->fd = -1;
	s->arena = xs_arena_new();
	xs_traffic_init(&s->traffic);
	/* Each step only after the one before; what exists by then is freed by xs_server_stop(). */
	rc = load(&conf, user);
	if (rc == XS_OK)
		rc = xs_site_open(&s->traffic.site, conf);
	if (rc == XS_OK)
		rc = server_access(s, xs_site_conf(s->traffic.site));
	if (rc == XS_OK) {
		server_lanes(s, xs_site_conf(s->traffic.site));
		rc = server_listen(s, xs_site_conf(s->traffic.site));
	}
	if (rc != XS_OK)
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
	xs_site *site;
	xs_conf *conf;
	int rc = s->load(&conf, s->user);

	if (rc == XS_OK)
		rc = xs_site_open(&site, conf);
	if (rc != XS_OK)
		return rc;
	/* Last of what can fail: after a failure the old log goes on with the old site. */
	rc = server_access(s, xs_site_conf(site));
	if (rc != XS_OK) {
		xs_site_release(site);
		return rc;
	}
	xs_traffic_swap(&s->traffic, site);
	return XS_OK;
}

/* Whether all have their replies.  A connection that is kept open gets its next reply, too, with the word
 * that it is the last, if it asks within a moment. */
static bool server_quiet(xs_server *s, double ms)
{
	xs_peers_count n;

	if (atomic_load(&s->traffic.under_way) > 0)
		return false;
	xs_peers_counts(&n, s->traffic.peers);
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
	atomic_store(&s->traffic.closing, true);
	/* Takes the socket back from the library, which would close it otherwise. */
	MHD_quiesce_daemon(s->daemon);
	/* At once: who comes now is refused, or waits at the service manager's socket for the next process. */
	xs_listen_close(s->fd, s->where);
	s->fd = -1;
	server_wait(s, xs_site_conf(s->traffic.site)->serve.timeout_ms);
	atomic_store(&s->traffic.closed, true);
	/* What is still at work after the whole time is told to stop; each stage looks at its
	 * deadline. */
	xs_peers_cancel(s->traffic.peers);
	while (atomic_load(&s->traffic.under_way) > 0)
		server_wait(s, 1000);
	MHD_stop_daemon(s->daemon);
}

void xs_server_stop(xs_server *s)
{
	if (!s)
		return;
	if (s->daemon)
		server_drain(s);
	xs_listen_close(s->fd, s->where);
	xs_traffic_fini(&s->traffic);
	xs_arena_free(s->arena);
	free(s);
}
