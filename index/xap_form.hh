// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_form.hh - what documents of Xapian have in common: units, slots, bounds.
 *
 * A change here is another form of documents: XS_HANDLE_FORM (handle.h) rises with it. */
#ifndef XS_INDEX_XAP_FORM_HH
#define XS_INDEX_XAP_FORM_HH

#include <xapian.h>

#include <cstdint>

#include "index/xap_wall.hh"

extern "C" {
#include "index/words/fold.h"
}

namespace xap
{

/* Every wdf is in quarters, so that weights of title and headings may be fractions. */
enum { UNIT = 4 };

/* Bytes of a term, its prefix left out: Xapian allows 245. */
enum { TERM_MAX = 240 };

/* Values of a document: the page's number, its date, a byte for each word (phrase.h), the page's
 * number and facets (facet.h), what it is a version of (xap_versions.hh). */
enum slot : Xapian::valueno {
	SLOT_PAGE = 0,
	SLOT_DATE = 1,
	SLOT_TRACE = 2,
	SLOT_FACETS = 3,
	SLOT_VERSION = 4
};

/* The term of passages whose page is mostly links. */
#define LISTS_TERM "XLlinks"

/* A page's number as SLOT_PAGE has it. */
inline string page_value(uint64_t page)
{
	string out(8, '\0');

	for (int i = 0; i < 8; i++)
		out[static_cast<size_t>(i)] = static_cast<char>(page >> (56 - 8 * i));
	return out;
}

/* In lower case, as terms of hosts and of values are: ASCII only, as in host names. */
inline string lower(string s)
{
	for (char &c : s)
		c = xs_fold_ascii(c);
	return s;
}

} // namespace xap

#endif
