// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_plan.cc - clauses into terms. */
#include "index/xap_plan.hh"

#include <algorithm>
#include <cstring>

#include "index/xap_name.hh"

using namespace xap;
using Xapian::Query;

namespace
{

/* What terms of a field begin with. */
const char *const prefixes[XS_FIELDS] = {"", "S", "XH", "H", "P", "T", "L", "XC", "XM", ""};

Query all_of(const std::vector<Query> &q)
{
	return Query(Query::OP_AND, q.begin(), q.end());
}

Query any_of(const std::vector<Query> &q)
{
	return Query(Query::OP_OR, q.begin(), q.end());
}

void add_once(std::vector<string> &to, const string &term)
{
	/* A term for each language of the index: too few for a set. */
	if (std::find(to.begin(), to.end(), term) == to.end())
		to.push_back(term);
}

/* Shares of a word's weight: what its accents add, and what a part of it has. */
const double ACCENTS = 0.5, PART = 0.25;

/* What a page that is mostly links is worth beside others. */
const double LISTS = 0.25;

Query scaled(const std::vector<string> &terms, double by)
{
	return Query(Query::OP_SCALE_WEIGHT, Query(Query::OP_SYNONYM, terms.begin(), terms.end()),
		     by);
}

/* A word as phrases compare it. */
string unaccented(const char *word)
{
	char out[4 * XS_WORD_ROOM + 17];

	return string(out, xs_fold_marks(out, sizeof out, word, strlen(word), ""));
}

/* The languages that documents are stemmed by, the default one first. */
const std::vector<string> &languages(xs_xap &x, const char *first)
{
	if (!x.languages.empty() && x.languages.front() == first)
		return x.languages;
	/* Kept with the database: to walk over terms for each question would cost, above all over
	 * shards. */
	x.languages.assign(1, first);
	for (auto i = x.db.allterms_begin("L"); i != x.db.allterms_end("L"); ++i)
		if (*i != "L" && "L" + string(first) != *i)
			x.languages.push_back((*i).substr(1));
	return x.languages;
}

} // namespace

/* A letter that is one of its own in some language of the index is one in every question: nobody
 * knows in which language it is asked, and Swedish "får" is not "far". */
plan::plan(xs_xap &of, const xs_xap_options &options) : xap_(of), facets_(options.facets)
{
	const std::vector<string> &names = languages(of, options.language ? options.language : "");
	string kept;

	for (const string &name : names)
		kept += xs_fold_letters(name.c_str());
	of.stems.init(options.language, kept);
	of.stems.trim();
	for (const string &name : names)
		stems_.push_back(&of.stems.of(name));
}

int plan::read(xs_parsed *queries, xs_arena *a, const char *text, const char *const *filters,
	       size_t n)
{
	const xs_query_look look = {
		this,
		[](void *user, const char *option) {
			return static_cast<plan *>(user)->has_option(option);
		},
		[](void *user, const xs_clause *c) { return static_cast<plan *>(user)->meets(*c); },
	};
	int rc = text ? xs_query_parse(&queries[0], a, text, &look) : XS_OK;

	for (size_t i = 0; rc == XS_OK && i < n; i++)
		rc = xs_query_parse_filter(&queries[i + 1], a, filters[i]);
	if (rc < 0)
		return rc;
	if (text)
		add_question(queries[0]);
	for (size_t i = 0; i < n; i++)
		add_filter(queries[i + 1]);
	return XS_OK;
}

/* The reader of a question must not throw: a database that fails does so again in the search. */
bool plan::has_option(const char *option) const
try {
	return !reticent_ && flag_length(option) && xap_.db.term_exists(flag_term(option));
} catch (const Xapian::Error &) {
	return false;
}

bool plan::meets(const xs_clause &c) const
try {
	if (c.field == XS_FIELD_DATE || reticent_)
		return true;
	if (c.field == XS_FIELD_META && !knows_field(c.name))
		return false;
	return strlen(c.text) < TERM_MAX && xap_.db.term_exists(value_term(c));
} catch (const Xapian::Error &) {
	return true;
}

bool plan::has_phrases(bool must) const
{
	auto is = [must](const phrase &p) { return p.must == must; };

	return std::any_of(phrases_.begin(), phrases_.end(), is);
}

std::vector<string> plan::stems(const char *text, const char *prefix)
{
	std::vector<string> out;

	for (stemmer *s : stems_)
		add_once(out, string("Z") + prefix + s->look(text).stem.substr(1));
	return out;
}

/* The stems with their accents, of a word that has some. */
std::vector<string> plan::exact(const char *text)
{
	std::vector<string> out;

	for (stemmer *s : stems_)
		if (!s->look(text).exact.empty())
			add_once(out, s->look(text).exact);
	return out;
}

Query plan::one(const char *text, const char *prefix)
{
	std::vector<string> terms = stems(text, prefix);

	return Query(Query::OP_SYNONYM, terms.begin(), terms.end());
}

bool plan::knows_field(const char *name) const
{
	const char *const *known = facets_.fields;

	while (known && *known && strcmp(*known, name) != 0)
		known++;
	return known && *known;
}

/* The term of a field that has a value. */
string plan::value_term(const xs_clause &c)
{
	if (c.field == XS_FIELD_META)
		return "XM" + string(c.name) + ":" + c.text;
	return prefixes[c.field] + string(c.text);
}

