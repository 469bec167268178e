/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - paragraphs between empty lines. */
#include "index/pages/text.h"

#include <string.h>

#include "index/pages/outline.h"
#include "index/pages/text_heading.h"

/* A longer first line is a paragraph. */
enum { TEXT_TITLE_MAX = 100 };

/* Length of the line at `s` without its end; *next is where the next one begins. */
static size_t text_line(size_t *next, const char *s, size_t len)
{
	const char *end = memchr(s, '\n', len);
	size_t n = end ? (size_t)(end - s) : len;

	*next = end ? n + 1 : n;
	/* The last test: strchr() finds a NUL as well. */
	while (n && strchr(" \t\r\f\v", s[n - 1]) && s[n - 1])
		n--;
	return n;
}

static void text_heading(xs_outline *outline, const char *text, size_t len, int level)
{
	xs_outline_heading(outline, 0, level);
	xs_outline_text(outline, 0, text, len, false);
	xs_outline_heading_end(outline, "", false);
}

/* `find`: which lines are headings; NULL: the first that is not empty. */
static int text_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o, xs_text_heading_find *find)
{
	xs_outline *outline = xs_outline_new();
	xs_text_headings state = {0};
	xs_text_heading h;
	size_t i, n, next;
	bool titled = *page->title || find;

	for (i = 0; i < len; i += next) {
		n = text_line(&next, bytes + i, len - i);
		if (find && find(&h, &state, bytes + i, len - i)) {
			text_heading(outline, h.text, h.len, h.level);
			next = h.line;
		} else if (n && !titled && n <= TEXT_TITLE_MAX) {
			/* Most texts begin with what they are called. */
			text_heading(outline, bytes + i, n, 1);
		} else if (n) {
			xs_outline_text(outline, 0, bytes + i, n, false);
			xs_outline_space(outline, 0);
		} else {
			xs_outline_break(outline, 0);
		}
		/* Also after a line that was too long: what comes later is no title. */
		titled |= n > 0;
	}
	if (!page->noindex)
		xs_outline_page(page, a, outline, o);
	xs_outline_free(outline);
	return XS_OK;
}

int xs_text_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		 const xs_page_options *o)
{
	return text_page(page, a, bytes, len, o, NULL);
}

int xs_text_rst_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o)
{
	return text_page(page, a, bytes, len, o, xs_heading_rst);
}

int xs_text_asciidoc_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
			  const xs_page_options *o)
{
	return text_page(page, a, bytes, len, o, xs_heading_asciidoc);
}
