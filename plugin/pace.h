/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.h - how fast the reranker is here, and how many candidates that is enough for.
 *
 * What is ranked within a time depends on what else the machine does; what is ranked within a number of
 * candidates does not.  So the number is found once, from the machine at its best, and the same question has the
 * same order afterwards. */
#ifndef XS_PLUGIN_PACE_H
#define XS_PLUGIN_PACE_H

#include "plugin/plugin.h"
#include "rerank/rerank.h"

/* Nanoseconds for a token of a text, where texts come in batches of eight: the least of some tries, for what else
 * runs can only make it slower.  Takes half a second at most where a batch is not slower than that.  Codes of
 * xs_request_score(). */
int xs_pace_measure(double *ns, xs_reranker *r, int vocabulary);

/* The pace, rounded up to a power of the root of 2: smaller differences are noise, and each that counts makes
 * other orders. */
double xs_pace_step(double ns);

/* About how many tokens a candidate has, title and heading included: the same whether or not it has been scored
 * before, so that its score being known changes no order. */
double xs_pace_tokens(const xs_candidate *c);

/* How many of the first `most` candidates can be scored in a quarter of the budget, at least 1: the rest is for
 * when the machine has other things to do, and for processors that are shared with other machines (measured: half
 * as fast at times).  It depends on the candidates, in their order, and on nothing
 * else.  max_tokens: what is scored of a text at most; 0: all.  budget_ms 0: all of them. */
size_t xs_pace_fit(const xs_query *q, size_t most, double ns, double budget_ms, int max_tokens);

#endif