/* What a clause asks for, whatever its sign.  Of a phrase, that its stems are there. */
Query plan::clause(const xs_clause &c)
{
	std::vector<Query> parts;

	if (c.field == XS_FIELD_DATE)
		return Query(Query::OP_VALUE_RANGE, SLOT_DATE,
			     Xapian::sortable_serialise(static_cast<double>(c.from)),
			     Xapian::sortable_serialise(static_cast<double>(c.to)));
	if (c.field == XS_FIELD_META && !knows_field(c.name))
		throw wrong_input{string("meta.") + c.name +
				  ": pages are not indexed by that field; it must be "
				  "named in the setting search.facets"};
	if (c.field > XS_FIELD_HEADING)
		/* A longer value has no term in any document. */
		return strlen(c.text) < TERM_MAX ? Query(value_term(c)) : Query::MatchNothing;
	for (size_t i = 0; i < c.n; i++)
		/* A further form stands beside the word, so it cannot be required with it. */
		if (!c.words[i].extra)
			parts.push_back(one(c.words[i].word, prefixes[c.field]));
	return all_of(parts);
}

void plan::add_phrase(const xs_clause &c)
{
	phrase p{c.field, c.sign != XS_MUST_NOT, {}, ""};

	for (size_t i = 0; i < c.n; i++) {
		if (c.words[i].extra)
			continue;
		p.words.push_back(unaccented(c.words[i].word));
		p.traces.push_back(static_cast<char>(xs_phrase_trace(c.words[i].word)));
	}
	phrases_.push_back(p);
}

bool plan::may_agree(const string &trace) const
{
	auto is = [&trace](const phrase &p) {
		/* A trace says that a phrase may be there.  That is too little to leave a passage
		 * out for it. */
		return !p.must || trace.find(p.traces) != string::npos;
	};

	return std::all_of(phrases_.begin(), phrases_.end(), is);
}

bool plan::agrees(const xs_record &r) const
{
	for (const phrase &p : phrases_) {
		std::vector<const char *> list;

		for (const string &one_word : p.words)
			list.push_back(one_word.c_str());
		auto in = [&list](const char *text) {
			return xs_phrase(text, list.data(), list.size());
		};
		/* A field narrows where the phrase may stand; without one all three will do. */
		bool there = (p.field != XS_FIELD_HEADING && in(r.title)) ||
			     (p.field != XS_FIELD_TITLE && in(r.heading)) ||
			     (p.field == XS_FIELD_NONE && in(r.text));

		if (there != p.must)
			return false;
	}
	return true;
}

void plan::add_question(const xs_parsed &q)
{
	for (size_t i = 0; i < q.n; i++) {
		const xs_clause &c = q.clauses[i];

		for (size_t k = 0; c.sign != XS_MUST_NOT && k < c.n; k++) {
			auto [at, fresh] = at_.emplace(c.words[k].word, words.size());

			if (fresh)
				words.push_back({&c.words[k], stems(c.words[k].word, ""),
						 exact(c.words[k].word), false, 0});
			words[at->second].times++;
			words[at->second].must |= c.sign == XS_MUST;
		}
	}
	add_required(q);
}

void plan::add_required(const xs_parsed &q)
{
	std::map<std::pair<xs_field, string>, std::vector<Query>> any;

	for (size_t i = 0; i < q.n; i++) {
		const xs_clause &c = q.clauses[i];

		if (c.phrase)
			add_phrase(c);
		if (c.sign == XS_MUST_NOT && !c.phrase)
			not_.push_back(clause(c));
		else if (c.sign == XS_MUST_NOT)
			continue; /* a passage that has its stems may well lack it */
		else if (c.field >= XS_FIELD_SITE && c.field <= XS_FIELD_META)
			any[{c.field, c.name}].push_back(clause(c));
		else if (c.sign == XS_MUST || c.phrase)
			must_.push_back(clause(c));
	}
	/* Values of one field are alternatives; fields of different names must all hold. */
	for (const auto &group : any)
		must_.push_back(any_of(group.second));
}

/* Stems rank; all else only restricts.  Words that are repeated count more, as BM25's k3 has it.  The
 * accents that were typed are worth something, and what a name is made of not much. */
Query plan::rank() const
{
	std::vector<Query> rank;

	for (const word &w : words) {
		double scale = w.from->part ? PART : 1;

		/* Xapian weighs a term that is repeated by BM25's k3, but not a synonym.  The factor
		 * below is that formula with k3 = 1, as weights() of xap_found.cc has it. */
		if (w.stems.size() == 1 && !w.from->part)
			rank.push_back(Query(w.stems[0], w.times));
		else
			rank.push_back(scaled(w.stems, scale * 2 * w.times / (1.0 + w.times)));
		if (!w.exact.empty())
			rank.push_back(scaled(w.exact, scale * ACCENTS));
	}
	return any_of(rank);
}

/* A page that is mostly links has all the words of a site and says nothing of them. */
Query plan::rank_lists() const
{
	Query all = rank(), lists(LISTS_TERM);

	/* Where no page is a list, the query stays as simple as it was. */
	if (xap_.db.term_exists(LISTS_TERM))
		all = Query(Query::OP_OR, Query(Query::OP_AND_NOT, all, lists),
			    Query(Query::OP_SCALE_WEIGHT, Query(Query::OP_FILTER, all, lists),
				  LISTS));
	return all;
}

Query plan::query() const
{
	return restrict_to(rank_lists());
}

Query plan::weighed(const Query &passages) const
{
	return restrict_to(Query(Query::OP_AND_MAYBE, passages, rank_lists()));
}

Query plan::named(const Query &names) const
{
	/* Its words rank such a passage, but it need not have them. */
	return restrict_to(Query(Query::OP_AND_MAYBE, names, rank()));
}

Query plan::restrict_to(Query q) const
{
	/* OP_FILTER and not OP_AND: what restricts adds no weight. */
	if (!must_.empty())
		q = Query(Query::OP_FILTER, q, all_of(must_));
	if (!not_.empty())
		q = Query(Query::OP_AND_NOT, q, any_of(not_));
	return q;
}
