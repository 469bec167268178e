/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markup.h - text that is safe to stand in HTML.
 *
 * Everything that comes from a page or a request goes through one of these. */
#ifndef XS_SERVE_MARKUP_H
#define XS_SERVE_MARKUP_H

#include <stdbool.h>

#include "base/buf.h"

/* Adds a text, escaped for elements and quoted attributes (and for XML). */
void xs_markup_text(xs_buf *b, const char *text);

/* Adds "NAME=value" of a query string, percent-encoded and escaped, after "?" if it is the first, else "&". */
void xs_markup_param(xs_buf *b, bool first, const char *name, const char *value);

/* Whether an address leads to a page: http, https, or relative to ours.  Others, as javascript:, are not
 * made links. */
bool xs_markup_leads(const char *url);

#endif
