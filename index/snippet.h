/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snippet.h - the part of a passage that shows best why it was found.
 *
 * Knows nothing of the index; words are compared by their stems. */
#ifndef XS_INDEX_SNIPPET_H
#define XS_INDEX_SNIPPET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct xs_snippet_options {
	const char *language;	 /* of the text: how words are stemmed */
	const char *otherwise;	 /* the index's, for texts of none or of one that is not stemmed */
	size_t words;		 /* length, about; at least 1 */
	const char *begin, *end; /* put around a hit's words, as they are; NULL: <mark>, </mark> */
	bool plain;		 /* do not escape & < > " ' for HTML */
	size_t from, to;	 /* bytes of the text to take it from; to 0: of the whole */
} xs_snippet_options;

/* The window of the text that has most of the `n` terms (xs_search_result.terms), with marks, in
 * one line; "…" where text was left out.  Starts at a sentence where one is near.  The text's first
 * words when it has no term.  Control characters are dropped and ill-formed bytes become U+FFFD.
 * Lives in `a`. */
char *xs_snippet(xs_arena *a, const char *text, const char *const *terms, size_t n,
		 const xs_snippet_options *o);

#endif
