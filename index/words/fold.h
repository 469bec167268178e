/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fold.h - what text looks like when it is compared: the one place for case, normal form, accents.
 *
 * Three degrees.  Hosts, and values of facets and filters, differ by all but the case of ASCII.
 * Words (words.h: in documents, questions and snippets alike) and names (exact.h) differ by all but
 * case and normal form.  What someone types, and the titles, headings and past questions that it may
 * become, also loses its accents.  Knows nothing of the index. */
#ifndef XS_INDEX_WORDS_FOLD_H
#define XS_INDEX_WORDS_FOLD_H

#include "base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first degree: A to Z in lower case, all else as it is. */
static inline char xs_fold_ascii(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* The second degree.  A character in lower case, by its simple mapping: one for one. */
int xs_fold_char(int c);

/* The word of `n` bytes, its characters so folded, in normal form: NFKC with the full mapping of case.
 * Writes it in place of the old and returns its bytes; leaves it where it is ill-formed or would be
 * longer than `room` - 1.  It ends in a NUL before and after. */
size_t xs_fold_form(char *word, size_t n, size_t room);

/* The third degree.  Adds `text` in lower case, compatibility forms replaced, marks taken off its
 * letters, runs of spaces made one and none at its beginning; one at its end is kept.  Nothing is
 * added of a text with ill-formed bytes. */
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
