/* SPDX-License-Identifier: GPL-2.0-or-later */
/* letters.h - characters of UTF-8 text, and what they are to a reader of words.
 *
 * Knows nothing of words.  All functions may be called by any thread. */
#ifndef XS_INDEX_WORDS_LETTERS_H
#define XS_INDEX_WORDS_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The character at text[at] (U+FFFD for an ill-formed byte) and how many bytes it takes; 0 at the
 * end. */
size_t xs_letters_read(int *out, const char *text, size_t len, size_t at);

/* Whether a character is part of words: letters, marks, digits, "_" and its like (General_Category
 * L, M, N, Pc of Unicode). */
bool xs_letters_word(int c);

/* Letters of ASCII, and digits of any script (Nd). */
bool xs_letters_ascii_letter(int c);
bool xs_letters_digit(int c);

/* Han, Hiragana and Katakana (Unicode 15, Blocks.txt): scripts that put no spaces between words, and
 * of which single characters and pairs of neighbours are looked for. */
bool xs_letters_spaceless(int c);

/* Thai, Lao, Burmese and Khmer: scripts that put no spaces between words, which a dictionary cuts
 * (segment.h). */
bool xs_letters_segmented(int c);

/* A syllable of Hangul. */
bool xs_letters_hangul(int c);

/* Sound marks that belong to the Katakana before them (U+3099, U+309A and their half-width forms). */
bool xs_letters_sound_mark(int c);

#ifdef __cplusplus
}
#endif
#endif
