/* SPDX-License-Identifier: MIT */
/* schedule.c - batches of about equal work, whole ones a thread where there are enough of them.
 *
 * A thread that takes a batch through all layers by itself waits for nobody and keeps its states
 * in its own caches.  What does not divide evenly, and a sequence that is long by itself, is
 * shared: all threads work on one step of it at a time. */
#include "rerank/schedule.h"

#include <stdlib.h>

#include "base/memory.h"
#include "rerank/kern/kern.h"
#include "rerank/states.h"

/* The most columns of a batch of several sequences, and what is not divided further.  Large enough
 * that the weights of a layer (1.8 MB in int8) are read for many columns, and that the last layer's
 * work on CLS alone, done for XS_LANES of them at once, is little; small enough for states in the
 * caches. */
enum { SCHEDULE_COLUMNS = XS_BATCH_COLUMNS, SCHEDULE_LEAST = 64 };

/* Columns of a shared batch that one thread takes at a time. */
enum { SCHEDULE_PART = 256 };

/* How far ahead sequences are looked for that fill a batch's lanes. */
enum { SCHEDULE_AHEAD = 32 };

typedef struct schedule_batch {
	size_t first; /* of the order */
	int n, columns;
} schedule_batch;

typedef struct schedule {
	xs_encoder *e;
	xs_workspace *const *workspace;
	const xs_query_states *q;
	xs_sequence **order;
	const xs_deadline *deadline;
	schedule_batch *batches;
	size_t n, alone; /* the first `alone` are taken by one thread each */
	xs_batch *shared;
	int parts;
} schedule;

static void schedule_close(xs_batch *b, xs_sequence **order, int n)
{
	int i;

	for (i = 0; i < n; i++)
		order[i]->done = xs_batch_complete(b);
	xs_batch_free(b);
}

static void schedule_alone(void *arg, size_t job, unsigned worker)
{
	const schedule *s = arg;
	const schedule_batch *g = &s->batches[job];
	xs_sequence **order = s->order + g->first;
	xs_batch *b;
	int step;

	if (xs_deadline_over(s->deadline))
		return;
	b = xs_batch_new(s->e, s->q, order, g->n, 1, s->deadline);
	for (step = 0; step < xs_batch_steps(b); step++)
		xs_batch_run(b, step, 0, s->workspace[worker]);
	schedule_close(b, order, g->n);
}

static void schedule_shared(void *arg, size_t job, unsigned worker)
{
	const schedule *s = arg;
	size_t parts = (size_t)s->parts;

	xs_batch_run(s->shared, (int)(job / parts), (int)(job % parts), s->workspace[worker]);
}

static void schedule_share(schedule *s, xs_pool *pool, const schedule_batch *g)
{
	xs_sequence **order = s->order + g->first;
	int threads = (int)xs_pool_threads(pool), most = (g->columns + XS_LANES - 1) / XS_LANES;

	if (xs_deadline_over(s->deadline))
		return;
	s->parts = threads * (1 + g->columns / (threads * SCHEDULE_PART));
	if (s->parts > most)
		s->parts = most;
	s->shared = xs_batch_new(s->e, s->q, order, g->n, s->parts, s->deadline);
	xs_pool_run_steps(pool, (size_t)xs_batch_steps(s->shared), (size_t)s->parts, schedule_shared,
			  s);
	schedule_close(s->shared, order, g->n);
}

/* The most columns of the next batch: smaller ones towards the end, so that the threads end at about
 * the same time (guided self-scheduling; Polychronopoulos and Kuck 1987). */
static int schedule_most(size_t left, size_t threads)
{
	size_t most = left / (2 * threads);

	if (most < SCHEDULE_LEAST)
		return SCHEDULE_LEAST;
	return most < SCHEDULE_COLUMNS ? (int)most : SCHEDULE_COLUMNS;
}

/* What the kernels work on for each column of a batch: whole groups of lanes, and about one column
 * more, as the last layer works on CLS alone in such groups. */
