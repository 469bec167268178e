/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call_search.h - a call that searches: its query, and an answer that is new or was kept.
 *
 * Knows the site, the kept answers and the counts, nothing of how an answer is written.  The call's
 * thread. */
#ifndef XS_SERVE_CALL_SEARCH_H
#define XS_SERVE_CALL_SEARCH_H

#include "plugin/plugin.h"
#include "serve/call.h"

/* Fills what every search of this call has in common: filters, deadline, the budget of the reranker
 * from the moment that the request arrived, whether it may rerank at all. */
void xs_call_query(xs_call *c, xs_query *q);

/* Runs the query in the call's site, or takes an answer that is kept of the same question; counts it and sets
 * the record's reason where the server left the reranker out.  What q then has of the answer is borrowed
 * from the call, and read only.  Codes of xs_pipeline_run(). */
int xs_call_search(xs_call *c, xs_query *q);

#endif
