/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_link.h - which links in a heading are permanent links, and no words of it.
 *
 * Generators put a link to the heading itself beside its words: "¶", "#", a picture, "Permalink".
 * Others make all its words such a link.  For html.c alone. */
#ifndef XS_INDEX_PAGES_HTML_LINK_H
#define XS_INDEX_PAGES_HTML_LINK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a text has neither a letter nor a digit; so has an empty one. */
bool xs_html_link_signs(const char *text, size_t len);

/* Whether a text is nothing but signs that stand for permanent links: "#", "¶", "§", ... */
bool xs_html_link_marks(const char *text, size_t len);

/* Whether a text says what such links are called: "Permalink", "[link]", "Direct link to Usage". */
bool xs_html_link_named(const char *text, size_t len);

/* Whether a link points to its own page: "#part", or the address of the page, `url`, as it is or with
 * a fragment.  Relative ones are of `base`. */
bool xs_html_link_own(const char *href, const char *base, const char *url);

#endif
