/* SPDX-License-Identifier: GPL-2.0-or-later */
/* phrase.h - whether a text has certain words one after the other.
 *
 * Knows nothing of the index. */
#ifndef XS_INDEX_WORDS_PHRASE_H
#define XS_INDEX_WORDS_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	XS_PHRASE_WORDS = 256, /* of a longer phrase only the first so many are looked for */
	XS_PHRASE_GAP = 0,     /* a trace that no word has, and no phrase reaches over */
};

/* Whether `text` has the `n` words (of xs_words, no extra ones, without their accents: fold.h) one
 * after the other, with accents or without.  A part of a name ("bind" of "bind_text") is no word here.  No words are in every text. */
bool xs_phrase(const char *text, const char *const *words, size_t n);

/* The trace of a word: a byte, not XS_PHRASE_GAP.  A text that lacks the traces of a phrase, one after
 * the other, lacks the phrase. */
unsigned char xs_phrase_trace(const char *word);

#endif
