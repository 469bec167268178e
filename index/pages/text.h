/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h - what a plain text says.
 *
 * Knows nothing of files. */
#ifndef XS_INDEX_PAGES_TEXT_H
#define XS_INDEX_PAGES_TEXT_H

#include "base/arena.h"
#include "base/error.h"
#include "index/pages/page.h"

/* As xs_html_page(): the first line with a word is the title if page->title is "" and the line has
 * 100 bytes or less; the rest is one section whose blocks end at empty lines. */
int xs_text_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		 const xs_page_options *o);

/* The same of reStructuredText, and of AsciiDoc: the first heading is the title, and sections have theirs.  What else
 * these formats mark stays as it is written. */
int xs_text_rst_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o);
int xs_text_asciidoc_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
			  const xs_page_options *o);

#endif
