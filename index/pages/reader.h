/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.h - documents (PDF, office documents, books, mail and so on): a process of its own makes HTML of one.
 *
 * The process (child.h) is told what to do by its arguments, XS_READER_COMMAND FORMAT SECONDS BYTES.  It has few
 * rights, reads the document from its input, and writes what index/documents/convert.h makes.  Then it ends with
 * 0, or with XS_READER_REFUSED after a sentence that goes on from the document's name.  Knows nothing of
 * formats. */
#ifndef XS_INDEX_PAGES_READER_H
#define XS_INDEX_PAGES_READER_H

#include "base/arena.h"
#include "index/pages/page.h"

#define XS_READER_COMMAND "read-document"
enum { XS_READER_REFUSED = 3 };

/* Fills a page from a document of `format`, a name of kind.h, as xs_html_page() does.  Any number of threads.
 * XS_EFORMAT: it cannot be read, or took more than o->reader allows; XS_EIO: no process could be started;
 * XS_EUNSUPPORTED: o->reader has no program. */
int xs_reader_page(xs_page *page, xs_arena *a, const char *format, const char *bytes, size_t len,
		   const xs_page_options *o);

#endif
