/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert.h - documents that are no text for people (PDF, office documents, books, mail) made HTML, which index/pages/ then reads as any other.
 *
 * For a process of its own: bytes of strangers go to large libraries here.  Knows nothing of pages and files. */
#ifndef XS_INDEX_DOCUMENTS_CONVERT_H
#define XS_INDEX_DOCUMENTS_CONVERT_H

#include <stddef.h>

#include "base/buf.h"

/* Adds HTML to `html`: a <title> only where the document has one, its text in <main>.  Before it may stand lines that
 * begin with "!": each a sentence about what was left out.
 * XS_EINPUT: no such format; XS_EFORMAT: the document is damaged, locked or without text, and the sentence
 * goes on from its name ("it needs a password"). */
int xs_convert(xs_buf *html, const char *format, const char *bytes, size_t len);

#endif
