/* SPDX-License-Identifier: MIT */
/* schedule.c - batches of about equal work, whole ones a thread where there are enough of them.
 *
 * A thread that takes a batch through all layers by itself waits for nobody and keeps its states
 * in its own caches.  Large ones come first, small ones fill what the threads' ends are apart.  What does
 * not divide evenly even so, and a sequence that is long by itself, is shared: all threads work on one
 * step of it at a time. */
#include "rerank/schedule.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/pool_run.h"
#include "rerank/kern/kern.h"
#include "rerank/states.h"

/* The most columns of a batch of several sequences, and what is not divided further.  Large enough
 * that the weights of a layer (1.8 MB in int8) are read for many columns, and that the last layer's
 * work on CLS alone, done for XS_KERN_LANES of them at once, is little; small enough for states in the
 * caches. */
enum { SCHEDULE_COLUMNS = XS_STATES_COLUMNS, SCHEDULE_LEAST = 64 };

/* The most columns of a sequence that one thread may take by itself: each has memory for as many. */
enum { SCHEDULE_ALONE = 2 * SCHEDULE_COLUMNS };

/* Columns of a shared batch that one thread takes at a time. */
enum { SCHEDULE_PART = 256 };

/* What a batch costs beside its columns, in columns of one thread: the last layer and the way there; for
 * a shared one also to wait for the others at every step. */
enum { SCHEDULE_BATCH = 3, SCHEDULE_SHARED = 10 };

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
	xs_forward *shared;
	int parts;
} schedule;

/* Whole groups of lanes. */
static int schedule_lanes(int columns)
{
	return (columns + XS_KERN_LANES - 1) / XS_KERN_LANES * XS_KERN_LANES;
}

static void schedule_close(xs_forward *b, xs_sequence **order, int n)
{
	int i;

	for (i = 0; i < n; i++)
		order[i]->done = xs_forward_complete(b);
	xs_forward_free(b);
}

static void schedule_alone(void *arg, size_t job, unsigned worker)
{
	const schedule *s = arg;
	const schedule_batch *g = &s->batches[job];
	xs_sequence **order = s->order + g->first;
	xs_forward *b;
	int step;

	if (xs_deadline_over(s->deadline))
		return;
	b = xs_forward_new(s->e, s->q, order, g->n, 1, s->deadline);
	for (step = 0; step < xs_forward_steps(b); step++)
		xs_forward_run(b, step, 0, s->workspace[worker]);
	schedule_close(b, order, g->n);
}

static void schedule_shared(void *arg, size_t job, unsigned worker)
{
	const schedule *s = arg;
	size_t parts = (size_t)s->parts;

	xs_forward_run(s->shared, (int)(job / parts), (int)(job % parts), s->workspace[worker]);
}

/* Into how many parts a shared batch is divided. */
static int schedule_parts(int columns, int threads)
{
	int most = schedule_lanes(columns) / XS_KERN_LANES;
	int parts = threads * (1 + columns / (threads * SCHEDULE_PART));

	return parts < most ? parts : most;
}

static void schedule_share(schedule *s, xs_pool *pool, const schedule_batch *g)
{
	xs_sequence **order = s->order + g->first;

	if (xs_deadline_over(s->deadline))
		return;
	s->parts = schedule_parts(g->columns, (int)xs_pool_threads(pool));
	s->shared = xs_forward_new(s->e, s->q, order, g->n, s->parts, s->deadline);
	xs_pool_run_steps(pool, (size_t)xs_forward_steps(s->shared), (size_t)s->parts,
			  schedule_shared, s);
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
	return (double)(schedule_lanes(columns) + 1) / columns;
}

static int schedule_columns(const schedule *s, size_t at)
{
	return xs_forward_columns(s->e, s->q, s->order[at]->n);
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

		if (columns + one <= most &&
		    schedule_cost(columns + one) < schedule_cost(g->columns)) {
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

/* Those of more than SCHEDULE_ALONE, which are shared, come last; else the large before the small, but
 * batches that are about full in the order of the request, whose first texts matter most to whoever sets
 * a deadline. */
static int schedule_rank(const schedule_batch *b)
{
	if (b->columns > SCHEDULE_ALONE)
		return 0;
	return b->columns > SCHEDULE_COLUMNS * 3 / 4 ? SCHEDULE_COLUMNS : b->columns;
}

static int schedule_order(const void *a, const void *b)
{
	const schedule_batch *x = a, *y = b;
	int rank = schedule_rank(y) - schedule_rank(x);

	return rank ? rank : (x->first > y->first) - (x->first < y->first);
}

/* What a thread works on if it takes all of a batch; if it takes its parts of it. */
static int schedule_load_alone(const schedule_batch *g)
{
	return schedule_lanes(g->columns) + SCHEDULE_BATCH;
}

static int schedule_load_shared(const schedule_batch *g, int threads)
{
	int parts = schedule_parts(g->columns, threads), each = (parts + threads - 1) / threads;

	return schedule_lanes((g->columns + parts - 1) / parts) * each + SCHEDULE_SHARED;
}

/* How many of the first n batches are taken by one thread each, and the others shared: what ends first
 * when whoever is free takes the next one (list scheduling; Graham 1969). */
static size_t schedule_divide(const schedule_batch *batches, size_t n, int threads)
{
	int64_t *load = xs_calloc((size_t)threads, sizeof *load), shared = 0, end = 0,
		best = INT64_MAX;
	size_t alone = 0, i;
	int t, free_one;

	for (i = 0; i < n; i++)
		shared += schedule_load_shared(&batches[i], threads);
	for (i = 0; i <= n; i++) {
		if (end + shared <= best) {
			best = end + shared;
			alone = i;
		}
		if (i == n)
			break;
		shared -= schedule_load_shared(&batches[i], threads);
		for (free_one = 0, t = 1; t < threads; t++)
			if (load[t] < load[free_one])
				free_one = t;
		load[free_one] += schedule_load_alone(&batches[i]);
		end = load[free_one] > end ? load[free_one] : end;
	}
	free(load);
	return alone;
}

void xs_schedule_run(xs_encoder *e, xs_pool *pool, xs_workspace *const *workspace,
		     const xs_query_states *q, xs_sequence *sequences, size_t n,
		     const xs_deadline *deadline)
{
	schedule s = {.e = e, .workspace = workspace, .q = q, .deadline = deadline};
	size_t threads = xs_pool_threads(pool), total = 0, i;

	s.order = xs_calloc(n ? n : 1, sizeof *s.order);
	for (i = 0; i < n; i++) {
		s.order[i] = &sequences[i];
		total += (size_t)xs_forward_columns(e, q, sequences[i].n);
		sequences[i].done = false;
	}
	s.batches = xs_calloc(n ? n : 1, sizeof *s.batches);
	schedule_gather(&s, n, total, threads);
	qsort(s.batches, s.n, sizeof *s.batches, schedule_order);
	while (s.alone < s.n && s.batches[s.alone].columns <= SCHEDULE_ALONE)
		s.alone++;
	s.alone = schedule_divide(s.batches, s.alone, (int)threads);
	xs_pool_run(pool, s.alone, schedule_alone, &s);
	for (i = s.alone; i < s.n; i++)
		schedule_share(&s, pool, &s.batches[i]);
	free(s.batches);
	free(s.order);
}
