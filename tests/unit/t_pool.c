/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_pool.c - every job runs once, under one worker number at a time, for any number of callers; a
 * step begins when the one before has ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/pool_run.h"

enum { THREADS = 4, CALLERS = 6, JOBS = 500 };

static atomic_int busy[THREADS];

typedef struct caller {
	xs_pool *pool;
	int runs[JOBS];
	pthread_t thread;
} caller;

static void job(void *arg, size_t n, unsigned worker)
{
	caller *c = arg;

	assert_true(worker < THREADS);
	assert_int_equal(atomic_fetch_add(&busy[worker], 1), 0);
	c->runs[n]++;
	atomic_fetch_sub(&busy[worker], 1);
}

static void *call(void *arg)
{
	caller *c = arg;

	xs_pool_run(c->pool, JOBS, job, c);
	return NULL;
}

static void every_job_runs_once(void **state)
{
	static caller callers[CALLERS];
	xs_pool *pool = xs_pool_new(THREADS);
	int i, j;

	(void)state;
	assert_int_equal(xs_pool_threads(pool), THREADS);
	xs_pool_run(pool, 0, job, NULL);
	for (i = 0; i < CALLERS; i++) {
		callers[i].pool = pool;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
	}
	for (i = 0; i < CALLERS; i++)
		pthread_join(callers[i].thread, NULL);
	for (i = 0; i < CALLERS; i++)
		for (j = 0; j < JOBS; j++)
			assert_int_equal(callers[i].runs[j], 1);
	xs_pool_free(pool);
	xs_pool_free(NULL);
	assert_true(xs_pool_cpus() >= 1);
}

enum { STEPS = 40, WIDE = 7 };

/* What each job of each step made of the whole step before: plain memory, so that ThreadSanitizer
 * sees whether the steps are ordered. */
typedef struct stepper {
	xs_pool *pool;
	size_t steps, n;
	unsigned made[STEPS][WIDE];
	atomic_int runs, wrong; /* assert_*() may not leave a worker's stack */
	pthread_t thread;
} stepper;

static void step_job(void *arg, size_t n, unsigned worker)
{
	stepper *s = arg;
	size_t step = n / s->n, i;
	unsigned sum = 1;

	if (worker >= xs_pool_threads(s->pool) || step >= s->steps || s->made[step][n % s->n] ||
	    (size_t)atomic_load(&s->runs) < step * s->n)
		atomic_fetch_add(&s->wrong, 1);
	if (n % s->n == 0) /* the others may not run ahead of it */
		nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
	for (i = 0; step && i < s->n; i++) {
		if (!s->made[step - 1][i])
			atomic_fetch_add(&s->wrong, 1);
		sum += s->made[step - 1][i];
	}
	s->made[step][n % s->n] = sum;
	atomic_fetch_add(&s->runs, 1);
}

static void *call_steps(void *arg)
{
	stepper *s = arg;

	xs_pool_run_steps(s->pool, s->steps, s->n, step_job, s);
	return NULL;
}

/* Each step is its jobs' sum of the step before, whoever runs them. */
static void check_steps(stepper *s)
{
	unsigned want = 1;

	assert_int_equal(s->wrong, 0);
	assert_int_equal(s->runs, s->steps * s->n);
	for (size_t i = 0; i < s->steps; i++, want = want * (unsigned)s->n + 1)
		for (size_t j = 0; j < s->n; j++)
			assert_int_equal(s->made[i][j], want);
}

static void steps_follow_each_other(void **state)
{
	static const unsigned threads[] = {1, 2, 3, 5};
	static stepper callers[CALLERS];

	(void)state;
	for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
		xs_pool *pool = xs_pool_new(threads[t]);

		memset(callers, 0, sizeof callers);
		for (size_t i = 0; i < CALLERS; i++) {
			callers[i].pool = pool;
			callers[i].steps = i == 0 ? 1 : STEPS; /* one of them is a plain run */
			callers[i].n = i + 2;
			assert_int_equal(pthread_create(&callers[i].thread, NULL, call_steps,
							&callers[i]),
					 0);
		}
		for (size_t i = 0; i < CALLERS; i++)
			pthread_join(callers[i].thread, NULL);
		for (size_t i = 0; i < CALLERS; i++)
			check_steps(&callers[i]);
		/* No jobs, no steps: nothing happens. */
		xs_pool_run_steps(pool, STEPS, 0, step_job, NULL);
		xs_pool_run_steps(pool, 0, WIDE, step_job, NULL);
		xs_pool_free(pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_job_runs_once),
		cmocka_unit_test(steps_follow_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
