// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_found.hh - the passages that match a question, by page.
 *
 * Knows nothing of what they say. */
#ifndef XS_INDEX_XAP_FOUND_HH
#define XS_INDEX_XAP_FOUND_HH

#include <xapian.h>

#include <unordered_map>
#include <vector>

#include "index/xap_plan.hh"

namespace xap
{

/* A passage that was found. */
struct found_match {
	Xapian::MSetIterator at;
	double score; // that pages are ordered by
	bool by_words, by_meaning;
	bool looked, near;	 // for its vector; it has one
	float cosine;		 // where it is near
	const xs_record *record; // nullptr: not read yet
};

/* What is found of one page: numbers of matches, best first. */
using found_page = std::vector<size_t>;

struct found_all {
	uint64_t n_pages, n_passages; // estimates of all that match
	std::vector<found_match> matches;
	std::vector<found_page> pages;	       // by their best passage
	std::unordered_map<string, size_t> at; // of a page in `pages`, by its collapse key
	size_t named;			       // pages at the beginning that were asked for by name

	/* Sets `at`, after `pages` has changed. */
	void index()
	{
		at.clear();
		for (size_t k = 0; k < pages.size(); k++)
			at[matches[pages[k][0]].at.get_collapse_key()] = k;
	}
};

/* How much is looked for, and in which order. */
struct search_size {
	size_t depth, sub;
	bool newest;
};

/* BM25 as it fits the lengths of an index's passages. */
Xapian::BM25Weight weights(const Xapian::Database &db);

/* Finds the passages of `query` (of the plan), best first. */
int search_all(found_all &f, xs_xap &x, const plan &p, const Xapian::Query &query,
	       const search_size &size);

/* Puts pages first that the question names (exact.h), or whose address it is, wherever they stand
 * and also where they do not.  A name that more than three have is the name of none.  `question` in
 * plain words. */
int put_named_first(found_all &f, xs_xap &x, const plan &p, xs_arena *a, const char *question,
		    const search_size &size);

} // namespace xap

#endif
