/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.h - what is scored in a measurement: a query and texts of known lengths.
 *
 * Knows librerank's inputs, nothing of time. */
#ifndef XS_CMD_BENCH_LOAD_H
#define XS_CMD_BENCH_LOAD_H

#include <stdbool.h>

#include "base/arena.h"
#include "rerank/rerank.h"

/* Token ids of a query. */
enum { BENCH_QUERY = 8 };

typedef struct bench_load {
	xs_input query, *texts;
	xs_score *scores; /* room for one a text */
	size_t n, tokens; /* texts; their tokens */
	int longest;
} bench_load;

/* Fills `out`, all in `a`: a query and `n` texts of token ids drawn from the model's vocabulary,
 * the same at every call.  `even`: each has `tokens`; else lengths are spread evenly from half to
 * one and a half times `tokens`, in a random order, so that their mean is `tokens`. */
void bench_load_ids(bench_load *out, xs_arena *a, const xs_model_info *m, size_t n, int tokens,
		    bool even);

/* The same as UTF-8: common English words, most of which are one token. */
void bench_load_words(bench_load *out, xs_arena *a, size_t n, int tokens);

/* Operations (a multiplication and an addition count as two) of the products that scoring the load
 * in one request takes, however it is done: in each layer query, key, value, output and the two
 * feed-forward matrices for every token, in the last layer for CLS alone.  A query that attends to
 * itself alone (`patterns`, one a layer) counts once, else with every text.  Attention itself is not
 * counted: its share depends on the pattern. */
double bench_load_operations(const bench_load *load, const xs_model_info *m,
			     const xs_pattern *patterns);

#endif
