// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_document.hh - a document of Xapian on its way to the index. */
#ifndef XS_INDEX_XAP_DOCUMENT_HH
#define XS_INDEX_XAP_DOCUMENT_HH

#include <xapian.h>

#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "index/xap.h"
}

struct xs_xap_document {
	Xapian::Document doc;
	/* Words to tell the dictionary of spellings of, with their stems (with a "Z"). */
	std::vector<std::pair<std::string, std::string>> words;
};

#endif
