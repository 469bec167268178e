/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - the words of a text, one way for indexing, for queries and for snippets.
 *
 * Knows nothing of stemming.  A word is a run of letters, digits, marks and "_", in lower case and
 * compatibility form (NFKC), with its accents.  Each of these is one word: "don't" ("dont"), "AT&T",
 * "3.11", "1,000" ("1000"), "U.S.A." ("usa"), "C++", "C#", ".NET".  A character of Han or Kana is a
 * word; Thai, Lao, Burmese and Khmer are cut by a dictionary (segment.h).
 *
 * Besides, there are extra words at the same place:
 *
 *	forms	other ways to write it: "notepad" of "notepad++", "c++" of "c++17", "3.10.1" of
 *		"v3.10.1", "nodejs" of "node.js" and "email" of "e-mail" (after the last of the words),
 *		"bind" and "text" of "bind_text", pairs of neighbours in Han and Kana and of syllables
 *		in a Korean word, and a Korean word without its particle
 *	parts	what it is made of, which says less: "set" and "timeout" of "setTimeout", "3.10" of
 *		"3.10.1", "python" of "python3"
 *
 * A word of more than 160 bytes is cut there and ends in "~" and a hash of the rest, so that it
 * stays below the 245 bytes that Xapian allows a term. */
#ifndef XS_INDEX_WORDS_WORDS_H
#define XS_INDEX_WORDS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "index/words/segment.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a word with its NUL; extra words of one word, and bytes of all of them. */
enum { XS_WORD_ROOM = 192, XS_WORD_EXTRAS = 48, XS_WORD_EXTRA_ROOM = 768 };

/* An extra word that waits to be given out. */
typedef struct xs_word_extra {
	unsigned short at, n; /* its bytes in xs_words.extra_bytes */
	bool part;
	size_t start, end;
} xs_word_extra;

/* The current word and where the reading is.  The first group is for the caller to read. */
typedef struct xs_words {
	char word[XS_WORD_ROOM]; /* folded, ends in NUL */
	size_t n;		 /* its bytes */
	size_t start, end;	 /* where it stands in the text, bytes */
	bool extra;		 /* a form or part of the word before (or words), not a word more */
	bool part;		 /* a part */

	const char *text;
	size_t len, at;
	bool turkic; /* "I" is the capital of the dotless "ı" */
	xs_word_extra extras[XS_WORD_EXTRAS];
	size_t n_extras, next_extra;
	char extra_bytes[XS_WORD_EXTRA_ROOM];
	char chain[XS_WORD_ROOM]; /* the words so far of a name such as "node.js", joined */
	size_t chain_n, chain_start, chain_words, chain_end;
	size_t run, run_word, run_words; /* a run that a dictionary cut: where it begins */
	unsigned short run_ends[XS_SEGMENT_WORDS];
} xs_words;

/* Begins to read `text`, which is borrowed.  `language` (ISO 639, "" or NULL: not known) tells how
 * letters become lower case. */
void xs_words_init(xs_words *w, const char *text, size_t len, const char *language);

/* The next word; false at the end.  Ill-formed bytes separate words. */
bool xs_words_next(xs_words *w);

#ifdef __cplusplus
}
#endif
#endif
