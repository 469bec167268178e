/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify.h - both stores as they are at one moment; for the files of index/ alone. */
#ifndef XS_INDEX_VERIFY_H
#define XS_INDEX_VERIFY_H

#include "index/handle.h"

/* Takes a state of both stores.  *xap is the reader.  Of the store a transaction is begun: the caller
 * ends it with xs_store_rollback(), also after a failure.  pending[0 … n-1], in `a`, are passages that
 * the reader lacks.  ix->store must be open (xs_handle_store()).
 * XS_ESTALE: a writer went on meanwhile, or Xapian's part is older than the store says;
 * XS_EFORMAT: it is newer. */
int xs_verify_state(xs_xap **xap, uint64_t **pending, size_t *n, xs_index *ix, xs_arena *a);

#endif
