// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_near.cc - from rows of the file of vectors to passages. */
#include "index/xap_near.hh"

#include <algorithm>
#include <unordered_map>

using namespace xap;

namespace
{

/* Passages by their numbers, as a part of a query: it ranks nothing. */
class passage_source : public Xapian::PostingSource
{
      public:
	/* In rising order. */
	explicit passage_source(std::vector<Xapian::docid> passages)
	    : passages_(std::move(passages))
	{
	}
	Xapian::doccount get_termfreq_min() const override
	{
		return 0; /* some may have been deleted */
	}
	Xapian::doccount get_termfreq_est() const override
	{
		return get_termfreq_max();
	}
	Xapian::doccount get_termfreq_max() const override
	{
		return static_cast<Xapian::doccount>(passages_.size());
	}
	void init(const Xapian::Database &) override
	{
		next_ = 0;
	}
	void next(double) override
	{
		next_++;
	}
	void skip_to(Xapian::docid to, double) override
	{
		auto from = passages_.begin() + static_cast<std::ptrdiff_t>(next_ ? next_ - 1 : 0);

		next_ = static_cast<size_t>(std::lower_bound(from, passages_.end(), to) -
					    passages_.begin()) +
			1;
	}
	bool at_end() const override
	{
		return next_ > passages_.size();
	}
	Xapian::docid get_docid() const override
	{
		return passages_[next_ - 1];
	}

      private:
	std::vector<Xapian::docid> passages_;
	size_t next_ = 0; /* place + 1: before the first next() there is none */
};

} // namespace

nearness::nearness(const xs_xap &x, vector_query query)
    : vectors_(x.vectors), query_(std::move(query))
{
}

void nearness::look(found_match &m, const xs_record &r) const
{
	int64_t row;

	if (m.looked)
		return;
	m.looked = true;
	row = xs_vectors_row(vectors_, *m.at);
	if (row < 0 ||
	    xs_vectors_key(vectors_, static_cast<size_t>(row)).content != xs_record_content(&r))
		return;
	m.near = true;
	m.cosine = xs_vectors_cosine(vectors_, query_.get(), static_cast<size_t>(row));
}

int xap::read_record(found_match &m, xs_arena *a)
{
	if (m.record)
		return XS_OK;
	string data = m.at.get_document().get_data();
	/* The tokens of a record point into its bytes. */
	const char *bytes = xs_arena_dupn(a, data.data(), data.size());
	xs_record *r = static_cast<xs_record *>(xs_arena_alloc(a, sizeof *r));
	int rc = xs_record_get(r, a, bytes, data.size());

	m.record = rc == XS_OK ? r : nullptr;
	return rc;
}

int nearness::nearest(std::vector<found_match> &out, xs_xap &x, const plan &p, xs_arena *a,
		      size_t room, const uint64_t *bits,
		      const std::function<Xapian::Query(const Xapian::Query &)> &query) const
{
	std::vector<xs_near> rows(std::min<size_t>(room, x.db.get_doccount()));
	std::vector<Xapian::docid> passages;
	Xapian::Enquire enquire(x.db);
	size_t n = 0;
	int rc = XS_OK;

	xs_vectors_nearest(rows.data(), &n, rows.size(), vectors_, query_.get(), bits);
	if (!n)
		return XS_OK;
	for (size_t i = 0; i < n; i++)
		passages.push_back(
			static_cast<Xapian::docid>(xs_vectors_key(vectors_, rows[i].row).docid));
	std::sort(passages.begin(), passages.end());
	/* release(): it lives as long as the matches, which know the query. */
	Xapian::Query listed((new passage_source(passages))->release());

	enquire.set_weighting_scheme(weights(x.db));
	/* The list of all passages leaves out those that were deleted. */
	enquire.set_query(
		query(Xapian::Query(Xapian::Query::OP_FILTER, listed, Xapian::Query::MatchAll)));
	/* Only for the key of a match's page: none may be left out. */
	enquire.set_collapse_key(SLOT_PAGE, UINT32_MAX);
	Xapian::MSet mset = enquire.get_mset(0, static_cast<Xapian::doccount>(n));
	mset.fetch();
	for (auto i = mset.begin(); i != mset.end() && rc == XS_OK; ++i) {
		found_match m{i, 0, false, true, false, false, 0, nullptr};

		rc = read_record(m, a);
		if (rc < 0)
			break;
		look(m, *m.record);
		if (m.near && p.agrees(*m.record))
			out.push_back(m);
	}
	/* As the file has them: rows rise with the numbers of passages. */
	std::sort(out.begin(), out.end(), [](const found_match &l, const found_match &r) {
		return l.cosine != r.cosine ? l.cosine > r.cosine : *l.at < *r.at;
	});
	return rc;
}
