// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_search.cc - what a question matches, best first. */
#include "index/xap_plan.hh"

#include <algorithm>
#include <cstring>
#include <memory>

#include "index/xap_place.hh"

extern "C" {
#include "index/exact.h"
}

using namespace xap;

namespace
{

/* BM25.  nDCG@10 of passages of 180 words, a page's best one counting, title weight 3 (Xapian's
 * defaults on whole documents in brackets):
 *
 *	k1   b     cranfield     scifact       stackfaq      med           cisi          mean
 *	           (.493)        (.685)        (.696)        (.698)        (.304)        (.575)
 *	0.9  0.4   .504          .686          .731          .696          .308          .585
 *	1.2  0.75  .523          .690          .761          .704          .329          .601
 *	1.6  0.75  .532          .686          .771          .705          .333          .605
 *	1.6  0.85  .534          .687          .774          .705          .333          .607
 *	2    0.75  .533          .687          .779          .704          .332          .607
 *
 * A share of the further passages' scores in a page's costs: .602 with a share of 0.05, .598 with
 * 0.1, .593 with 0.2 (k1 1.6, b 0.75).  So does another title weight: .594 with 1, .605 with 2 and
 * 5. */
const double K1 = 1.6, B = 0.75, MIN_NORMLEN = 0.5;
const Xapian::doccount PORTION_GROWS = 4, COLLAPSE_LOOSE = 4;
const Xapian::doccount COUNTED = 1000; /* so many matches are counted, more are estimated */

/* What is found of one page: numbers of matches, best first. */
using found_page = std::vector<size_t>;

struct found_all {
	uint64_t n_pages, n_passages; // estimates of all that match
	std::vector<Xapian::MSetIterator> matches;
	std::vector<found_page> pages;	       // by their best passage
	std::unordered_map<string, size_t> at; // of a page in `pages`, by its collapse key
};

/* How much is looked for, and in which order. */
struct search_size {
	size_t depth, sub;
	bool newest;
};

/* Takes a match, unless there are enough of its page. */
void take(found_all &f, const Xapian::MSetIterator &i, size_t most)
{
	auto [known, fresh] = f.at.emplace(i.get_collapse_key(), f.pages.size());

	if (fresh)
		f.pages.emplace_back();
	if (f.pages[known->second].size() == most)
		return;
	f.pages[known->second].push_back(f.matches.size());
	f.matches.push_back(i);
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

int search_all(found_all &f, xs_xap &x, const plan &p, const Xapian::Query &query,
	       const search_size &size)
{
	const size_t depth = size.depth, sub = size.sub;
	Xapian::Enquire enquire(x.db);
	Xapian::doccount room = static_cast<Xapian::doccount>(
		std::min<size_t>(depth * (sub + 1), std::max(x.db.get_doccount(), 1u)));

	enquire.set_weighting_scheme(Xapian::BM25Weight(K1 * UNIT, 0, 1, B, MIN_NORMLEN));
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

} // namespace

namespace
{

enum { DEPTH_MAX = 100000, SUB_MAX = 1000, CORRECTED_MAX = 16 };

int fill_hit(xs_hit *h, xs_arena *a, const Xapian::MSetIterator &i, bool with_ids)
{
	string data = i.get_document().get_data();
	xs_record r;
	int32_t *ids = nullptr;
	int rc = xs_record_get(&r, a, data.data(), data.size());

	if (rc == XS_OK && r.tokens && with_ids)
		rc = xs_record_unpack(&ids, &h->n_ids, a, r.tokens, r.tokens_len);
	if (rc < 0)
		return rc;
	h->docid = *i;
	h->page = r.page;
	h->bm25 = h->score = i.get_weight();
	h->percent = i.get_percent();
	h->url = r.url, h->title = r.title, h->heading = r.heading, h->anchor = r.anchor;
	h->text = r.text, h->path = r.path, h->type = r.type, h->language = r.language,
	h->meta = r.meta;
	h->date = r.date;
	h->ids = ids;
	h->vocabulary = r.vocabulary;
	return XS_OK;
}

/* Whether one of `n` hits says what `h` says: of pages that are copies under one URL. */
bool says_again(const xs_hit *h, const xs_hit *others, size_t n)
{
	auto same = [h](const xs_hit &o) {
		return !strcmp(o.anchor, h->anchor) && !strcmp(o.text, h->text);
	};

	return std::any_of(others, others + n, same);
}

/* Adds the passages of a page but the best one. */
int fill_further(xs_hit *hits, size_t *n, xs_arena *a, const found_all &f, const found_page &page,
		 const xs_hit *best, bool with_ids)
{
	size_t first = *n;

	for (size_t i = 1; i < page.size(); i++) {
		xs_hit *h = &hits[*n];
		int rc = fill_hit(h, a, f.matches[page[i]], with_ids);

		if (rc < 0)
			return rc;
		if (!says_again(h, best, 1) && !says_again(h, hits + first, *n - first))
			++*n;
	}
	return XS_OK;
}

/* The best passage of each of the first pages, then the further ones. */
int fill_hits(xs_search_result *out, xs_arena *a, found_all &f, const char *plain,
	      const xs_search_request &request)
{
	const char *name = xs_exact_fold(a, plain);
	/* As many as are asked for are scored: further ones only if there are fewer pages. */
	bool scored = !request.no_ids && f.pages.size() < request.depth;
	size_t i;
	int rc = XS_OK;

	out->found = f.pages.size();
	out->n_pages = request.read ? std::min(request.read, out->found) : out->found;
	out->hits =
		static_cast<xs_hit *>(xs_arena_array(a, f.matches.size() + 1, sizeof *out->hits));
	for (i = 0; i < out->n_pages && rc == XS_OK; i++)
		rc = fill_hit(&out->hits[out->n++], a, f.matches[f.pages[i][0]], !request.no_ids);
	for (i = 0; i < out->n_pages && rc == XS_OK; i++)
		rc = fill_further(out->hits, &out->n, a, f, f.pages[i], &out->hits[i], scored);
	for (i = 0; i < out->n && rc == XS_OK; i++) {
		xs_hit *h = &out->hits[i];

		h->exact = xs_exact(a, name, h->title, h->heading, h->anchor, h->url);
	}
	return rc;
}

Xapian::doccount passages_with(xs_xap &x, const plan::word &w)
{
	Xapian::doccount n = 0;

	for (const string &term : w.stems)
		n = std::max(n, x.db.get_termfreq(term));
	return n;
}

/* The question with the words that no passage has in another spelling. */
const char *correct(xs_arena *a, const string &text,
		    const std::vector<const xs_query_word *> &absent, xs_xap &x)
{
	string out;
	size_t done = 0, changed = 0, tried = 0;

	for (const xs_query_word *w : absent) {
		if (w->extra || w->start < done || !word_spells(w->word) ||
		    tried++ == CORRECTED_MAX)
			continue;
		string better = x.db.get_spelling_suggestion(w->word);

		if (better.empty())
			continue;
		out += text.substr(done, w->start - done) + better;
		done = w->end;
		changed++;
	}
	out += text.substr(done);
	return changed ? xs_arena_dupn(a, out.data(), out.size()) : nullptr;
}

/* Words to mark, another spelling, and what is to be warned of. */
void tell(xs_search_result *out, xs_arena *a, xs_xap &x, const plan &p, const xs_parsed &q,
	  const xs_search_request *request)
{
	auto strings = [a](size_t n) {
		return static_cast<const char **>(xs_arena_array(a, n + 1, sizeof(char *)));
	};
	const char **terms = strings(p.words.size()), **rare = strings(p.words.size());
	const char **warnings = strings(p.words.size() + 2);
	Xapian::doccount third = x.db.get_doccount() / 3;
	std::vector<const xs_query_word *> absent;
	size_t n_rare = 0;

	for (const plan::word &w : p.words) {
		Xapian::doccount n = passages_with(x, w);

		if (n)
			terms[out->n_terms++] = w.from->word;
		if (n && n <= third)
			rare[n_rare++] = w.from->word;
		if (n)
			continue;
		absent.push_back(w.from);
		if (w.must && !request->reticent)
			warnings[out->n_warnings++] =
				xs_arena_printf(a, "nothing in the index has the word \"%s\"",
						w.from->word);
	}
	out->terms = n_rare ? rare : terms;
	out->n_terms = n_rare ? n_rare : out->n_terms;
	if (request->spelling && !request->reticent)
		out->corrected = correct(a, request->text, absent, x);
	if (q.cut)
		warnings[out->n_warnings++] =
			xs_arena_printf(a,
					"the question has more than %d different words: "
					"the others were left out",
					XS_QUERY_WORDS);
	if (q.unclosed)
		warnings[out->n_warnings++] = "a quotation mark that is not closed was left out";
	out->warnings = warnings;
}

} // namespace

int xs_xap_search(xs_search_result *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		  const xs_search_request *request)
try {
	size_t depth = std::min<size_t>(request->depth, size_t(DEPTH_MAX));
	size_t sub = std::min<size_t>(request->sub, size_t(SUB_MAX));
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof *queries));
	found_all f{};
	plan p(*x, *options);
	int rc;

