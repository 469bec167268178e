/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed.h - the file of vectors, as the store has them; for the files of index/ alone. */
#ifndef XS_INDEX_EMBED_H
#define XS_INDEX_EMBED_H

#include "base/arena.h"
#include "index/store.h"

/* The file of the index at `folder` (vectors/vectors.h).  In `a`. */
const char *xs_embed_path(xs_arena *a, const char *folder);

/* Writes a file at `path`, in place of one that is there: the vectors of `identity` that passages
 * which are shown have.  XS_EIO: disk full and the like; XS_EFORMAT: the store is damaged. */
int xs_embed_write(const char *path, xs_store *st, uint64_t identity, int dimensions);

#endif
