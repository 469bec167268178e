/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elide.h - short words that lose their vowel and are written with the next one: "l'eau".
 *
 * Knows nothing of indexes. */
#ifndef XS_INDEX_WORDS_ELIDE_H
#define XS_INDEX_WORDS_ELIDE_H

#ifdef __cplusplus
extern "C" {
#endif

/* `word` (as words.h gives it) behind what is elided before it in that language (ISO 639): "eau" of
 * "l'eau" in French.  The word itself where nothing is.  Borrowed from `word`. */
const char *xs_elide(const char *word, const char *language);

#ifdef __cplusplus
}
#endif
#endif
