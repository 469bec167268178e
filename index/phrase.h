/* SPDX-License-Identifier: GPL-2.0-or-later */
/* phrase.h - whether a text has certain words one after the other.
 *
 * Knows nothing of the index. */
#ifndef XS_INDEX_PHRASE_H
#define XS_INDEX_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

enum { XS_PHRASE_WORDS = 256 }; /* of a longer phrase only the first so many are looked for */

/* Whether `text` has the `n` words (folded, as xs_words gives them) one after the other.  A part of
 * a name ("bind" of "bind_text") and a pair of characters may stand for their word.  No words are in
 * every text. */
bool xs_phrase(const char *text, const char *const *words, size_t n);

#endif
