/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert.c - the table of formats. */
#include "index/documents/convert.h"

#include <string.h>

#include "index/documents/pdf.h"

/* By the names of index/pages/kind.c. */
static const struct {
	const char *format;
	int (*convert)(xs_buf *html, const char *bytes, size_t len);
} convert_formats[] = {
	{"pdf", xs_pdf_convert},
};

int xs_convert(xs_buf *html, const char *format, const char *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof convert_formats / sizeof *convert_formats; i++)
		if (!strcmp(format, convert_formats[i].format))
			return convert_formats[i].convert(html, bytes, len);
	return xs_fail(XS_EINPUT, "there is no format \"%s\"", format);
}
