/* SPDX-License-Identifier: MIT */
/* engine.h - an encoder with the threads that run it: what a reranker and an embedder have alike.
 *
 * Any number of threads may use one. */
#ifndef XS_RERANK_ENGINE_H
#define XS_RERANK_ENGINE_H

#include "rerank/workspace.h"

typedef struct xs_engine {
	xs_encoder *encoder;
	xs_pool *pool, *own;	  /* `own` is ours to free */
	xs_workspace **workspace; /* one a worker */
} xs_engine;

/* Takes over the encoder; `pool` is borrowed, NULL: it makes one for all CPUs. */
void xs_engine_init(xs_engine *g, xs_encoder *encoder, xs_pool *pool);
void xs_engine_fini(xs_engine *g);

/* Whether there is such a precision: XS_EINPUT. */
int xs_engine_check(xs_precision precision);

/* Logs, for DEBUG, which kernels run, in which precision, on how many threads; `begin`: when the
 * making of it began (xs_clock_ns). */
void xs_engine_log(const xs_engine *g, xs_precision precision, int64_t begin);

/* As xs_reranker_bytes() and xs_reranker_spent() tell them. */
size_t xs_engine_bytes(const xs_engine *g);
void xs_engine_spent(int64_t spent[XS_WORKS], const xs_engine *g);

#endif
