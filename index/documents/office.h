/* SPDX-License-Identifier: GPL-2.0-or-later */
/* office.h - office documents and books, all archives of XML: one function a format, each as xs_convert(). */
#ifndef XS_INDEX_DOCUMENTS_OFFICE_H
#define XS_INDEX_DOCUMENTS_OFFICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "index/documents/archive.h"

typedef struct _xmlNode xmlNode; /* libxml/tree.h */

/* A reader of one format; the archive is open. */
int xs_docx_convert(xs_buf *html, xs_archive *z);
int xs_pptx_convert(xs_buf *html, xs_archive *z);
int xs_xlsx_convert(xs_buf *html, xs_archive *z);
int xs_odf_convert(xs_buf *html, xs_archive *z); /* text, slides and sheets */
int xs_epub_convert(xs_buf *html, xs_archive *z);

/* Adds <title> and <meta> of a tree in which elements have the names of Dublin Core, as all of these formats have;
 * returns whether there was a title. */
bool xs_office_head(xs_buf *html, const xmlNode *root);

/* Adds the name of a sheet: a heading, if the document has a title; else its first heading would be that, and
 * "Sheet 1" tells less than the file's name, which is taken where there is no heading. */
void xs_office_sheet(xs_buf *html, const char *name, bool titled);

#endif
