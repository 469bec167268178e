// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_similar.cc - pages that are near to a page in meaning, or share the words that tell it from others. */
#include <cmath>
#include <cstring>
#include <memory>

#include "index/xap_allowed.hh"
#include "index/xap_hits.hh"
#include "index/xap_place.hh"

using namespace xap;

namespace
{

/* Bounds: a page of thousands of passages must not become a question of all its words. */
enum {
	SIMILAR = 10,
	SIMILAR_MAX = 1000,
	SIMILAR_TERMS = 40,
	SIMILAR_PASSAGES = 30,
	NEAR_A_PAGE = 4
};

/* Stems of the text: what ranks. */
class stem_decider : public Xapian::ExpandDecider
{
      public:
	bool operator()(const string &term) const override
	{
		/* A capital behind the "Z" is a field's: words of titles have a plain term as
		 * well. */
		return term.size() > 2 && term[0] == 'Z' && !(term[1] >= 'A' && term[1] <= 'Z');
	}
};

/* A page, by up to SIMILAR_PASSAGES of its passages. */
struct page_asked {
	string key;		  // of collapsing
	Xapian::RSet of;	  // all of them
	std::vector<size_t> rows; // of those that have a vector
};

/* The row of a passage's vector, if that is of what it says; -1. */
int64_t row_of(const xs_xap &x, Xapian::docid passage, const xs_record &r)
{
	int64_t row = x.vectors ? xs_vectors_row(x.vectors, passage) : -1;

	if (row >= 0 &&
	    xs_vectors_key(x.vectors, static_cast<size_t>(row)).content != xs_record_content(&r))
		return -1;
	return row;
}

/* The page of that URL, if it meets what is required. */
int find_page(page_asked &page, xs_xap &x, const plan &p, const char *url)
{
	std::unique_ptr<xs_arena, void (*)(xs_arena *)> scratch(xs_arena_new(), xs_arena_free);
	Xapian::Enquire enquire(x.db);
	Xapian::Query there = xap::place(url); /* and what lies below it */
	Xapian::MSet mset;

	if (strstr(url, "://")) { /* else a page's number is its key's (xs_record_page) */
		string number = page_value(xs_record_page("", url));

		there = Xapian::Query(Xapian::Query::OP_FILTER, there,
				      Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_PAGE,
						    number, number));
	}
	enquire.set_weighting_scheme(Xapian::BoolWeight());
	enquire.set_query(p.restrict_to(there));
	mset = enquire.get_mset(0, x.db.get_doccount());
	for (auto i = mset.begin(); i != mset.end() && page.of.size() < SIMILAR_PASSAGES; ++i) {
		Xapian::Document doc = i.get_document();
		string data = doc.get_data();
		xs_record r;
		int64_t row;
		int rc;

		xs_arena_reset(scratch.get());
		rc = xs_record_get(&r, scratch.get(), data.data(), data.size());
		if (rc < 0)
			return rc;
		/* Terms are of the path without query and anchor, and of all that lies below. */
		if (strcmp(r.url, url) != 0 || !p.agrees(r))
			continue;
		page.key = doc.get_value(SLOT_PAGE);
		page.of.add_document(*i);
		row = row_of(x, *i, r);
		if (row >= 0)
			page.rows.push_back(static_cast<size_t>(row));
	}
	return page.of.empty() ? XS_ENOTFOUND : XS_OK;
}

Xapian::Query passages_of(const page_asked &page)
{
	return Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_PAGE, page.key, page.key);
}

/* The mean of the page's vectors: what it is about as a whole.  The nearest of any two passages would be
 * what pages have in common, such as a licence. */
