/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code.h - source code: a section for each function, class and method. */
#ifndef XS_INDEX_PAGES_CODE_H
#define XS_INDEX_PAGES_CODE_H

#include "base/arena.h"
#include "index/pages/page.h"
#include "index/pages/code_tags.h"

/* As xs_html_page(); page->title is the file's name, which tells the language.  Where ctags cannot tell the sections
 * there are none, and a note says why; that it is missing is said once, of the first page. */
int xs_code_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		 const xs_page_options *o);

/* The same with known tags, sorted by line, each with one at most.  A comment directly above belongs to the section; its
 * anchor is "L" and the line of the name, as hosts of source code have it. */
void xs_code_sections(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		      const xs_code_tag *tags, size_t n, const xs_page_options *o);

#endif
