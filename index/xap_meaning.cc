// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_meaning.cc - one order of two signals. */
#include "index/xap_meaning.hh"

#include <algorithm>
#include <cmath>

#include "index/xap_allowed.hh"

using namespace xap;

namespace
{

/* Share of the floor that holds where words found something: there the order decides what stands where, and
 * the floor only keeps out what is near to nothing.  On the documentation of SQLite and Xapian, of twenty
 * questions of a word or two, the pages of seven doubled with no floor, or came near to it; with this one,
 * none. */
const double BESIDE = 2.0 / 3;

/* How far the score of each page that follows the candidates is below the one before. */
const double FURTHER = 1e-4;

/* Mean and deviation of a signal. */
class scale
{
      public:
	explicit scale(const std::vector<double> &values)
	{
		for (double v : values)
			mean_ += v / static_cast<double>(values.size());
		for (double v : values)
			deviation_ +=
				(v - mean_) * (v - mean_) / static_cast<double>(values.size());
		deviation_ = std::sqrt(deviation_);
	}
	/* Scores that differ by rounding alone count as alike. */
	double z(double v) const
	{
		return deviation_ > 1e-9 * std::max(1.0, std::fabs(mean_))
			       ? (v - mean_) / deviation_
			       : 0;
	}

      private:
	double mean_ = 0, deviation_ = 0;
};

/* The candidates and the pages that have some. */
struct blending {
	std::vector<size_t> candidates; // matches
	std::vector<char> is, has;	// match by match, page by page

	void take(size_t match, size_t page)
	{
		is.resize(std::max(is.size(), match + 1));
		has.resize(std::max(has.size(), page + 1));
		if (!is[match])
			candidates.push_back(match);
		is[match] = has[page] = 1;
	}
};

/* Of a page that was found by words, its best passage. */
int take_words(blending &b, found_all &f, const nearness &near, xs_arena *a, size_t depth)
{
	for (size_t i = 0; i < std::min(depth, f.pages.size()); i++) {
		found_match &m = f.matches[f.pages[i][0]];
		int rc = read_record(m, a);

		if (rc < 0)
			return rc;
		near.look(m, *m.record);
		b.take(f.pages[i][0], i);
	}
	b.has.resize(f.pages.size());
	return XS_OK;
}

/* Whether most of the candidates are in languages that the embedder does not read.  A question has a few
 * words and seldom tells its language; what it found does. */
bool is_foreign(const blending &b, const found_all &f, const xs_meaning &m)
{
	size_t others = 0;

	for (size_t i : b.candidates)
		others += m.reads && !m.reads(m.user, f.matches[i].record->language);
	return 2 * others > b.candidates.size();
}

/* Takes a passage that is near.  `known`: matches by their passages. */
void take_near(blending &b, found_all &f, const found_match &m,
	       const std::unordered_map<Xapian::docid, size_t> &known, double floor)
{
	auto match = known.find(*m.at);
	bool words = m.at.get_weight() > 0;

	/* Of whatever page: as a further place of one that words found it would be no less noise. */
	if (match == known.end() && !words && static_cast<double>(m.cosine) < floor)
		return;
	auto [page, fresh] = f.at.emplace(m.at.get_collapse_key(), f.pages.size());

	if (match != known.end()) {
		found_match &same = f.matches[match->second];

		same.by_meaning = same.looked = same.near = true;
		same.cosine = m.cosine;
		same.record = m.record;
		b.take(match->second, page->second);
		return;
	}
	if (fresh)
		f.pages.emplace_back();
	f.n_pages += fresh && !words;
	f.n_passages += !words;
	b.take(f.matches.size(), page->second);
	f.pages[page->second].push_back(f.matches.size());
	f.matches.push_back(m);
}

/* Scores all passages of the pages that have candidates. */
void score(blending &b, found_all &f, double weight)
{
	std::vector<double> bm25, cosine;

	for (size_t i : b.candidates) {
		const found_match &m = f.matches[i];

		bm25.push_back(m.at.get_weight());
		if (m.near)
			cosine.push_back(static_cast<double>(m.cosine));
	}
	scale words(bm25), meaning(cosine);

	for (size_t k = 0; k < f.pages.size(); k++)
		for (size_t i : f.pages[k]) {
			found_match &m = f.matches[i];

			m.score = words.z(m.at.get_weight());
			if (m.near)
				m.score = (1 - weight) * m.score +
					  weight * meaning.z(static_cast<double>(m.cosine));
		}
}

/* The best candidate of a page first, then its other passages, best first. */
void order_page(found_page &page, const found_all &f, const std::vector<char> &is, size_t most)
{
	auto better = [&](size_t l, size_t r) { return f.matches[l].score > f.matches[r].score; };
	auto first = [&](size_t l, size_t r) {
		return is[l] != is[r] ? is[l] > is[r] : better(l, r);
	};

	std::stable_sort(page.begin(), page.end(), better);
	std::iter_swap(page.begin(), std::min_element(page.begin(), page.end(), first));
	std::stable_sort(page.begin() + 1, page.end(), better);
	page.resize(std::min(page.size(), most));
}

/* Pages with candidates by their best one, then the others. */
void order(blending &b, found_all &f, size_t most)
{
	std::vector<found_page> first, others;
	double low = 0;

	b.is.resize(f.matches.size());
	for (size_t k = 0; k < f.pages.size(); k++) {
		if (b.has[k])
			order_page(f.pages[k], f, b.is, most);
		(b.has[k] ? first : others).push_back(std::move(f.pages[k]));
	}
	std::stable_sort(first.begin(), first.end(), [&](const found_page &l, const found_page &r) {
		return f.matches[l[0]].score > f.matches[r[0]].score;
	});
	if (!first.empty())
		low = f.matches[first.back()[0]].score;
	/* What pages are ordered by falls to the end, by little: whoever normalises it has them beside the
	 * last candidate. */
	for (const found_page &page : others)
		f.matches[page[0]].score = low -= FURTHER;
	f.pages = std::move(first);
	std::move(others.begin(), others.end(), std::back_inserter(f.pages));
	f.index();
}

} // namespace

