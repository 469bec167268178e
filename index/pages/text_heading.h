/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_heading.h - which lines of reStructuredText and AsciiDoc are headings.
 *
 * These are no readers of the two: all else stays as it is written, which loses no word.  Converters do: what they
 * know no directive for they leave out. */
#ifndef XS_INDEX_PAGES_TEXT_HEADING_H
#define XS_INDEX_PAGES_TEXT_HEADING_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed before the first line. */
typedef struct xs_text_headings {
	char styles
		[16]; /* of reStructuredText, in the order in which they were met: a level each */
	int n_styles;
	char fence; /* of AsciiDoc: the sign of the block that is open; 0: none is */
} xs_text_headings;

typedef struct xs_text_heading {
	const char *text;
	size_t len;  /* of the text */
	size_t line; /* bytes that the heading takes, line ends included */
	int level;   /* from 1 */
} xs_text_heading;

/* Whether a heading begins at the beginning of a line, with `len` bytes to the end of the text. */
typedef bool xs_text_heading_find(xs_text_heading *out, xs_text_headings *state, const char *text,
				  size_t len);

bool xs_heading_rst(xs_text_heading *out, xs_text_headings *state, const char *text, size_t len);
bool xs_heading_asciidoc(xs_text_heading *out, xs_text_headings *state, const char *text,
			 size_t len);

#endif
