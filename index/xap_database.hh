// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_database.hh - a database of Xapian that is open for reading. */
#ifndef XS_INDEX_XAP_DATABASE_HH
#define XS_INDEX_XAP_DATABASE_HH

#include <sys/stat.h>

#include <string>
#include <vector>

#include "index/xap_stem.hh"
#include "vectors/vectors.h"

extern "C" {
#include "index/xap.h"
}

namespace xap
{

/* The rows that a query matches, a bit each (xap_allowed.hh). */
struct allowed {
	string query; // serialised
	std::vector<uint64_t> bits;
};

} // namespace xap

struct xs_xap {
	Xapian::Database db;
	std::string path;		 // stub or folder
	std::vector<std::string> shards; // in place of `path`
	struct stat stub;		 // as it was when opened
	xap::stemmers stems;
	std::vector<std::string>
		languages;	   // that documents are stemmed by; empty: not looked for yet
	const xs_vectors *vectors; // of the passages; nullptr: none
	std::vector<xap::allowed> allowed_rows; // of the last queries, for these vectors
};

#endif
