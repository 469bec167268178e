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

/* The most columns of a batch of several sequences, and what is not divided further.  Large enough
 * that the weights of a layer (1.8 MB in int8) are read for many columns, and that the last layer's
 * work on CLS alone, done for XS_LANES of them at once, is little; small enough for states in the
 * caches. */
enum { SCHEDULE_COLUMNS = XS_BATCH_COLUMNS, SCHEDULE_LEAST = 128 };

/* Columns of a shared batch that one thread takes at a time. */
enum { SCHEDULE_PART = 256 };

typedef struct schedule_batch {
	size_t first; /* sequence */
	int n, columns;
} schedule_batch;

typedef struct schedule {
	xs_encoder *e;
	xs_workspace *const *workspace;
	const xs_query_states *q;
	xs_sequence *sequences;
	const xs_deadline *deadline;
	schedule_batch *batches;
	size_t n, alone; /* the first `alone` are taken by one thread each */
	xs_batch *shared;
	int parts;
} schedule;

static void schedule_close(xs_batch *b, xs_sequence *s, int n)
{
	int i;

	for (i = 0; i < n; i++)
		s[i].done = xs_batch_complete(b);
	xs_batch_free(b);
}

static void schedule_alone(void *arg, size_t job, unsigned worker)
{
	const schedule *s = arg;
	const schedule_batch *g = &s->batches[job];
	xs_sequence *sequences = s->sequences + g->first;
	xs_batch *b;
	int step;

	if (xs_deadline_over(s->deadline))
		return;
	b = xs_batch_new(s->e, s->q, sequences, g->n, 1, s->deadline);
	for (step = 0; step < xs_batch_steps(b); step++)
		xs_batch_run(b, step, 0, s->workspace[worker]);
	schedule_close(b, sequences, g->n);
}

static void schedule_shared(void *arg, size_t job, unsigned worker)
{
	const schedule *s = arg;
	size_t parts = (size_t)s->parts;

	xs_batch_run(s->shared, (int)(job / parts), (int)(job % parts), s->workspace[worker]);
}

static void schedule_share(schedule *s, xs_pool *pool, const schedule_batch *g)
{
	xs_sequence *sequences = s->sequences + g->first;
	int threads = (int)xs_pool_threads(pool), most = (g->columns + XS_LANES - 1) / XS_LANES;

	if (xs_deadline_over(s->deadline))
		return;
	s->parts = threads * (1 + g->columns / (threads * SCHEDULE_PART));
	if (s->parts > most)
		s->parts = most;
	s->shared = xs_batch_new(s->e, s->q, sequences, g->n, s->parts, s->deadline);
	xs_pool_run_steps(pool, (size_t)xs_batch_steps(s->shared), (size_t)s->parts, schedule_shared,
			  s);
	schedule_close(s->shared, sequences, g->n);
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

/* Neighbours go together; `left` columns in all. */
static void schedule_gather(schedule *s, size_t n, size_t left, size_t threads)
{
	schedule_batch *g = NULL;
	int most = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		int columns = xs_encoder_columns(s->e, s->q, s->sequences[i].n);

		if (!g || g->columns + columns > most) {
			g = &s->batches[s->n++];
			*g = (schedule_batch){.first = i};
			most = schedule_most(left, threads);
		}
		g->n++;
		g->columns += columns;
		left -= (size_t)columns;
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
		      .sequences = sequences,
		      .deadline = deadline};
	size_t threads = xs_pool_threads(pool), total = 0, i;

	for (i = 0; i < n; i++) {
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
}
