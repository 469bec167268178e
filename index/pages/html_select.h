/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_select.h - elements of a page that a setting names, by XPath 1.0.
 *
 * XPath is what libxml2 has, which reads the pages.  To it has-class('NAME') is added, which is true of
 * elements with that class.  Selectors of CSS would need an engine of their own: Debian 12 has none that
 * is still cared for.
 *
 * Knows nothing of settings but the name that sentences give them. */
#ifndef XS_INDEX_PAGES_HTML_SELECT_H
#define XS_INDEX_PAGES_HTML_SELECT_H

#include "base/error.h"

/* What is known of an element that was selected: bits of a number that its _private holds. */
enum { XS_SELECT_KEEP = 1, XS_SELECT_DROP = 2 };

/* Whether an expression can be read and gives elements.  XS_EINPUT: what is wrong, where, and what was
 * expected; the sentence begins with `setting`. */
int xs_html_select_check(const char *setting, const char *expression);

struct _xmlDoc; /* libxml2's */

/* Marks the elements of a document that the expressions select, NULL-terminated lists or NULL.
 * XS_EINPUT: one selects something else, or takes too many steps; the sentence begins with `place`, the
 * page's.  Any number of threads, each with its own document. */
int xs_html_select(struct _xmlDoc *doc, const char *place, const char *const *keep,
		   const char *const *drop);

#endif
