/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peers.c - the open connections: which are slow, which have gone. */
#define _GNU_SOURCE
#include "serve/peers.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"

/* A connection is in one list at a time. As it enters at the end with the time of then, the
 * first of a list is always the oldest, and nothing has to be searched. */
typedef enum peer_state {
	PEER_READING,
	PEER_IDLE,
	PEER_WORKING,
	PEER_CLOSED,
	PEER_STATES
} peer_state;

struct xs_peer {
	xs_peer *before, *after; /* in the list of its state, oldest first */
	peer_state state;
	int fd;
	int64_t since;
	atomic_int *cancel; /* while PEER_WORKING */
};

typedef struct peer_list {
	xs_peer *first, *last;
	size_t n;
} peer_list;

struct xs_peers {
	pthread_mutex_t lock;
	pthread_cond_t change;
	peer_list list[PEER_STATES];
	size_t most;
	int64_t read_ns, idle_ns;
	unsigned long long closed, gone;
	bool stop;
	pthread_t thread;
};

/* How often connections are looked at, in milliseconds. */
enum { PEERS_TICK = 50 };

static void peer_unlink(xs_peers *p, xs_peer *peer)
{
	peer_list *l = &p->list[peer->state];

	*(peer->before ? &peer->before->after : &l->first) = peer->after;
	*(peer->after ? &peer->after->before : &l->last) = peer->before;
	l->n--;
}

static void peer_enter(xs_peers *p, xs_peer *peer, peer_state state)
{
	peer_list *l = &p->list[state];

	peer->state = state;
	peer->since = xs_clock_ns();
	peer->before = l->last;
	peer->after = NULL;
	*(l->last ? &l->last->after : &l->first) = peer;
	l->last = peer;
	l->n++;
}

/* The library sees the end of the connection and closes the socket. */
static void peer_shut(xs_peers *p, xs_peer *peer)
{
	shutdown(peer->fd, SHUT_RDWR);
	p->closed++;
	peer_unlink(p, peer);
	peer_enter(p, peer, PEER_CLOSED);
}

static void peers_expire(xs_peers *p, peer_state state, int64_t limit)
{
	int64_t before = xs_clock_ns() - limit;

	/* Oldest first: the first one that is young enough ends it. */
	while (p->list[state].first && p->list[state].first->since < before)
		peer_shut(p, p->list[state].first);
}

/* Those that are worked for and have hung up.  A client that only ends its own sending counts as gone, as
 * with other servers. */
static void peers_gone(xs_peers *p)
{
	size_t n = p->list[PEER_WORKING].n, i = 0;
	struct pollfd *fds = xs_calloc(n + 1, sizeof *fds);

	for (xs_peer *peer = p->list[PEER_WORKING].first; peer; peer = peer->after)
		fds[i++] = (struct pollfd){.fd = peer->fd, .events = POLLRDHUP};
	poll(fds, n, 0);
	i = 0;
	for (xs_peer *peer = p->list[PEER_WORKING].first; peer; peer = peer->after, i++) {
		/* Counted once: a call whose cancel is set already is not looked at again. */
		if (!(fds[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) || *peer->cancel)
			continue;
		atomic_store(peer->cancel, 1);
		p->gone++;
	}
	free(fds);
}

static void *peers_watch(void *arg)
{
	xs_peers *p = arg;
	struct timespec until;

	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		clock_gettime(CLOCK_REALTIME, &until);
		/* By the clock of the day, as pthread_cond_timedwait() counts; a step of that
		 * clock costs one tick. */
		until.tv_nsec += PEERS_TICK * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&p->change, &p->lock, &until);
		peers_expire(p, PEER_READING, p->read_ns);
		peers_expire(p, PEER_IDLE, p->idle_ns);
		if (p->list[PEER_WORKING].n)
			peers_gone(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

xs_peers *xs_peers_new(size_t most, int read_s, int idle_s)
{
	xs_peers *p = xs_calloc(1, sizeof *p);

	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->change, NULL);
	p->most = most;
	p->read_ns = read_s * 1000000000LL;
	p->idle_ns = idle_s * 1000000000LL;
	if (pthread_create(&p->thread, NULL, peers_watch, p) != 0)
		xs_out_of_memory(0); /* the system is out of resources */
	return p;
}

void xs_peers_free(xs_peers *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_signal(&p->change);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->change);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static size_t peers_open(const xs_peers *p)
{
	return p->list[PEER_READING].n + p->list[PEER_IDLE].n + p->list[PEER_WORKING].n;
}

xs_peer *xs_peers_add(xs_peers *p, int fd)
{
	xs_peer *peer = xs_calloc(1, sizeof *peer), *oldest;

	peer->fd = fd;
	pthread_mutex_lock(&p->lock);
	if (peers_open(p) >= p->most) {
		/* An idle one loses least. Those that are worked for are never closed for
		 * others; the library's own limit is above ours, so that there is one to look
		 * at. */
		oldest = p->list[PEER_IDLE].first ? p->list[PEER_IDLE].first
						  : p->list[PEER_READING].first;
		if (oldest)
			peer_shut(p, oldest);
	}
	peer_enter(p, peer, PEER_READING);
	pthread_mutex_unlock(&p->lock);
	return peer;
}

void xs_peers_remove(xs_peers *p, xs_peer *peer)
{
	pthread_mutex_lock(&p->lock);
	peer_unlink(p, peer);
	pthread_mutex_unlock(&p->lock);
	free(peer);
}

static void peers_move(xs_peers *p, xs_peer *peer, peer_state state, atomic_int *cancel)
{
	pthread_mutex_lock(&p->lock);
	peer->cancel = cancel;
	/* We have shut it; the library has not seen that yet and goes on with its request. */
	if (peer->state != PEER_CLOSED) {
		peer_unlink(p, peer);
		peer_enter(p, peer, state);
	}
	pthread_mutex_unlock(&p->lock);
}

void xs_peers_reading(xs_peers *p, xs_peer *peer)
{
	peers_move(p, peer, PEER_READING, NULL);
}

void xs_peers_working(xs_peers *p, xs_peer *peer, atomic_int *cancel)
{
	peers_move(p, peer, PEER_WORKING, cancel);
}

void xs_peers_idle(xs_peers *p, xs_peer *peer)
{
	peers_move(p, peer, PEER_IDLE, NULL);
}

void xs_peers_cancel(xs_peers *p)
{
	pthread_mutex_lock(&p->lock);
	for (xs_peer *peer = p->list[PEER_WORKING].first; peer; peer = peer->after)
		atomic_store(peer->cancel, 1);
	pthread_mutex_unlock(&p->lock);
}

void xs_peers_counts(xs_peers_count *out, xs_peers *p)
{
	pthread_mutex_lock(&p->lock);
	*out = (xs_peers_count){peers_open(p), p->list[PEER_WORKING].n, p->closed, p->gone};
	pthread_mutex_unlock(&p->lock);
}
