/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - paragraphs between empty lines. */
#include "index/pages/text.h"

#include <string.h>

#include "index/pages/outline.h"

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

int xs_text_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		 const xs_page_options *o)
{
	xs_outline *outline = xs_outline_new();
	size_t i, n, next;
	bool titled = *page->title;

	for (i = 0; i < len; i += next) {
		n = text_line(&next, bytes + i, len - i);
		/* The first line that is not empty: most texts begin with what they are called. */
		if (n && !titled && n <= TEXT_TITLE_MAX) {
			xs_outline_heading(outline, 0, 1);
			xs_outline_text(outline, 0, bytes + i, n, false);
			xs_outline_heading_end(outline, "", false);
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
