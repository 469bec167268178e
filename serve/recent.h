/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recent.h - finished queries that are kept for who asks the same again, bounded by bytes; the least recently
 * used go first.
 *
 * A kept query is an answer of one version of the index and never served for another.  Kept are answers that
 * would come out the same: not those that a budget or a busy server has cut.  Any thread. */
#ifndef XS_SERVE_RECENT_H
#define XS_SERVE_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin/plugin.h"

typedef struct xs_recent xs_recent;
typedef struct xs_recent_answer xs_recent_answer; /* one query, held by who uses it */

/* Keeps about `bytes`; 0: nothing is kept. */
xs_recent *xs_recent_new(size_t bytes);
void xs_recent_free(xs_recent *r); /* NULL is fine; no answer may be held */

/* The answer to the question of `q`, found in that version of the index; its query is q's answer to be read
 * (xs_recent_read()).  NULL: none is kept.  The caller releases it. */
xs_recent_answer *xs_recent_get(xs_recent *r, const xs_query *q, uint64_t version);

/* Keeps a copy of what is shown of `q`, a finished query, if another run would give the same. */
void xs_recent_put(xs_recent *r, const xs_query *q, uint64_t version);

/* NULL is fine. */
void xs_recent_release(xs_recent *r, xs_recent_answer *a);

/* Lets `q` have the answer: borrowed, and read only, while `a` is held.  Candidates that are not shown have
 * only their numbers, and none has its text. */
void xs_recent_read(xs_query *q, const xs_recent_answer *a);

#endif
