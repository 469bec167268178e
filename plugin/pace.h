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
 * runs can only make it slower.  Takes about a tenth of a second on two cores.  Codes of
 * xs_request_score(). */
int xs_pace_measure(double *ns, xs_reranker *r, int vocabulary);

/* How many of the first `most` candidates can be scored in half of the budget, at least 1: the other half is for
 * when the machine has other things to do.  It depends on the candidates, in their order, and on nothing
 * else.  max_tokens: what is scored of a text at most; 0: all.  budget_ms 0: all of them. */
size_t xs_pace_fit(const xs_query *q, size_t most, double ns, double budget_ms, int max_tokens);

#endif
