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

/* Letters with marks (UTF-8, one after the other) that are letters of their own in a language (ISO
 * 639), and no forms of others: "åäö" in Swedish.  "" for most.  Static. */
const char *xs_fold_letters(const char *language);

/* Writes a word (words.h), or the stem of one, without its accents to `out` (`room` bytes, NUL
 * included; 4 times its length and 17 always suffice); returns its length.  The letters in `kept` stay
 * as they are.  Letters such as "ø", "ł" and "ß" become what is typed for them.  Marks of scripts where
 * they are vowels (Thai, Devanagari) stay. */
size_t xs_fold_marks(char *out, size_t room, const char *word, size_t len, const char *kept);

#ifdef __cplusplus
}
#endif
#endif
