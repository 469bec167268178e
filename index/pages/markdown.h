/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markdown.h - what a Markdown page says.
 *
 * Knows nothing of files. */
#ifndef XS_INDEX_PAGES_MARKDOWN_H
#define XS_INDEX_PAGES_MARKDOWN_H

#include "base/arena.h"
#include "base/error.h"
#include "index/pages/page.h"

/* As xs_html_page(), for GitHub's dialect: headings have the anchors that GitHub gives them, unless
 * they name one.  Front matter (front.h) sets what fields.h says, and page->address; damaged front
 * matter is a note, and never text of the page.  What generators of sites add to Markdown is taken off
 * (dialect.h); a page whose path ends in ".mdx" is MDX. */
int xs_markdown_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o);

#endif
