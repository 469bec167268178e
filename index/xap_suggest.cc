// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_suggest.cc - titles and headings that may be meant by what was typed so far. */
#include "index/xap_plan.hh"

#include <algorithm>
#include <unordered_set>

#include "index/xap_name.hh"

extern "C" {
#include "index/words/words.h"
}

using namespace xap;

namespace
{

/* Someone types and waits at each key: TERMS_… bound the names that are looked at, and
 * PASSAGES_TRIED the passages of one name or of all words. */
enum { SUGGESTED = 8, SUGGESTED_MAX = 50, TERMS_SEEN = 256, TERMS_TRIED = 64, PASSAGES_TRIED = 40 };

/* Collects suggestions, each text once. */
class collector
{
      public:
	collector(xs_xap &x, const plan &p, xs_arena *a, size_t room)
	    : x_(x), plan_(p), a_(a), room_(room)
	{
		items = static_cast<xs_suggestion *>(xs_arena_array(a, room + 1, sizeof *items));
	}
	bool full() const
	{
		return n == room_;
	}
	/* Calls take(record) for the passages of a query that meet the filters, best first, until it says
	 * true. */
	template <class T> int each(const Xapian::Query &query, Xapian::doccount most, T take)
	{
		Xapian::Enquire enquire(x_.db);
		Xapian::MSet mset;

		/* Nothing ranks here, and a match without weights is cheaper. */
		enquire.set_weighting_scheme(Xapian::BoolWeight());
		enquire.set_query(plan_.restrict_to(query));
		mset = enquire.get_mset(0, most);
		for (auto i = mset.begin(); i != mset.end() && !full(); ++i) {
			string data = i.get_document().get_data();
			xs_record r;
			int rc = xs_record_get(&r, a_, data.data(), data.size());

			if (rc < 0)
				return rc;
			if (plan_.agrees(r) && take(r))
				break;
		}
		return XS_OK;
	}
	void add(const char *text, const xs_record &r, bool title)
	{
		/* Folded: names that differ in case alone are one suggestion. */
		if (!full() && seen_.insert(folded(text)).second)
			items[n++] = {text, r.url, title ? "" : r.anchor};
	}

	xs_suggestion *items;
	size_t n = 0;

      private:
	xs_xap &x_;
	const plan &plan_;
	xs_arena *a_;
	size_t room_;
	std::unordered_set<string> seen_;
};

/* Names that begin with the text: those of most passages first, then the shortest. */
int add_beginnings(collector &c, xs_xap &x, const string &text, bool title)
{
	string prefix = (title ? "XB" : "XG") + text;
	std::vector<std::pair<string, Xapian::doccount>> terms;
	int rc = XS_OK;

	for (auto i = x.db.allterms_begin(prefix); i != x.db.allterms_end(prefix); ++i) {
		/* One letter may begin half of all names: the first of them have to do. */
		if (terms.size() == TERMS_SEEN)
			break;
		terms.emplace_back(*i, i.get_termfreq());
	}
	std::sort(terms.begin(), terms.end(), [](const auto &l, const auto &r) {
		if (l.second != r.second)
			return l.second > r.second;
		return l.first.size() != r.first.size() ? l.first.size() < r.first.size()
							: l.first < r.first;
	});
	terms.resize(std::min<size_t>(terms.size(), TERMS_TRIED));
	for (auto i = terms.begin(); i != terms.end() && rc == XS_OK && !c.full(); ++i)
		rc = c.each(Xapian::Query(i->first), PASSAGES_TRIED, [&](const xs_record &r) {
			c.add(title ? r.title : last_heading(r.heading), r, title);
			return true;
		});
	return rc;
}

/* Whether a name has all the words, the last of them maybe only begun. */
bool has_words(const char *name, const std::vector<string> &words, bool open)
{
	string text = folded(name);
	std::vector<bool> there(words.size());
	xs_words w;

	xs_words_init(&w, text.data(), text.size(), "");
	while (xs_words_next(&w)) {
		string_view word(w.word, w.n);

		for (size_t i = 0; i < words.size(); i++)
			if (word == words[i] || (open && i + 1 == words.size() &&
						 word.substr(0, words[i].size()) == words[i]))
				there[i] = true;
	}
	return std::all_of(there.begin(), there.end(), [](bool b) { return b; });
}

/* Names that have the words anywhere. */
int add_words(collector &c, const string &text)
{
	/* A space behind the last word says that it is whole. */
	bool open = text.back() != ' ';
	std::vector<Xapian::Query> all;
	std::vector<string> words;
	xs_words w;

	xs_words_init(&w, text.data(), text.size(), "");
	while (xs_words_next(&w) && words.size() < 32)
		if (!w.extra)
			words.emplace_back(w.word, w.n);
	if (words.empty())
		return XS_OK;
	for (const string &word : words)
		all.push_back(open && &word == &words.back()
				      ? Xapian::Query(Xapian::Query::OP_WILDCARD, "XW" + word,
						      TERMS_SEEN,
						      Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT)
				      : Xapian::Query("XW" + word));
	return c.each(Xapian::Query(Xapian::Query::OP_AND, all.begin(), all.end()), PASSAGES_TRIED,
		      [&](const xs_record &r) {
			      /* XW terms are of both; this tells which of them has all the words. */
			      const char *heading = last_heading(r.heading);

			      /* Only a page's first passage has the terms of its title. */
			      if (r.ordinal == 0 && has_words(r.title, words, open))
				      c.add(r.title, r, true);
			      else if (has_words(heading, words, open))
				      c.add(heading, r, false);
			      return false;
		      });
}

} // namespace

int xs_xap_suggest(xs_suggestions *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		   const xs_suggest_request *request)
try {
	size_t n = std::min<size_t>(request->n ? request->n : size_t(SUGGESTED),
				    size_t(SUGGESTED_MAX));
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof *queries));
	string text = folded(request->text);
	plan p(*x, *options);
	collector c(*x, p, a, n);
	int rc;

	*out = {};
	rc = p.read(queries, a, nullptr, request->filters, request->n_filters);
	if (rc < 0 || text.empty())
		return rc;
	rc = add_beginnings(c, *x, text, true);
	if (rc == XS_OK)
		rc = add_beginnings(c, *x, text, false);
	/* What begins so is meant more often than what has the words somewhere. */
	if (rc == XS_OK && !c.full())
		rc = add_words(c, text);
	*out = {c.items, c.n};
	return rc;
} catch (...) {
	*out = {};
	return xap_fail();
}
