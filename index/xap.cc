// SPDX-License-Identifier: GPL-2.0-or-later
/* xap.cc - documents, terms and queries of Xapian.
 *
 * What a document holds.  Every wdf is in quarters (UNIT), so that weights may be fractions; BM25's
 * k1 is scaled alike.
 *
 *	word          positions of the word as it is written; wdf 0: for phrases
 *	Zstem         what is ranked: text, and title and headings by their weights
 *	Sword ZSstem  of the title: positions, and stems
 *	XHword ZXHstem of the headings
 *	Hhost         the URL's host, and the domains above it
 *	P/a P/a/b     the URL's path, and the folders above it ("P/" is the root)
 *	Ttype Llang   as they are
 *
 * Positions of the title begin at 1, the headings' and the text's some way further on, so that no
 * phrase reaches over. */
#include <xapian.h>

#include <sys/stat.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

extern "C" {
#include "index/xap.h"
#include "index/words.h"
}

namespace
{

using std::string;
using std::string_view;

enum { UNIT = 4, GAP = 100, STEMS_KEPT = 1 << 16, TERM_MAX = 240 };
enum slot : Xapian::valueno { SLOT_PAGE = 0, SLOT_DATE = 1 };

/* The one place where exceptions end. */
int xap_fail()
{
	try {
		throw;
	} catch (const Xapian::DatabaseNotFoundError &) {
		return XS_ENOTFOUND;
	} catch (const Xapian::DatabaseLockError &e) {
		return xs_fail(XS_EBUSY, "the index is locked by another process: %s", e.get_msg().c_str());
	} catch (const Xapian::DatabaseModifiedError &) {
		return xs_fail(XS_ESTALE, "the index changed while it was read");
	} catch (const Xapian::DatabaseVersionError &e) {
		return xs_fail(XS_EFORMAT, "the index is of another version of Xapian: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseCorruptError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s", e.get_msg().c_str());
	} catch (const Xapian::SerialisationError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s", e.get_msg().c_str());
	} catch (const Xapian::RangeError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s", e.get_msg().c_str());
	} catch (const Xapian::DatabaseOpeningError &e) {
		return xs_fail(XS_EFORMAT, "the index cannot be opened: %s", e.get_msg().c_str());
	} catch (const Xapian::NetworkError &e) {
		return xs_fail(XS_EIO, "a shard does not answer: %s %s", e.get_msg().c_str(),
			       e.get_context().c_str());
	} catch (const Xapian::DatabaseError &e) {
		return xs_fail(XS_EIO, "the index: %s%s%s", e.get_msg().c_str(),
			       e.get_error_string() ? ": " : "",
			       e.get_error_string() ? e.get_error_string() : "");
	} catch (const Xapian::Error &e) {
		return xs_fail(XS_EINTERNAL, "Xapian: %s: %s", e.get_type(), e.get_msg().c_str());
	} catch (const std::exception &e) {
		return xs_fail(XS_EINTERNAL, "Xapian: %s", e.what());
	} catch (...) {
		return xs_fail(XS_EINTERNAL, "Xapian: an unknown failure");
	}
}

} // namespace
