/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pdf.h - PDF by poppler.
 *
 * Each page is <hr id="page=N"> and its text: browsers open FILE.pdf#page=N there.  Headings are the
 * document's outline.  The title is the metadata's, else the first entry of the outline. */
#ifndef XS_INDEX_DOCUMENTS_PDF_H
#define XS_INDEX_DOCUMENTS_PDF_H

#include <stddef.h>

#include "base/buf.h"

/* As xs_convert().  XS_EFORMAT: damaged, locked by a password, or without text. */
int xs_pdf_convert(xs_buf *html, const char *bytes, size_t len);

#endif
