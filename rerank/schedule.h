/* SPDX-License-Identifier: MIT */
/* schedule.h - the sequences of a request divided among the threads of a pool.
 *
 * Knows columns and threads; nothing of texts. */
#ifndef XS_RERANK_SCHEDULE_H
#define XS_RERANK_SCHEDULE_H

#include "rerank/forward.h"

/* Sets the logits of n sequences, or of texts by themselves (`q` NULL) the vectors; `workspace`: one a
 * worker of the pool.  Returns once all is done or the deadline (NULL: none) is over; `done` of a
 * sequence says whether it is there. */
void xs_schedule_run(xs_encoder *e, xs_pool *pool, xs_workspace *const *workspace,
		     const xs_query_states *q, xs_sequence *sequences, size_t n,
		     const xs_deadline *deadline);

#endif
