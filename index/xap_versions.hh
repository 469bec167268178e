// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_versions.hh - a page in several languages is found once, in that of who asks.
 *
 * Versions name each other (xs_page.versions).  The least address of them is what all are versions of:
 * its hash and the page's language are a value of the page's documents. */
#ifndef XS_INDEX_XAP_VERSIONS_HH
#define XS_INDEX_XAP_VERSIONS_HH

#include "index/xap_found.hh"

namespace xap
{

/* Whether any page of the index has another version. */
bool has_versions(const xs_xap &x);

/* SLOT_VERSION of a page that has versions. */
string version_value(const xs_record &r);

/* Leaves one page of each that were found in several languages, in the place of the first of them: the one
 * that fits `languages` best (a value of Accept-Language), else the first.  One that has less than half
 * of what another has of the question's words was not asked for, as the question is in another language;
 * a page that was asked for by name stays itself. */
void keep_one_version(found_all &f, const char *languages);

} // namespace xap

#endif
