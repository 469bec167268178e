/* SPDX-License-Identifier: MIT */
/* pool.h - worker threads that share a list of equal jobs.
 *
 * Jobs are numbered 0 … n-1 and taken in that order by whichever worker is free; which worker
 * runs a job never changes its result.  Any number of threads may call xs_pool_run() at once:
 * their jobs take turns. */
#ifndef XS_BASE_POOL_H
#define XS_BASE_POOL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The tree is built with hidden symbols; these are librerank's. */
#pragma GCC visibility push(default)

typedef struct xs_pool xs_pool;

/* One job.  `worker` is in 0 … xs_pool_threads()-1 and no two jobs run at once with the same
 * worker number, so it may index scratch memory. */
typedef void xs_job(void *arg, size_t job, unsigned worker);

/* How many threads this process may keep busy: its CPU affinity, cut by the cgroup's CPU quota
 * (cgroups(7), cpu.max), at least 1. */
unsigned xs_pool_cpus(void);

/* A pool of `threads` workers; 0: xs_pool_cpus().  Never NULL. */
xs_pool *xs_pool_new(unsigned threads);

/* Waits for running jobs, then ends the threads.  NULL is fine. */
void xs_pool_free(xs_pool *p);

/* How many workers it has; `worker` of a job is below this. */
unsigned xs_pool_threads(const xs_pool *p);

/* Runs job(arg, 0 … n-1) and returns when all have ended. */
void xs_pool_run(xs_pool *p, size_t n, xs_job *job, void *arg);

/* Runs job(arg, 0 … steps × n - 1); the n jobs of a step begin when all of the step before have
 * ended, with no way back to the caller between them. */
void xs_pool_run_steps(xs_pool *p, size_t steps, size_t n, xs_job *job, void *arg);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
