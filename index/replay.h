/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.h - Xapian is told what the store knows.
 *
 * An entry of the outbox names a passage, not what happened to it: a passage that the store has is
 * put, another is deleted.  Telling anything twice does no harm. */
#ifndef XS_INDEX_REPLAY_H
#define XS_INDEX_REPLAY_H

#include "index/handle.h"
#include "index/progress.h"

/* How documents are made, for Xapian's metadata "form": the form's number, the store, language and
 * weights.  In `a`. */
int xs_replay_form(const char **out, xs_arena *a, xs_index *ix);

/* A number kept as text in Xapian's metadata or in the store; 0 for "". */
int64_t xs_replay_number(const char *text);

/* Tells all that the outbox has above `after`, and commits. */
int xs_replay_pending(xs_index *ix, int64_t after);

/* Lets Xapian commit, with the store's last outbox number, which says that it was told all; then
 * trims the outbox.  Of no use while a transaction of the store is open. */
int xs_replay_commit(xs_index *ix);

/* As xs_index_rebuild(). */
int xs_replay_rebuild(size_t *passages, xs_index *ix, xs_progress *progress,
		      const xs_deadline *stop);

#endif
