/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generation.h - which of Xapian's databases is in use: the stub file and the folders gen-N.
 *
 * Knows files only. */
#ifndef XS_INDEX_GENERATION_H
#define XS_INDEX_GENERATION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* The folder of generation `n` of the index at `folder`.  In `a`. */
const char *xs_generation_path(xs_arena *a, const char *folder, int n);

/* The generation that the stub names.  XS_ENOTFOUND: no stub; XS_EFORMAT: it names something else. */
int xs_generation_current(int *out, const char *folder);

/* A number above that of all generations that are there. */
int xs_generation_next(const char *folder);

/* Makes `n` the one in use, at once and durably. */
int xs_generation_use(const char *folder, int n);

/* Removes a database's folder and its files; one that is not there is fine. */
void xs_generation_remove(const char *path);

/* Removes all generations but `keep`, as far as that can be done. */
void xs_generation_clean(const char *folder, int keep);

/* Bytes of the files in a folder. */
uint64_t xs_generation_bytes(const char *path);

#endif
