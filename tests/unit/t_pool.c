/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_pool.c - every job runs once, under one worker number at a time, for any number of callers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "base/pool.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_job_runs_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
