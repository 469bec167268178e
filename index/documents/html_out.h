/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_out.h - pieces of the HTML that documents become. */
#ifndef XS_INDEX_DOCUMENTS_HTML_OUT_H
#define XS_INDEX_DOCUMENTS_HTML_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Adds text with what HTML gives a meaning escaped, and without control characters. */
void xs_html_out_text(xs_buf *html, const char *text, size_t len);

/* Adds a <title>, unless it is NULL, blank, or one that programs write by themselves; returns whether it did. */
bool xs_html_out_title(xs_buf *html, const char *title);

/* Adds a <meta>; nothing where the value is NULL or blank. */
void xs_html_out_meta(xs_buf *html, const char *name, const char *value);

/* The tag of a heading, <h1> to <h6>, whose level counts from 1: deeper ones are <h6>.  `id` may be NULL. */
void xs_html_out_heading(xs_buf *html, int level, const char *id, const char *text, size_t len);

#endif
