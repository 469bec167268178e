/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lane.c - a bounded queue with threads that work it off, one client after the other. */
#include "serve/lane.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

/* One client's line. */
typedef struct lane_line {
	struct lane_line *next; /* in a ring, in the order of their turns */
	char *client;
	xs_turn *first, *last;
	size_t n;
} lane_line;

struct xs_lane {
	pthread_mutex_t lock;
	pthread_cond_t work;
	xs_lane_run *run;
	lane_line *last; /* whose turn was last; NULL: nobody waits */
	char *served;	 /* the client whose turn was last, also if it waits no more */
	size_t waiting, running, room;
	double mean_ms; /* of one turn's work, later ones counting more */
	bool stop;
	unsigned n;
	pthread_t *threads;
};

/* Takes a line that has become empty out of the ring; `before` stands before it. */
static void lane_drop(xs_lane *l, lane_line *before, lane_line *line)
{
	before->next = line->next;
	if (l->last == line)
		l->last = line == before ? NULL : before;
	free(line->client);
	free(line);
}

/* The line behind the one that was served last: the ring turns by one place with each turn. */
static xs_turn *lane_next(xs_lane *l)
{
	lane_line *before = l->last, *line = before->next;
	xs_turn *t = line->first;

	free(l->served);
	/* A copy: the line goes when it is empty, and the client that asks one by one is to be
	 * known still (lane_yields()). */
	l->served = xs_strdup(line->client);
	line->first = t->next;
	line->n--;
	l->waiting--;
	l->last = line;
	if (!line->first)
		lane_drop(l, before, line);
	return t;
}

static void *lane_work(void *arg)
{
	xs_lane *l = arg;
	int64_t begin;
	xs_turn *t;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		while (!l->last && !l->stop)
			pthread_cond_wait(&l->work, &l->lock);
		if (!l->last)
			break;
		t = lane_next(l);
		l->running++;
		pthread_mutex_unlock(&l->lock);
		begin = xs_clock_ns();
		l->run(t);
		pthread_mutex_lock(&l->lock);
		l->running--;
		/* An exponential mean over about eight turns: it follows a change of load
		 * within seconds, and one slow request does not close the lane. */
		l->mean_ms += (xs_clock_ms(begin) - l->mean_ms) / 8;
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

xs_lane *xs_lane_new(unsigned threads, size_t room, xs_lane_run *run)
{
	xs_lane *l = xs_calloc(1, sizeof *l);

	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->work, NULL);
	l->run = run;
	l->room = room;
	l->threads = xs_calloc(threads, sizeof *l->threads);
	/* Fewer threads than asked for are a slower server; none is no server. */
	while (l->n < threads && pthread_create(&l->threads[l->n], NULL, lane_work, l) == 0)
		l->n++;
	if (l->n == 0)
		xs_out_of_memory(0); /* no thread at all: the system is out of resources */
	return l;
}

void xs_lane_free(xs_lane *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->work);
	pthread_mutex_unlock(&l->lock);
	for (unsigned i = 0; i < l->n; i++)
		pthread_join(l->threads[i], NULL);
	pthread_cond_destroy(&l->work);
	pthread_mutex_destroy(&l->lock);
	free(l->threads);
	free(l->served);
	free(l);
}

static lane_line *lane_find(const xs_lane *l, const char *client)
{
	lane_line *line = l->last;

	if (!line)
		return NULL;
	do {
		if (!strcmp(line->client, client))
			return line;
		line = line->next;
	} while (line != l->last);
	return NULL;
}

static lane_line *lane_longest(const xs_lane *l)
{
	lane_line *line = l->last, *longest = line;

	do {
		if (line->n > longest->n)
			longest = line;
		line = line->next;
	} while (line != l->last);
	return longest;
}

/* A line loses its last one. */
static xs_turn *lane_cut(xs_lane *l, lane_line *line)
{
	xs_turn *before = line->first, *t = line->last;
	lane_line *at = line;

	l->waiting--;
	if (--line->n == 0) {
		/* The ring has one direction; it is as long as there are clients that wait. */
		while (at->next != line)
			at = at->next;
		lane_drop(l, at, line);
		return t;
	}
	/* The last of a line is looked for from its beginning: this happens only when a queue
	 * is full. */
	while (before->next != t)
		before = before->next;
	before->next = NULL;
	line->last = before;
	return t;
}

/* Whether the last of `longest` makes room for one of a client with `own` that wait. */
static bool lane_yields(const xs_lane *l, const lane_line *longest, size_t own, const char *client)
{
	/* More than one longer, else two clients would push each other out in turn. */
	if (longest->n > own + 1)
		return true;
	return own == 0 && l->served && !strcmp(longest->client, l->served) &&
	       strcmp(client, l->served);
}

static lane_line *lane_begin(xs_lane *l, const char *client)
{
	lane_line *line = xs_calloc(1, sizeof *line);

	line->client = xs_strdup(client);
	line->next = l->last ? l->last->next : line;
	if (l->last)
		l->last->next = line;
	l->last = line; /* the end of the ring: all others come before it */
	return line;
}

static void lane_append(xs_lane *l, lane_line *line, xs_turn *t)
{
	t->next = NULL;
	if (line->last && line->first)
		line->last->next = t;
	else
		line->first = t;
	line->last = t;
	line->n++;
	l->waiting++;
	pthread_cond_signal(&l->work);
}

xs_turn *xs_lane_push(xs_lane *l, xs_turn *t, size_t room)
{
	xs_turn *out = NULL;
	lane_line *line, *longest;

	pthread_mutex_lock(&l->lock);
	t->since = xs_clock_ns();
	line = lane_find(l, t->client);
	if (l->waiting >= (room < l->room ? room : l->room)) {
		longest = l->last ? lane_longest(l) : NULL;
		out = longest && lane_yields(l, longest, line ? line->n : 0, t->client)
			      ? lane_cut(l, longest)
			      : t;
	}
	/* What was cut made the room; a line that is not there yet begins at the end of the
	 * ring. */
	if (out != t)
		lane_append(l, line ? line : lane_begin(l, t->client), t);
	pthread_mutex_unlock(&l->lock);
	return out;
}

size_t xs_lane_fit(xs_lane *l, double ms)
{
	size_t n = l->room;
	double fit;

	pthread_mutex_lock(&l->lock);
	/* Before the first turn has ended nothing is known: all may wait. */
	fit = l->mean_ms > 0 ? ms * l->n / l->mean_ms : (double)l->room;
	pthread_mutex_unlock(&l->lock);
	if (fit < (double)n)
		n = fit < 1 ? 1 : (size_t)fit;
	return n;
}

static size_t lane_number(xs_lane *l, const size_t *number)
{
	size_t n;

	pthread_mutex_lock(&l->lock);
	n = *number;
	pthread_mutex_unlock(&l->lock);
	return n;
}

size_t xs_lane_waiting(xs_lane *l)
{
	return lane_number(l, &l->waiting);
}

size_t xs_lane_running(xs_lane *l)
{
	return lane_number(l, &l->running);
}

size_t xs_lane_room(const xs_lane *l)
{
	return l->room;
}

double xs_lane_wait_ms(xs_lane *l)
{
	double ms;

	pthread_mutex_lock(&l->lock);
	ms = l->mean_ms * (double)(l->waiting + l->running) / l->n;
	pthread_mutex_unlock(&l->lock);
	return ms;
}
