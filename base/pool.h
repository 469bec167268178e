/* SPDX-License-Identifier: MIT */
/* pool.h - worker threads.
 *
 * Public: a program may give one pool to several rerankers, whose work then takes turns on it.  A
 * pool may be used by any number of threads at once.  How jobs are run is base/pool_run.h. */
#ifndef XS_BASE_POOL_H
#define XS_BASE_POOL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The tree is built with hidden symbols; these are librerank's. */
#pragma GCC visibility push(default)

typedef struct xs_pool xs_pool;

/* How many threads this process may keep busy: its CPU affinity, cut by the cgroup's CPU quota
 * (cgroups(7), cpu.max), at least 1. */
unsigned xs_pool_cpus(void);

/* A pool of `threads` workers; 0: xs_pool_cpus().  Never NULL.  The caller frees it. */
xs_pool *xs_pool_new(unsigned threads);

/* Waits for running jobs, then ends the threads.  NULL is fine. */
void xs_pool_free(xs_pool *p);

/* How many workers it has. */
unsigned xs_pool_threads(const xs_pool *p);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
