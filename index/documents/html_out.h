/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_out.h - pieces of the HTML that documents become. */
#ifndef XS_INDEX_DOCUMENTS_HTML_OUT_H
#define XS_INDEX_DOCUMENTS_HTML_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Adds text with what HTML gives a meaning escaped, and without control characters. */
void xs_html_out_text(xs_buf *html, const char *text, size_t len);

/* Whether a text has no words: it is NULL, empty or white space. */
bool xs_html_out_blank(const char *text);

/* Adds a <title>, unless it is NULL, blank, or one that programs write by themselves; returns whether it did. */
bool xs_html_out_title(xs_buf *html, const char *title);

/* Adds a <meta>; nothing where the value is NULL or blank. */
void xs_html_out_meta(xs_buf *html, const char *name, const char *value);

/* Adds plain text: its paragraphs, which empty lines part. */
void xs_html_out_paragraphs(xs_buf *html, const char *text, size_t len);

/* Adds text whose lines stay lines, such as code. */
void xs_html_out_lines(xs_buf *html, const char *text, size_t len);

/* Adds what the body of a page of HTML holds.  Its headings become `below` levels deeper.  `encoding` may be NULL: the
 * page says it itself.  False: there is no body. */
bool xs_html_out_body(xs_buf *html, const char *page, size_t len, const char *encoding, int below);

/* Fails for a document that has no text. */
int xs_html_out_empty(void);

/* The tag of a heading, <h1> to <h6>, whose level counts from 1: deeper ones are <h6>.  `id` may be NULL. */
void xs_html_out_heading(xs_buf *html, int level, const char *id, const char *text, size_t len);

#endif
