/* SPDX-License-Identifier: GPL-2.0-or-later */
/* address.h - the address of a page that is a file. */
#ifndef XS_INDEX_PAGES_ADDRESS_H
#define XS_INDEX_PAGES_ADDRESS_H

#include "base/arena.h"
#include "index/pages/source.h"

/* The address that follows from the file's path below the source, `rel`, by the source's rules
 * (strip_extension, index_folders), after the source's URL.  In `a`. */
const char *xs_address(xs_arena *a, const xs_source *s, const char *rel);

/* The same with what the page asks for, page->address: from "/" on below the source's URL (which may be in it
 * already), a relative one beside the file, a whole one only below the source's URL.  One with
 * placeholders or "..", or of another place, is told (note.h) and not taken. */
const char *xs_address_asked(xs_page *page, xs_arena *a, const xs_source *s, const char *rel);

/* Whether a URL is `root` or below it: of the same scheme, host and port. */
bool xs_address_below(const char *url, const char *root);

#endif