	*out = {};
	rc = p.read(queries, a, request->text, request->filters, request->n_filters);
	if (rc < 0)
		return rc;
	if (p.words.empty())
		return xs_fail(XS_EINPUT, "the question has no words to search for");
	rc = search_all(f, *x, p, p.query(), {depth, sub, request->newest});
	if (rc == XS_OK)
		rc = fill_hits(out, a, f, queries[0].plain, *request);
	if (rc < 0)
		return rc;
	tell(out, a, *x, p, queries[0], request);
	out->description = xs_query_describe(a, queries, request->n_filters + 1);
	/* Estimates count what filters leave out. */
	out->passages = request->reticent ? out->n : f.n_passages;
	out->pages = request->reticent ? out->found : f.n_pages;
	return XS_OK;
} catch (...) {
	*out = {};
	return xap_fail();
}

namespace
{

enum { SIMILAR = 10, SIMILAR_MAX = 1000, SIMILAR_TERMS = 40, SIMILAR_PASSAGES = 30 };

/* Stems of the text: what ranks. */
class stem_decider : public Xapian::ExpandDecider
{
      public:
	bool operator()(const string &term) const override
	{
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

const char *xs_xap_stem(xs_arena *a, const char *language, const char *word)
try {
	static thread_local stemmers known;
	stemmer &s = known.of(language ? language : "");

	s.trim();
	return xs_arena_dup(a, s.look(word).second.stem.c_str() + 1);
} catch (...) {
	(void)xap_fail();
	return word;
}
