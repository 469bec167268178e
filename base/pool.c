/* SPDX-License-Identifier: MIT */
/* pool.c - worker threads over a ring of runs; each free worker takes the next job of the next
 * run, so that concurrent runs share the threads fairly. */
#define _GNU_SOURCE
#include "base/pool_run.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

/* One xs_pool_run() in progress; lives on its caller's stack. */
typedef struct pool_run {
	struct pool_run *next; /* in the queue, while jobs may be taken */
	xs_job *job;
	void *arg;
	size_t n, all;	     /* jobs of a step, of all steps */
	size_t taken, ended; /* jobs */
} pool_run;

/* How often a worker without a job looks for one before it sleeps: some 20 µs, less than waking
 * takes, so that the steps of one run follow each other closely. */
enum { POOL_LOOKS = 400 };

typedef struct pool_worker {
	xs_pool *pool;
	unsigned number;
	pthread_t thread;
} pool_worker;

struct xs_pool {
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	pool_run *first, *last; /* a queue; a run goes to its end after each job taken */
	atomic_bool waiting;	/* there is a first one */
	unsigned asleep;	/* workers */
	bool stop;
	unsigned n;
	pool_worker *workers;
};

/* Tells the processor that this is a loop of waiting. */
static inline void pool_pause(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* The quota of the cgroup this process is in, in whole CPUs; 0: none.  cgroups(7), v2 then v1. */
static unsigned pool_quota(void)
{
	double quota = 0, period = 0;
	FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");

	if (f) {
		if (fscanf(f, "%lf %lf", &quota, &period) != 2)
			quota = 0; /* "max" */
		fclose(f);
	} else if ((f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re"))) {
		if (fscanf(f, "%lf", &quota) != 1)
			quota = 0;
		fclose(f);
		period = 100000; /* the kernel's default cpu.cfs_period_us */
	}
	if (quota <= 0 || period <= 0)
		return 0;
	return quota < period ? 1 : (unsigned)(quota / period);
}

unsigned xs_pool_cpus(void)
{
	unsigned quota = pool_quota(), cpus = 1;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		cpus = (unsigned)CPU_COUNT(&set);
	return quota && quota < cpus ? quota : cpus;
}

static void pool_append(xs_pool *p, pool_run *run)
{
	run->next = NULL;
	if (p->last)
		p->last->next = run;
	else
		p->first = run;
	p->last = run;
	atomic_store_explicit(&p->waiting, true, memory_order_relaxed);
}

/* A run with jobs to take, for whoever has none. */
static void pool_offer(xs_pool *p, pool_run *run)
{
	pool_append(p, run);
	if (p->asleep)
		pthread_cond_broadcast(&p->work);
}

/* Takes the first run's next job; the run goes to the end of the queue if its step has more. */
static pool_run *pool_take(xs_pool *p, size_t *job)
{
	pool_run *run = p->first;

	p->first = run->next;
	if (!p->first)
		p->last = NULL;
	atomic_store_explicit(&p->waiting, p->first != NULL, memory_order_relaxed);
	*job = run->taken++;
	if (run->taken % run->n)
		pool_append(p, run);
	return run;
}

/* A job has ended: perhaps its step, perhaps the run. */
static void pool_end(xs_pool *p, pool_run *run)
{
	if (++run->ended == run->all)
		pthread_cond_broadcast(&p->done);
	else if (run->ended % run->n == 0)
		pool_offer(p, run);
}

/* Waits for a run with the lock held, at first with open eyes. */
static void pool_wait(xs_pool *p)
{
	unsigned i;

	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < POOL_LOOKS; i++) {
		if (atomic_load_explicit(&p->waiting, memory_order_relaxed))
			break;
		pool_pause();
	}
	pthread_mutex_lock(&p->lock);
	p->asleep++;
	while (!p->first && !p->stop)
		pthread_cond_wait(&p->work, &p->lock);
	p->asleep--;
}

static void *pool_work(void *arg)
{
	pool_worker *w = arg;
	xs_pool *p = w->pool;
	pool_run *run;
	size_t job;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		if (!p->first && !p->stop)
			pool_wait(p);
		if (!p->first)
			break;
		run = pool_take(p, &job);
		pthread_mutex_unlock(&p->lock);
		run->job(run->arg, job, w->number);
		pthread_mutex_lock(&p->lock);
		pool_end(p, run);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

xs_pool *xs_pool_new(unsigned threads)
{
	xs_pool *p = xs_calloc(1, sizeof *p);
	unsigned i, n = threads ? threads : xs_pool_cpus();

	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_cond_init(&p->done, NULL);
	p->workers = xs_calloc(n, sizeof *p->workers);
	for (i = 0; i < n; i++) {
		p->workers[i] = (pool_worker){.pool = p, .number = i};
		if (pthread_create(&p->workers[i].thread, NULL, pool_work, &p->workers[i]) != 0)
			break;
	}
	if (i == 0)
		xs_out_of_memory(0); /* no thread at all: the system is out of resources */
	p->n = i;
	return p;
}

void xs_pool_free(xs_pool *p)
{
	unsigned i;

	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->n; i++)
		pthread_join(p->workers[i].thread, NULL);
	pthread_cond_destroy(&p->done);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p);
}

unsigned xs_pool_threads(const xs_pool *p)
{
	return p->n;
}

void xs_pool_run_steps(xs_pool *p, size_t steps, size_t n, xs_job *job, void *arg)
{
	pool_run run = {.job = job, .arg = arg, .n = n, .all = steps * n};

	if (!run.all)
		return;
	pthread_mutex_lock(&p->lock);
	pool_offer(p, &run);
	while (run.ended < run.all)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void xs_pool_run(xs_pool *p, size_t n, xs_job *job, void *arg)
{
	xs_pool_run_steps(p, 1, n, job, arg);
}
