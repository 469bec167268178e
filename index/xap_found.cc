// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_found.cc - matches of Xapian, collapsed by page. */
#include "index/xap_found.hh"

#include <algorithm>
#include <cstring>
#include <memory>

#include "index/xap_name.hh"
#include "index/xap_place.hh"

extern "C" {
#include "index/words/exact.h"
}

using namespace xap;

namespace
{

/* BM25.  nDCG@10 of passages of 180 words, a page's best one counting, title weight 3 (Xapian's
 * defaults on whole documents in brackets), on all judged queries:
 *
 *	k1   b     cranfield  scifact  stackfaq  med     cisi    npl     mean
 *	           (.493)     (.685)   (.696)    (.697)  (.304)  (.440)  (.553)
 *	0.6  0.5   .497       .699     .715      .681    .295    .439    .554
 *	1    0.5   .513       .698     .743      .689    .315    .433    .565
 *	1    0.75  .517       .700     .752      .686    .328    .428    .569
 *	1.2  0.75  .522       .701     .761      .694    .331    .422    .572
 *	1.6  0.75  .529       .696     .773      .693    .334    .410    .573
 *	1.6  0.85  .530       .697     .774      .698    .339    .401    .573
 *	2    0.75  .531       .693     .780      .692    .341    .395    .572
 *
 * (Measured before descriptions of pages counted: cisi has come to .355 since, the others stayed.)
 *
 * npl alone has passages of one or two sentences (45 words, titles counted as they weigh; the others
 * have 105 to 220).  In such a text a word that comes again says little more, and its length less: k1
 * and b are what these are worth.  So both follow the mean length of the index's passages, from 0.6 and
 * 0.5 up to 60 words to 1.6 and 0.85 from 100 on.  With any of the five left out, the others choose the
 * same; npl, left out, would have what they have.
 *
 * With five collections and before words had parts: a share of the further passages' scores in a
 * page's costs .003 with a share of 0.05, .012 with 0.2; another title weight costs .011 with 1, and
 * nothing with 2 and 5. */
const double K1_SHORT = 0.6, K1_LONG = 1.6, B_SHORT = 0.5, B_LONG = 0.85, MIN_NORMLEN = 0.5;
const double SHORT = 60, LONG = 100;
const Xapian::doccount PORTION_GROWS = 4, COLLAPSE_LOOSE = 4;
const Xapian::doccount COUNTED = 1000; /* so many matches are counted, more are estimated */

/* Takes a match, unless there are enough of its page. */
void take(found_all &f, const Xapian::MSetIterator &i, size_t most)
{
	auto [known, fresh] = f.at.emplace(i.get_collapse_key(), f.pages.size());

	if (fresh)
		f.pages.emplace_back();
	if (f.pages[known->second].size() == most)
		return;
	f.pages[known->second].push_back(f.matches.size());
	f.matches.push_back({i, i.get_weight(), true, false, false, false, 0, nullptr});
}

/* The passages that match, at least those of `depth` pages. */
void search_words(found_all &f, Xapian::Enquire &enquire, Xapian::doccount room, size_t depth,
		  size_t most)
{
	Xapian::MSet mset;

	enquire.set_collapse_key(SLOT_PAGE, static_cast<Xapian::doccount>(most));
	mset = enquire.get_mset(0, room, COUNTED);
	mset.fetch();
	for (auto i = mset.begin(); i != mset.end(); ++i)
		take(f, i, most);
	f.n_passages = std::max(mset.get_uncollapsed_matches_estimated(), mset.size());
	f.n_pages = f.pages.size();
	if (mset.size() == room) /* there may be more pages, cut alike */
		f.n_pages = std::max<uint64_t>(f.n_pages, uint64_t(mset.get_matches_estimated()) *
								  f.n_pages /
								  std::max<size_t>(room, 1));
	if (f.pages.size() > depth)
		f.pages.resize(depth);
}

/* Leaves out documents that have the stems of a phrase but not the phrase: only for an index at hand,
 * Xapian's servers know of no deciders. */
class phrase_decider : public Xapian::MatchDecider
{
      public:
	explicit phrase_decider(const plan &of) : plan_(of)
	{
	}
	bool operator()(const Xapian::Document &doc) const override
	{
		return plan_.may_agree(doc.get_value(SLOT_TRACE));
	}