nearness xap::nearness_of(const xs_xap &x, const xs_meaning &m)
{
	return nearness(x, {xs_vector_query_new(x.vectors, m.vector), xs_vector_query_free});
}

int xap::add_meaning(found_all &f, xs_meaning_state *state, xs_xap &x, const plan &p, xs_arena *a,
		     const xs_meaning &m, const nearness &near, size_t most)
{
	std::unordered_map<Xapian::docid, size_t> known;
	std::vector<found_match> nearest;
	double floor = m.floor;
	blending b;
	int rc;

	*state = XS_MEANING_WORDS;
	if (m.last && !f.pages.empty())
		return XS_OK;
	rc = take_words(b, f, near, a, m.depth);
	if (rc < 0)
		return rc;
	*state = is_foreign(b, f, m) ? XS_MEANING_FOREIGN : XS_MEANING_DONE;
	if (*state != XS_MEANING_DONE) {
		for (size_t i : b.candidates)
			f.matches[i].near = false;
		return XS_OK;
	}
	rc = near.nearest(nearest, x, p, a, m.depth, allowed_rows(x, p),
			  [&](const Xapian::Query &q) { return p.weighed(q); });
	if (rc < 0)
		return rc;
	f.index();
	for (const found_page &page : f.pages)
		for (size_t i : page)
			known[*f.matches[i].at] = i;
	if (!f.pages.empty() && floor > 0)
		floor *= BESIDE;
	for (const found_match &one : nearest)
		take_near(b, f, one, known, floor);
	score(b, f, m.weight);
	order(b, f, most);
	return XS_OK;
}
