/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - the words of a text, one way for indexing, for queries and for snippets.
 *
 * Knows nothing of stemming.  A word is a run of letters, digits, marks and "_", in lower case and
 * normal form (NFKC where it matters).  "don't", "AT&T", "3.11", "C++" and "C#" are one word each.
 * Besides, as extra words at the same place: the parts of a name with "_" ("bind" and "text" of
 * "bind_text"), and pairs of neighbours in scripts without spaces, where each character is a word.
 * A word of more than 160 bytes is cut there and ends in "~" and a hash of the rest, so that it
 * stays below the 245 bytes that Xapian allows a term. */
#ifndef XS_INDEX_WORDS_H
#define XS_INDEX_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { XS_WORD_ROOM = 192 };

/* The current word and where the reading is.  The first group is for the caller to read. */
typedef struct xs_words {
	char word[XS_WORD_ROOM]; /* folded, ends in NUL */
	size_t n;		 /* its bytes */
	size_t start, end;	 /* where it stands in the text, bytes */
	bool extra;		 /* a part or pair of the word before, not a word more */

	const char *text;
	size_t len, at;
	char whole[XS_WORD_ROOM]; /* the word whose parts are given out */
	size_t part;		  /* where the next part is looked for; 0: none */
	size_t pair;		  /* where the second character of a pair is; 0: none */
} xs_words;

/* Begins to read `text`, which is borrowed. */
void xs_words_init(xs_words *w, const char *text, size_t len);

/* The next word; false at the end.  Ill-formed bytes separate words. */
bool xs_words_next(xs_words *w);

/* The character at text[at] (U+FFFD for an ill-formed byte) and how many bytes it takes; 0 at the
 * end. */
size_t xs_words_char(int *out, const char *text, size_t len, size_t at);

#ifdef __cplusplus
}
#endif
#endif
