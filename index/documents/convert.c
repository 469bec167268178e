/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert.c - the table of formats. */
#include "index/documents/convert.h"

#include <string.h>

#include "index/documents/office.h"
#include "index/documents/pdf.h"
#include "index/documents/plain.h"

/* By the names of index/pages/kind.c; those of one file, and those of an archive. */
static const struct {
	const char *format;
	int (*file)(xs_buf *html, const char *bytes, size_t len);
	int (*archive)(xs_buf *html, xs_archive *z);
} convert_formats[] = {
	{"pdf", xs_pdf_convert, NULL},	      {"docx", NULL, xs_docx_convert},
	{"pptx", NULL, xs_pptx_convert},      {"xlsx", NULL, xs_xlsx_convert},
	{"odt", NULL, xs_odf_convert},	      {"odp", NULL, xs_odf_convert},
	{"ods", NULL, xs_odf_convert},	      {"epub", NULL, xs_epub_convert},
	{"ipynb", xs_notebook_convert, NULL}, {"csv", xs_csv_convert, NULL},
	{"feed", xs_feed_convert, NULL},      {"mail", xs_mail_convert, NULL},
	{"mbox", xs_mbox_convert, NULL},
};

static int convert_archive(int (*convert)(xs_buf *html, xs_archive *z), xs_buf *html,
			   const char *bytes, size_t len)
{
	xs_archive *z;
	int rc = xs_archive_open(&z, bytes, len);

	if (rc == XS_OK)
		rc = convert(html, z);
	xs_archive_close(z);
	return rc;
}

int xs_convert(xs_buf *html, const char *format, const char *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof convert_formats / sizeof *convert_formats; i++)
		if (!strcmp(format, convert_formats[i].format))
			return convert_formats[i].file ? convert_formats[i].file(html, bytes, len)
						       : convert_archive(convert_formats[i].archive,
									 html, bytes, len);
	return xs_fail(XS_EINPUT, "there is no format \"%s\"", format);
}
