/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fold.h - texts as they are compared while someone types: without case and accents.
 *
 * Knows nothing of the index. */
#ifndef XS_INDEX_FOLD_H
#define XS_INDEX_FOLD_H

#include "base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Adds `text` in lower case, compatibility forms replaced, marks taken off its letters, runs of
 * spaces made one and none at its beginning; one at its end is kept.  Nothing is added of a text
 * with ill-formed bytes. */
void xs_fold(xs_buf *out, const char *text);

#ifdef __cplusplus
}
#endif
#endif