      private:
	const plan &plan_;
};

/* Takes those of the matches from `seen` on that have the phrases. */
int take_phrases(found_all &f, uint64_t &kept, const Xapian::MSet &mset, Xapian::doccount seen,
		 size_t most, const plan &p)
{
	std::unique_ptr<xs_arena, void (*)(xs_arena *)> scratch(xs_arena_new(), xs_arena_free);

	mset.fetch();
	for (auto i = mset[seen]; i != mset.end(); ++i) {
		string data = i.get_document().get_data();
		xs_record r;
		int rc;

		xs_arena_reset(scratch.get());
		rc = xs_record_get(&r, scratch.get(), data.data(), data.size());
		if (rc < 0)
			return rc;
		if (!p.agrees(r))
			continue;
		kept++;
		take(f, i, most);
	}
	return XS_OK;
}

/* As search_words, where phrases are to be looked for: best first, more and more. */
int search_phrases(found_all &f, Xapian::Enquire &enquire, const Xapian::MatchDecider *decider,
		   Xapian::doccount room, size_t depth, size_t most, const plan &p)
{
	uint64_t kept = 0;
	Xapian::MSet mset;
	Xapian::doccount seen;
	bool more = true;
	int rc;

	/* No passage may be collapsed in favour of one that lacks the phrase.  What the decider lets through
	 * seldom does: of single words, a third of the passages that have but the stem. */
	enquire.set_collapse_key(SLOT_PAGE,
				 decider && !p.has_phrases(false)
					 ? static_cast<Xapian::doccount>(most * COLLAPSE_LOOSE)
					 : UINT32_MAX);
	for (; more && f.pages.size() < depth; room *= PORTION_GROWS) {
		seen = mset.size();
		/* Only from `seen` on, fetch() would end in a crash (1.4.22). */
		mset = enquire.get_mset(0, room, COUNTED, nullptr, decider);
		more = mset.size() == room;
		rc = take_phrases(f, kept, mset, seen, most, p);
		if (rc < 0)
			return rc;
	}
	f.n_passages = kept;
	f.n_pages = f.pages.size();
	if (more && kept) {
		f.n_passages = std::max(kept, mset.get_uncollapsed_matches_estimated() * kept /
						      mset.size());
		f.n_pages = f.n_passages * f.n_pages / kept;
	}
	if (f.pages.size() > depth)
		f.pages.resize(depth);
	return XS_OK;
}

/* Half of the best weight: what is dated is not always an answer. */
double worth(Xapian::Enquire &enquire)
{
	Xapian::MSet best = enquire.get_mset(0, 1);

	return best.empty() ? 0 : best.begin().get_weight() / 2;
}

} // namespace

Xapian::BM25Weight xap::weights(const Xapian::Database &db)
{
	double length = db.get_avlength() / UNIT;
	double share = std::clamp((length - SHORT) / (LONG - SHORT), 0.0, 1.0);
	double k1 = K1_SHORT + (K1_LONG - K1_SHORT) * share;
	double b = B_SHORT + (B_LONG - B_SHORT) * share;

	return Xapian::BM25Weight(k1 * UNIT, 0, 1, b, MIN_NORMLEN);
}

int xap::search_all(found_all &f, xs_xap &x, const plan &p, const Xapian::Query &query,
		    const search_size &size)
{
	const size_t depth = size.depth, sub = size.sub;
	Xapian::Enquire enquire(x.db);
	Xapian::doccount room = static_cast<Xapian::doccount>(
		std::min<size_t>(depth * (sub + 1), std::max(x.db.get_doccount(), 1u)));

	enquire.set_weighting_scheme(weights(x.db));
	enquire.set_query(query);
	if (size.newest) {
		enquire.set_cutoff(0, worth(enquire));
		enquire.set_sort_by_value_then_relevance(SLOT_DATE, true);
	}
	if (p.has_phrases(true) || p.has_phrases(false)) {
		phrase_decider decider(p);

		return search_phrases(f, enquire, x.shards.empty() ? &decider : nullptr, room,
				      depth, sub + 1, p);
	}
	search_words(f, enquire, room, depth, sub + 1);
	return XS_OK;
}

