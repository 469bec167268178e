// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_plan.hh - a question, its clauses read, as a query of Xapian and what has to be looked at
 * besides.
 *
 * Knows nothing of searching. */
#ifndef XS_INDEX_XAP_PLAN_HH
#define XS_INDEX_XAP_PLAN_HH

#include <unordered_map>

#include "index/xap_database.hh"

extern "C" {
#include "index/question/query_parse.h"
}

namespace xap
{

/* A question on its way to become a query of Xapian. */
class plan
{
      public:
	/* Borrows the stemmers of `of`. */
	plan(xs_xap &of, const xs_xap_options &options);
	/* Questions are read without a look at what the index has: filters may hide it. */
	void tell_nothing()
	{
		reticent_ = true;
	}
	/* Reads a question (NULL: none) and filters, each into one of `queries` (1 + n).  XS_EINPUT. */
	int read(xs_parsed *queries, xs_arena *a, const char *text, const char *const *filters,
		 size_t n);
	/* What ranks; its strings are borrowed. */
	void add_question(const xs_parsed &q);
	/* What only restricts; as above. */
	void add_filter(const xs_parsed &q)
	{
		add_required(q);
	}
	Xapian::Query query() const;
	/* Those of `names`, which only restrict, ranked by the question. */
	Xapian::Query named(const Xapian::Query &names) const;
	/* As named(), with the weights that query() gives. */
	Xapian::Query weighed(const Xapian::Query &passages) const;
	/* Whether something is required but words that rank: a condition, a sign. */
	bool requires_any() const
	{
		return !must_.empty() || !not_.empty();
	}
	/* Another query within what is required. */
	Xapian::Query restrict_to(Xapian::Query q) const;
	/* Whether there are phrases that a passage must have (or must not), of which the query only asks
	 * for the stems. */
	bool has_phrases(bool must) const;
	/* Whether a passage has the phrases that it must have, and none of the others. */
	bool agrees(const xs_record &r) const;
	/* Whether its traces (SLOT_TRACE) allow those that it must have. */
	bool may_agree(const string &trace) const;

	/* A word with the stems that any language gives it. */
	struct word {
		const xs_query_word *from;
		std::vector<string> stems, exact; // exact: with accents, where it has some
		bool must;
		Xapian::termcount times;
	};
	std::vector<word> words; // different ones, that may or must be there

      private:
	Xapian::Query rank() const;
	Xapian::Query rank_lists() const;
	std::vector<string> stems(const char *text, const char *prefix);
	std::vector<string> exact(const char *text);
	Xapian::Query one(const char *text, const char *prefix);
	Xapian::Query clause(const xs_clause &c);
	bool knows_field(const char *name) const;
	static string value_term(const xs_clause &c);
	/* What the reader of questions asks for (xs_query_look). */
	bool has_option(const char *option) const;
	bool meets(const xs_clause &c) const;
	void add_phrase(const xs_clause &c);
	void add_required(const xs_parsed &q);

	struct phrase {
		xs_field field;
		bool must;
		std::vector<string> words; // without accents
		string traces;
	};
	bool reticent_ = false;
	xs_xap &xap_;
	const xs_facet_options facets_;
	std::vector<stemmer *> stems_;
	std::vector<phrase> phrases_;
	std::vector<Xapian::Query> must_, not_;
	std::unordered_map<string, size_t> at_; // of a word in `words`
};

} // namespace xap

#endif
