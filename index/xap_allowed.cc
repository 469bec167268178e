// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_allowed.cc - bitmaps of rows, and the last few of them kept. */
#include "index/xap_allowed.hh"

#include <algorithm>

using namespace xap;
using Xapian::Query;

namespace
{

/* A bitmap of a million passages has 125 kB. */
enum { ALLOWED_KEPT = 8 };

/* Marks each document that the matcher looks at: unlike an MSet it takes no memory for each. */
class row_spy : public Xapian::MatchSpy
{
      public:
	row_spy(std::vector<uint64_t> &bits, const xs_vectors *v, bool set)
	    : bits_(bits), vectors_(v), set_(set)
	{
	}
	void operator()(const Xapian::Document &doc, double) override
	{
		int64_t row = xs_vectors_row(vectors_, doc.get_docid());
		size_t at = static_cast<size_t>(row);

		if (row < 0)
			return;
		if (set_)
			bits_[at / 64] |= UINT64_C(1) << at % 64;
		else
			bits_[at / 64] &= ~(UINT64_C(1) << at % 64);
	}

      private:
	std::vector<uint64_t> &bits_;
	const xs_vectors *vectors_;
	bool set_;
};

} // namespace

void xap::mark_rows(std::vector<uint64_t> &bits, xs_xap &x, const Query &query, bool set)
{
	Xapian::Enquire enquire(x.db);
	row_spy spy(bits, x.vectors, set);

	enquire.set_weighting_scheme(Xapian::BoolWeight());
	enquire.set_docid_order(Xapian::Enquire::ASCENDING);
	enquire.set_query(query);
	enquire.add_matchspy(&spy);
	/* No match is wanted, but all must be looked at: the spy sees only those that are. */
	enquire.get_mset(0, 0, x.db.get_doccount());
}

const uint64_t *xap::allowed_rows(xs_xap &x, const plan &p)
{
	xs_vectors_info info;

	if (!p.requires_any())
		return nullptr;
	Query query = p.restrict_to(Query::MatchAll);
	string key = query.serialise();
	auto same = [&key](const allowed &one) { return one.query == key; };
	auto known = std::find_if(x.allowed_rows.begin(), x.allowed_rows.end(), same);

	/* The last one used stands first, so that what goes is the one unused for longest. */
	if (known != x.allowed_rows.end()) {
		std::rotate(x.allowed_rows.begin(), known, known + 1);
		return x.allowed_rows.front().bits.data();
	}
	xs_vectors_info_get(&info, x.vectors);
	/* One word more: data() of an empty vector may be nullptr, which would allow all. */
	allowed fresh{key, std::vector<uint64_t>(info.n / 64 + 1)};

	mark_rows(fresh.bits, x, query, true);
	if (x.allowed_rows.size() == ALLOWED_KEPT)
		x.allowed_rows.pop_back();
	x.allowed_rows.insert(x.allowed_rows.begin(), std::move(fresh));
	return x.allowed_rows.front().bits.data();
}
