// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_document.hh - a document of Xapian on its way to the index. */
#ifndef XS_INDEX_XAP_DOCUMENT_HH
#define XS_INDEX_XAP_DOCUMENT_HH

#include <xapian.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "index/xap.h"
}

namespace xap
{

/* What a document will hold, in one run of bytes.  A Xapian::Document is a tree with a piece of memory
 * for each term: made by one thread and read and freed by another, it took twenty times the room of
 * the text, and its pieces were read from memory instead of the cache. */
class draft
{
      public:
	/* As Xapian::Document has them. */
	void add_term(const std::string &term, Xapian::termcount wdf)
	{
		note(term, wdf);
	}
	void add_boolean_term(const std::string &term)
	{
		note(term, 0);
	}
	void add_value(Xapian::valueno slot, const std::string &value)
	{
		values_.emplace_back(slot, value);
	}
	void set_data(std::string data)
	{
		data_ = std::move(data);
	}
	/* The document, to be written and freed at once. */
	Xapian::Document document() const
	{
		Xapian::Document out;
		size_t at = 0;

		for (const item &i : items_) {
			out.add_term(std::string(bytes_, at, i.n), i.wdf);
			at += i.n;
		}
		for (const auto &[slot, value] : values_)
			out.add_value(slot, value);
		out.set_data(data_);
		return out;
	}

      private:
	struct item {
		uint32_t n; /* bytes of the term, behind those of the items before */
		Xapian::termcount wdf;
	};
	void note(const std::string &term, Xapian::termcount wdf)
	{
		bytes_ += term;
		items_.push_back({static_cast<uint32_t>(term.size()), wdf});
	}
	std::string bytes_, data_;
	std::vector<item> items_;
	std::vector<std::pair<Xapian::valueno, std::string>> values_;
};

} // namespace xap

struct xs_xap_document {
	xap::draft doc;
	/* Words to tell the dictionary of spellings of, with their stems (with a "Z"). */
	std::vector<std::pair<std::string, std::string>> words;
};

#endif