nearness mean_of(const xs_xap &x, const page_asked &page)
{
	xs_vectors_info info;

	xs_vectors_info_get(&info, x.vectors);
	std::vector<float> one(static_cast<size_t>(info.dimensions)), sum(one.size());

	for (size_t row : page.rows) {
		xs_vectors_get(one.data(), x.vectors, row);
		for (size_t i = 0; i < one.size(); i++)
			sum[i] += one[i];
	}
	float length = 0;
	for (float v : sum)
		length += v * v;
	for (float &v : sum)
		v = length > 0 ? v / std::sqrt(length) : 0;
	return nearness(x, {xs_vector_query_new(x.vectors, sum.data()), xs_vector_query_free});
}

/* The pages that are nearest in meaning, by their best passages. */
int by_meaning(found_all &f, const nearness &near, xs_xap &x, const plan &p, xs_arena *a,
	       const page_asked &page, const char *url, size_t n)
{
	const uint64_t *allowed = allowed_rows(x, p);
	std::vector<found_match> nearest;
	xs_vectors_info info;
	int rc;

	xs_vectors_info_get(&info, x.vectors);
	std::vector<uint64_t> bits(info.n / 64 + 1, ~UINT64_C(0));

	if (allowed)
		bits.assign(allowed, allowed + bits.size());
	/* Else most of what is nearest would be its own.  The place first: a range of values alone would be
	 * looked for in all documents. */
	mark_rows(bits, x,
		  Xapian::Query(Xapian::Query::OP_FILTER, xap::place(url), passages_of(page)),
		  false);
	/* Several of one page are among them. */
	rc = near.nearest(nearest, x, p, a, n * NEAR_A_PAGE, bits.data(),
			  [&](const Xapian::Query &q) { return p.restrict_to(q); });
	for (found_match &m : nearest) {
		if (f.pages.size() == n)
			break;
		if (!f.at.emplace(m.at.get_collapse_key(), f.pages.size()).second)
			continue;
		m.score = static_cast<double>(m.cosine);
		f.pages.push_back({f.matches.size()});
		f.matches.push_back(m);
	}
	f.n_pages = f.n_passages = f.pages.size();
	return rc;
}

/* The pages that share the words that tell this one from others. */
int by_words(found_all &f, xs_xap &x, const plan &p, const page_asked &page, size_t n)
{
	Xapian::Enquire enquire(x.db);
	stem_decider stems;

	/* By a value and not by words: get_eset() leaves out the terms of its query. */
	enquire.set_query(passages_of(page));
	Xapian::ESet shared = enquire.get_eset(SIMILAR_TERMS, page.of, &stems);
	Xapian::Query other(Xapian::Query::OP_AND_NOT,
			    Xapian::Query(Xapian::Query::OP_OR, shared.begin(), shared.end()),
			    passages_of(page));

	return search_all(f, x, p, p.restrict_to(other), {n, 0, false});
}

} // namespace

int xs_xap_similar(xs_search_result *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		   const xs_similar_request *request)
try {
	size_t n = std::min<size_t>(request->n ? request->n : size_t(SIMILAR), size_t(SIMILAR_MAX));
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof *queries));
	std::unique_ptr<nearness> near;
	plan p(*x, *options);
	xs_search_request all{};
	page_asked page;
	found_all f{};
	int rc;

	*out = {};
	all.no_ids = true;
	rc = p.read(queries, a, nullptr, request->filters, request->n_filters);
	if (rc == XS_OK)
		rc = find_page(page, *x, p, request->url);
	if (rc < 0)
		return rc;
	if (!page.rows.empty())
		near = std::make_unique<nearness>(mean_of(*x, page));
	rc = near ? by_meaning(f, *near, *x, p, a, page, request->url, n)
		  : by_words(f, *x, p, page, n);
	if (rc == XS_OK)
		rc = fill_hits(out, a, f, near.get(), "", all);
	out->meaning = near ? XS_MEANING_DONE : XS_MEANING_OFF;
	out->passages = f.n_passages;
	out->pages = f.n_pages;
	return rc;
} catch (...) {
	*out = {};
	return xap_fail();
}
