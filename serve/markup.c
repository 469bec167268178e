/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markup.c - escaping. */
#include "serve/markup.h"

#include <string.h>
#include <strings.h>

void xs_markup_text(xs_buf *b, const char *text)
{
	size_t n;

	for (; *text; text++) {
		n = strcspn(text, "&<>\"'");
		xs_buf_put(b, text, n);
		text += n;
		switch (*text) {
		case '&': xs_buf_puts(b, "&amp;"); break;
		case '<': xs_buf_puts(b, "&lt;"); break;
		case '>': xs_buf_puts(b, "&gt;"); break;
		case '"': xs_buf_puts(b, "&quot;"); break;
		/* Not &apos;: HTML before 5 does not know it. */
		case '\'': xs_buf_puts(b, "&#39;"); break;
		default: return;
		}
	}
}

void xs_markup_param(xs_buf *b, bool first, const char *name, const char *value)
{
	/* RFC 3986, section 3.4, without what HTML or a form gives a meaning: & = + and the
	 * like. */
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~:/";

	xs_buf_printf(b, "%s%s=", first ? "?" : "&amp;", name);
	for (; *value; value++) {
		/* As a form sends it (application/x-www-form-urlencoded), and shorter than %20. */
		if (*value == ' ')
			xs_buf_putc(b, '+');
		else if (strchr(plain, *value))
			xs_buf_putc(b, *value);
		else
			xs_buf_printf(b, "%%%02X", (unsigned char)*value);
	}
}

bool xs_markup_leads(const char *url)
{
	/* Browsers pass over controls and blanks in schemes; no address of ours has any. */
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7F || *p == '\\')
			return false;
	if (!strncasecmp(url, "http://", 7) || !strncasecmp(url, "https://", 8))
		return true;
	return url[strcspn(url, ":/?#")] != ':';
}
