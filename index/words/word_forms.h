/* SPDX-License-Identifier: GPL-2.0-or-later */
/* word_forms.h - the extra words of a word (words.h): other ways to write it, and its parts.
 *
 * For words.c alone. */
#ifndef XS_INDEX_WORDS_WORD_FORMS_H
#define XS_INDEX_WORDS_WORD_FORMS_H

#include "index/words/words.h"

/* What was seen of a word while it was read. */
typedef struct xs_word_signs {
	bool underscore;      /* it has "_" */
	bool hangul;	      /* it has syllables of Hangul */
	bool digits, letters; /* of ASCII */
	unsigned char
		humps[16]; /* where a capital begins a part ("setTimeout": 3), bytes of word */
	size_t n_humps;
	size_t apostrophe; /* where one is before a capital ("O'Reilly"); 0: nowhere */
	size_t suffix;	   /* where "++", "#" or "." begins that was taken; 0: none */
} xs_word_signs;

/* Adds one extra word, at bytes start to end of the text, unless there is no room for more. */
void xs_word_forms_add(xs_words *w, const char *bytes, size_t n, bool part, size_t start,
		       size_t end);

/* Adds the extra words of the current word. */
void xs_word_forms(xs_words *w, const xs_word_signs *signs);

#endif
