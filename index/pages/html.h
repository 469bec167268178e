/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html.h - what an HTML page says: title, headings, main text, what it tells about itself.
 *
 * Knows nothing of files. */
#ifndef XS_INDEX_PAGES_HTML_H
#define XS_INDEX_PAGES_HTML_H

#include "base/arena.h"
#include "base/error.h"
#include "index/pages/page.h"

/* Reads `len` bytes of HTML and fills page->title, language, meta, date, noindex and the passages,
 * in `a`; a canonical link replaces page->url.  The caller has set all strings of the page ("" or
 * what to keep when the page does not say).  The bytes are clean UTF-8 (charset.h).
 *
 * The main text is what <main> or role=main holds, else <article>, else the body, without
 * navigation, asides, forms, headers and footers of the page, hidden elements, and elements whose
 * class or id says that they are such (html_names.c).  If that leaves less than 20 words or a
 * twentieth of the body, it is the body without navigation.  Several articles need nine tenths of the text
 * that is no link, one article half of it.
 *
 * Where neither <main> nor <article> decides, menus without marks are looked for (outline_trim.c).
 *
 * What its author marks as the text (html_author.c) is the text alone, if it has a word.
 *
 * Hidden panels of tabs and accordions are kept, and so is what a closed <details> holds; its <summary>
 * is a heading.  Permanent links are no words of their headings (html_link.h).  A page that only leads
 * to another is a stub, and has no passages.
 *
 * `slugs`: a heading without an id gets GitHub's (for Markdown).
 * Any number of threads. */
int xs_html_page(xs_page *page, xs_arena *a, const char *bytes, size_t len, bool slugs,
		 const xs_page_options *o);

#endif
