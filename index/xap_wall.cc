// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_wall.cc - from the most special exception to the most general one. */
#include "index/xap_wall.hh"

#include <xapian.h>

int xap::xap_fail()
{
	/* The exception that the caller's handler has caught. */
	try {
		throw;
	} catch (const wrong_input &e) {
		return xs_fail(XS_EINPUT, "%s", e.sentence.c_str());
	} catch (const Xapian::DatabaseNotFoundError &) {
		/* No sentence: for some callers this is an answer. */
		return XS_ENOTFOUND;
	} catch (const Xapian::DatabaseLockError &e) {
		/* Not our own lock (index.c), which was taken before: another program's. */
		return xs_fail(XS_EBUSY, "the index is locked by another process: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseModifiedError &) {
		/* The code on which the caller opens the index anew and repeats the search. */
		return xs_fail(XS_ESTALE, "the index changed while it was read");
	} catch (const Xapian::DatabaseVersionError &e) {
		return xs_fail(XS_EFORMAT, "the index is of another version of Xapian: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseCorruptError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::SerialisationError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::RangeError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseOpeningError &e) {
		/* With a reason of the system (rights, file handles) the files may be whole. */
		return xs_fail(e.get_error_string() ? XS_EIO : XS_EFORMAT,
			       "the index cannot be opened: %s%s%s", e.get_msg().c_str(),
			       e.get_error_string() ? ": " : "",
			       e.get_error_string() ? e.get_error_string() : "");
	} catch (const Xapian::NetworkError &e) {
		return xs_fail(XS_EIO, "a shard does not answer: %s %s", e.get_msg().c_str(),
			       e.get_context().c_str());
	} catch (const Xapian::DatabaseError &e) {
		/* Without a reason of the system it is the files' fault, as where one was cut short. */
		if (!e.get_error_string())
			return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
				       e.get_msg().c_str());
		return xs_fail(XS_EIO, "the index: %s: %s", e.get_msg().c_str(),
			       e.get_error_string());
	} catch (const Xapian::Error &e) {
		return xs_fail(XS_EINTERNAL, "Xapian: %s: %s", e.get_type(), e.get_msg().c_str());
	} catch (const std::exception &e) {
		return xs_fail(XS_EINTERNAL, "Xapian: %s", e.what());
	} catch (...) {
		return xs_fail(XS_EINTERNAL, "Xapian: an unknown failure");
	}
}
