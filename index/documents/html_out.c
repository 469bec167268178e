/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_out.c - pieces of the HTML that documents become. */
#include "index/documents/html_out.h"

#include <stdbool.h>
#include <string.h>

void xs_html_out_text(xs_buf *html, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		switch (c) {
		case '&': xs_buf_puts(html, "&amp;"); break;
		case '<': xs_buf_puts(html, "&lt;"); break;
		case '>': xs_buf_puts(html, "&gt;"); break;
		case '"': xs_buf_puts(html, "&quot;"); break;
		default:
			/* White space of all kinds separates words. */
			if (c >= ' ' && c != 0x7f)
				xs_buf_putc(html, text[i]);
			else if (c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == '\v')
				xs_buf_putc(html, c == '\n' ? '\n' : ' ');
		}
	}
}

static bool html_out_blank(const char *value)
{
	return !value || !value[strspn(value, " \t\r\n\f\v")];
}

void xs_html_out_title(xs_buf *html, const char *title)
{
	if (html_out_blank(title))
		return;
	xs_buf_puts(html, "<title>");
	xs_html_out_text(html, title, strlen(title));
	xs_buf_puts(html, "</title>\n");
}

void xs_html_out_meta(xs_buf *html, const char *name, const char *value)
{
	if (html_out_blank(value))
		return;
	xs_buf_printf(html, "<meta name=\"%s\" content=\"", name);
	xs_html_out_text(html, value, strlen(value));
	xs_buf_puts(html, "\">\n");
}

void xs_html_out_heading(xs_buf *html, int level, const char *id, const char *text, size_t len)
{
	level = level > 6 ? 6 : level;
	xs_buf_printf(html, "<h%d", level);
	if (id) {
		xs_buf_puts(html, " id=\"");
		xs_html_out_text(html, id, strlen(id));
		xs_buf_putc(html, '"');
	}
	xs_buf_putc(html, '>');
	xs_html_out_text(html, text, len);
	xs_buf_printf(html, "</h%d>\n", level);
}
