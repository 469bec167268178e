// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_similar.cc - pages that share the words that tell a page from others. */
#include <cstring>
#include <memory>

#include "index/xap_hits.hh"
#include "index/xap_place.hh"

using namespace xap;

namespace
{

/* Bounds: a page of thousands of passages must not become a question of all its words. */
enum { SIMILAR = 10, SIMILAR_MAX = 1000, SIMILAR_TERMS = 40, SIMILAR_PASSAGES = 30 };

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

/* The passages of the page of that URL that meet what is required; *page is its collapse key. */
int find_page(Xapian::RSet &of, string &page, xs_xap &x, const plan &p, const char *url)
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
	for (auto i = mset.begin(); i != mset.end() && of.size() < SIMILAR_PASSAGES; ++i) {
		Xapian::Document doc = i.get_document();
		string data = doc.get_data();
		xs_record r;
		int rc;

		xs_arena_reset(scratch.get());
		rc = xs_record_get(&r, scratch.get(), data.data(), data.size());
		if (rc < 0)
			return rc;
		/* Terms are of the path without query and anchor, and of all that lies below. */
		if (strcmp(r.url, url) != 0 || !p.agrees(r))
			continue;
		page = doc.get_value(SLOT_PAGE);
		of.add_document(*i);
	}
	return of.empty() ? XS_ENOTFOUND : XS_OK;
}

} // namespace

int xs_xap_similar(xs_search_result *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		   const xs_similar_request *request)
try {
	size_t n = std::min<size_t>(request->n ? request->n : size_t(SIMILAR), size_t(SIMILAR_MAX));
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof *queries));
	Xapian::Enquire enquire(x->db);
	plan p(*x, *options);
	xs_search_request all{};
	stem_decider stems;
	Xapian::RSet of;
	found_all f{};
	string page;
	int rc;

	*out = {};
	all.no_ids = true;
	rc = p.read(queries, a, nullptr, request->filters, request->n_filters);
	if (rc == XS_OK)
		rc = find_page(of, page, *x, p, request->url);
	if (rc < 0)
		return rc;
	/* By a value and not by words: get_eset() leaves out the terms of its query. */
	enquire.set_query(Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_PAGE, page, page));
	Xapian::ESet shared = enquire.get_eset(SIMILAR_TERMS, of, &stems);
	Xapian::Query other(Xapian::Query::OP_AND_NOT,
			    Xapian::Query(Xapian::Query::OP_OR, shared.begin(), shared.end()),
			    Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_PAGE, page, page));

	rc = search_all(f, *x, p, p.restrict_to(other), {n, 0, false});
	if (rc == XS_OK)
		rc = fill_hits(out, a, f, "", all);
	out->passages = f.n_passages;
	out->pages = f.n_pages;
	return rc;
} catch (...) {
	*out = {};
	return xap_fail();
}
