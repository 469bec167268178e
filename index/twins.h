/* SPDX-License-Identifier: GPL-2.0-or-later */
/* twins.h - pages that are the same are shown once.
 *
 * The same are pages of one site with the same bytes, and a text file beside an HTML file of its name
 * with the same words.  Shown is the one of the shortest address (then the first in order of bytes);
 * of text and HTML the HTML.  It is found by the addresses of the others, too, and these come back
 * as soon as it goes or changes. */
#ifndef XS_INDEX_TWINS_H
#define XS_INDEX_TWINS_H

#include "base/error.h"
#include "index/store.h"

/* Looks at all pages of the store and sets what has changed, within a transaction that is open.
 * `hidden` gets how many pages are not shown. */
int xs_twins_find(size_t *hidden, xs_store *st);

#endif
