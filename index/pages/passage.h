/* SPDX-License-Identifier: GPL-2.0-or-later */
/* passage.h - cuts the sections of a page in passages.
 *
 * Knows nothing of file formats: outline.c makes the sections. */
#ifndef XS_INDEX_PAGES_PASSAGE_H
#define XS_INDEX_PAGES_PASSAGE_H

#include "base/arena.h"
#include "index/pages/page.h"

/* Bytes of a text that count more or less (page.h). */
typedef struct xs_weighted {
	size_t at, len;
	int weight;
} xs_weighted;

/* The text under one heading, up to the next.  Sections are in the page's order. */
typedef struct xs_section {
	const char *heading; /* path below the title, "" for none */
	const char *name;    /* the last element of the path: its own heading */
	const char *anchor;  /* "" for none */
	bool own;	     /* the anchor is this section's, not one that it inherits */
	size_t node, parent; /* its heading's number in the page, and that of the heading above;
			      * node 0 is the title.  Text that goes on after a subsection
			      * has the same node again. */
	const char *text;    /* '\n' between blocks, single spaces between words */
	size_t len;
	xs_weighted *weights; /* of the text, in its order; may end behind it */
	size_t n_weights;
} xs_section;

/* Fills page->passages and page->n, in `a`.  Sections are cut in windows of o->passage_words
 * words that share o->passage_overlap, at ends of blocks and sentences where there are some; a
 * last window of less than a third joins the one before.  A section of less than 25 words without
 * an anchor of its own joins a neighbour under the same parent, heading first.  A character of a
 * script without spaces (Han, kana) counts as a word; so does each 48 bytes of a longer
 * word.  No section, or none with text, gives one passage with an empty text. */
void xs_passage_cut(xs_page *page, xs_arena *a, xs_section *sections, size_t n,
		    const xs_page_options *o);

/* Words of a text, counted as above. */
size_t xs_passage_words(const char *text, size_t len);

#endif
