/* SPDX-License-Identifier: MIT */
/* zip.h - members of a zip archive in memory, used where they lie.
 *
 * Archives as PyTorch writes them: stored or deflated members, zip64 or not, of one disk, not
 * encrypted (PKWARE's APPNOTE.TXT 6.3.10, section 4.3).  Knows nothing of tensors. */
#ifndef XS_RERANK_ZIP_H
#define XS_RERANK_ZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct xs_zip xs_zip;

/* Whether the bytes begin as an archive does. */
bool xs_zip_is(const unsigned char *bytes, size_t len);

/* Reads the directory of an archive; the bytes are borrowed, all else lives in `a`.  What deflated
 * members unpack to is at most 16 MiB and four times the archive's bytes, all together.  `name` is for
 * sentences. XS_EFORMAT: damaged, or of a kind that is not read. */
int xs_zip_open(xs_zip **out, xs_arena *a, const unsigned char *bytes, size_t len,
		const char *name);

/* A member's bytes: where they lie, or unpacked in the arena.  XS_ENOTFOUND (no sentence): there is
 * none; XS_EFORMAT: its sizes are untrue, or it is packed otherwise. */
int xs_zip_get(const unsigned char **out, size_t *len, xs_zip *z, const char *member);

/* The name of the first member that ends with `end`; NULL if there is none. */
const char *xs_zip_ending(const xs_zip *z, const char *end);

/* Bytes that members were unpacked to, so far. */
size_t xs_zip_unpacked(const xs_zip *z);

#endif
