/* SPDX-License-Identifier: MIT */
/* pool_run.h - jobs for the workers of a pool.
 *
 * Jobs are numbered 0 … n-1 and taken in that order by whichever worker is free; which worker
 * runs a job never changes its result.  Any number of threads may call xs_pool_run() at once:
 * their jobs take turns.  Not public: programs share a pool, and librerank runs its own jobs. */
#ifndef XS_BASE_POOL_RUN_H
#define XS_BASE_POOL_RUN_H

#include "base/pool.h"

/* One job.  `worker` is in 0 … xs_pool_threads()-1 and no two jobs run at once with the same
 * worker number, so it may index scratch memory. */
typedef void xs_job(void *arg, size_t job, unsigned worker);

/* Runs job(arg, 0 … n-1) and returns when all have ended. */
void xs_pool_run(xs_pool *p, size_t n, xs_job *job, void *arg);

/* Runs job(arg, 0 … steps × n - 1); the n jobs of a step begin when all of the step before have
 * ended, with no way back to the caller between them. */
void xs_pool_run_steps(xs_pool *p, size_t steps, size_t n, xs_job *job, void *arg);

#endif
