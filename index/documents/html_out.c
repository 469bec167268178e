/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_out.c - pieces of the HTML that documents become. */
#include "index/documents/html_out.h"

#include <string.h>
#include <strings.h>

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

bool xs_html_out_blank(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n\f\v")];
}

bool xs_html_out_title(xs_buf *html, const char *title)
{
	/* Alone, or before the name of a file: they say nothing. */
	static const char *const made[] = {"Microsoft Word - ", "Microsoft PowerPoint - ",
					   "Microsoft Excel - ", "PowerPoint Presentation",
					   "untitled"};

	if (xs_html_out_blank(title))
		return false;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		if (!strncasecmp(title, made[i], strlen(made[i])))
			return false;
	xs_buf_puts(html, "<title>");
	xs_html_out_text(html, title, strlen(title));
	xs_buf_puts(html, "</title>\n");
	return true;
}

void xs_html_out_meta(xs_buf *html, const char *name, const char *value)
{
	if (xs_html_out_blank(value))
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

void xs_html_out_paragraphs(xs_buf *html, const char *text, size_t len)
{
	const char *end = text + len, *line, *next;
	size_t blank;
	bool open = false;

	for (line = text; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		for (blank = 0; line + blank < next && strchr(" \t\r\n", line[blank]);)
			blank++;
		if (line + blank == next) {
			xs_buf_puts(html, open ? "</p>\n" : "");
			open = false;
		} else {
			xs_buf_puts(html, open ? "" : "<p>");
			xs_html_out_text(html, line, (size_t)(next - line));
			open = true;
		}
	}
	xs_buf_puts(html, open ? "</p>\n" : "");
}

void xs_html_out_lines(xs_buf *html, const char *text, size_t len)
{
	xs_buf_puts(html, "<pre>");
	xs_html_out_text(html, text, len);
	xs_buf_puts(html, "</pre>\n");
}

int xs_html_out_empty(void)
{
	return xs_fail(XS_EFORMAT, "it has no text");
}