namespace
{

/* Pages: what more of them have is no name.  Of an address, so many that lie below it are looked at. */
const Xapian::doccount NAMED_MOST = 3, NAMED_LOOK = 64;

/* Puts a match before all pages but those put before it.  `best`: it is what its page is shown by. */
void put_first(found_all &f, const Xapian::MSetIterator &i, bool best, size_t most)
{
	auto known = f.at.find(i.get_collapse_key());
	found_page page;

	if (known != f.at.end() && known->second < f.pages.size()) {
		page = f.pages[known->second];
		if (known->second < f.named)
			return;
		f.pages.erase(f.pages.begin() + static_cast<std::ptrdiff_t>(known->second));
	}
	if (best || page.empty()) {
		auto same = [&](size_t m) { return *f.matches[m].at == *i; };
		auto there = std::find_if(page.begin(), page.end(), same);

		/* How it was found, and its cosine, stay. */
		if (there != page.end()) {
			f.matches[*there].at = i;
			std::rotate(page.begin(), there, there + 1);
		} else {
			page.insert(page.begin(), f.matches.size());
			f.matches.push_back(
				{i, i.get_weight(), false, false, false, false, 0, nullptr});
		}
		page.resize(std::min(page.size(), most));
	}
	f.pages.insert(f.pages.begin() + static_cast<std::ptrdiff_t>(f.named++), page);
	f.index();
}

/* The best passage of each page that has one of the terms and may be seen: pages are counted, as a long
 * section has its heading in each of its passages, and filters leave out what they hide. */
Xapian::MSet named_pages(xs_xap &x, const plan &p, const Xapian::Query &names,
			 Xapian::doccount room)
{
	Xapian::Enquire enquire(x.db);

	enquire.set_weighting_scheme(weights(x.db));
	enquire.set_query(p.named(names));
	enquire.set_collapse_key(SLOT_PAGE, 1);
	return enquire.get_mset(0, room);
}

/* Puts those of the pages first that `is` takes.  XS_EFORMAT: a record is damaged. */
template <class T>
int put_those(found_all &f, const plan &p, const Xapian::MSet &mset, bool best, size_t most, T is)
{
	std::unique_ptr<xs_arena, void (*)(xs_arena *)> scratch(xs_arena_new(), xs_arena_free);

	for (auto i = mset.begin(); i != mset.end(); ++i) {
		string data = i.get_document().get_data();
		xs_record r;
		int rc;

		xs_arena_reset(scratch.get());
		rc = xs_record_get(&r, scratch.get(), data.data(), data.size());
		if (rc < 0)
			return rc;
		if (is(r) && p.agrees(r))
			put_first(f, i, best, most);
	}
	return XS_OK;
}

bool anything(const xs_record &)
{
	return true;
}

} // namespace

int xap::put_named_first(found_all &f, xs_xap &x, const plan &p, xs_arena *a, const char *question,
			 const search_size &size)
{
	const char *name = xs_exact_fold(a, question);
	int rc = XS_OK;

	if (size.newest || !*name)
		return XS_OK;
	if (is_address(question)) {
		auto same = [&](const xs_record &r) { return same_place(r.url, question); };

		rc = put_those(f, p, named_pages(x, p, places(question), NAMED_LOOK), false,
			       size.sub + 1, same);
		if (rc == XS_OK)
			rc = put_those(f, p, named_pages(x, p, alias(question), NAMED_LOOK), false,
				       size.sub + 1, anything);
	}
	for (bool page : {true, false}) {
		string term = name_term(name, page);
		Xapian::MSet mset;

		if (rc < 0 || strlen(name) > NAME_MAX_BYTES || !x.db.term_exists(term))
			continue;
		mset = named_pages(x, p, Xapian::Query(term), NAMED_MOST + 1);
		if (mset.size() <= NAMED_MOST)
			rc = put_those(f, p, mset, !page, size.sub + 1, anything);
	}
	if (f.pages.size() > size.depth)
		f.pages.resize(std::max(size.depth, f.named));
	f.n_pages = std::max<uint64_t>(f.n_pages, f.pages.size());
	f.n_passages = std::max<uint64_t>(f.n_passages, f.pages.size());
	return rc;
}