static double schedule_cost(int columns)
{
	return (double)((columns + XS_LANES - 1) / XS_LANES * XS_LANES + 1) / columns;
}

static int schedule_columns(const schedule *s, size_t at)
{
	return xs_encoder_columns(s->e, s->q, s->order[at]->n);
}

static void schedule_swap(schedule *s, size_t i, size_t j)
{
	xs_sequence *was = s->order[i];

	s->order[i] = s->order[j];
	s->order[j] = was;
}

/* Of the sequences that follow, one is added to the batch or takes the place of its last (not of its
 * only one), if its lanes are then filled better. */
static void schedule_fit(schedule *s, schedule_batch *g, size_t n, int most)
{
	const size_t next = g->first + (size_t)g->n, left = n - next;
	const int columns = g->columns, without = columns - schedule_columns(s, next - 1);
	size_t end = next + (left < SCHEDULE_AHEAD ? left : SCHEDULE_AHEAD), place = 0, best = 0, i;

	for (i = next; i < end; i++) {
		int one = schedule_columns(s, i);

		if (columns + one <= most && schedule_cost(columns + one) < schedule_cost(g->columns)) {
			g->columns = columns + one;
			place = next;
			best = i;
		}
		if (g->n > 1 && without + one <= most &&
		    schedule_cost(without + one) < schedule_cost(g->columns)) {
			g->columns = without + one;
			place = next - 1;
			best = i;
		}
	}
	if (!best)
		return;
	schedule_swap(s, place, best);
	g->n += place == next;
}

/* Neighbours go together; `left` columns in all. */
static void schedule_gather(schedule *s, size_t n, size_t left, size_t threads)
{
	schedule_batch *g;
	size_t i;
	int most;

	for (i = 0; i < n; i += (size_t)g->n, left -= (size_t)g->columns) {
		g = &s->batches[s->n++];
		*g = (schedule_batch){.first = i, .n = 1, .columns = schedule_columns(s, i)};
		most = schedule_most(left, threads);
		while (i + (size_t)g->n < n &&
		       g->columns + schedule_columns(s, i + (size_t)g->n) <= most)
			g->columns += schedule_columns(s, i + (size_t)g->n++);
		schedule_fit(s, g, n, most);
	}
}

static int schedule_order(const void *a, const void *b)
{
	const schedule_batch *x = a, *y = b;
	bool long_x = x->columns > SCHEDULE_COLUMNS, long_y = y->columns > SCHEDULE_COLUMNS;

	if (long_x != long_y)
		return long_x - long_y;
	return (x->first > y->first) - (x->first < y->first);
}

void xs_schedule_run(xs_encoder *e, xs_pool *pool, xs_workspace *const *workspace,
		     const xs_query_states *q, xs_sequence *sequences, size_t n,
		     const xs_deadline *deadline)
{
	schedule s = {.e = e,
		      .workspace = workspace,
		      .q = q,
		      .deadline = deadline};
	size_t threads = xs_pool_threads(pool), total = 0, i;

	s.order = xs_calloc(n ? n : 1, sizeof(*s.order));
	for (i = 0; i < n; i++) {
		s.order[i] = &sequences[i];
		total += (size_t)xs_encoder_columns(e, q, sequences[i].n);
		sequences[i].done = false;
	}
	s.batches = xs_calloc(n ? n : 1, sizeof(*s.batches));
	schedule_gather(&s, n, total, threads);
	qsort(s.batches, s.n, sizeof(*s.batches), schedule_order);
	while (s.alone < s.n && s.batches[s.alone].columns <= SCHEDULE_COLUMNS)
		s.alone++;
	/* Fewer than half of the threads would be at work on these. */
	if (s.alone % threads * 2 <= threads)
		s.alone -= s.alone % threads;
	xs_pool_run(pool, s.alone, schedule_alone, &s);
	for (i = s.alone; i < s.n; i++)
		schedule_share(&s, pool, &s.batches[i]);
	free(s.batches);
	free(s.order);
}
