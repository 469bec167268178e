// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_place.hh - hosts and paths of pages, as terms. */
#ifndef XS_INDEX_XAP_PLACE_HH
#define XS_INDEX_XAP_PLACE_HH

#include <xapian.h>

#include "index/xap_document.hh"

namespace xap
{

/* Adds the terms of a URL to a document: its host and the domains above, its path and the folders
 * above. */
void add_place(draft &doc, const char *url);

/* Passages of pages with the host and path of that URL. */
Xapian::Query place(const char *url);

/* Adds the address of a page that is not shown for this one, which is the same. */
void add_alias(draft &doc, const char *url);

/* Passages of the page that is shown for the one at an address. */
Xapian::Query alias(const char *address);

/* Whether a text is an address: it has a scheme, or begins with a host or "/", and has no spaces. */
bool is_address(const char *text);

/* Passages that may be of the page at an address: its fragment, its question and an index.html, .html
 * or "/" at its end do not count.  same_place() tells those that are. */
Xapian::Query places(const char *address);
bool same_place(const char *url, const char *address);

} // namespace xap

#endif
