// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_facet.cc - counts the pages that match by their values. */
#include "index/xap_plan.hh"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <unordered_set>

using namespace xap;

namespace
{

enum { VALUES_SHOWN = 20, PHRASES_READ = 10000, PAGE_BYTES = 8 };

/* What was counted of one facet: by the value in lower case, as it is first written and how often. */
using value_counts = std::map<string, std::pair<string, uint64_t>>;

/* Counts by letters (facet.h) and values. */
class counter
{
      public:
	/* One value of SLOT_FACETS; pages count once. */
	void add(const string &value)
	{
		/* Its first bytes are the page's number.  All passages of a page have the same
		 * values. */
		if (value.size() < PAGE_BYTES || !pages_.insert(value.substr(0, PAGE_BYTES)).second)
			return;
		for (size_t at = PAGE_BYTES, end; at < value.size(); at = end + 1) {
			end = std::min(value.find('\0', at), value.size());
			count(value[at], value.substr(at + 1, end - at - 1));
		}
	}
	size_t pages() const
	{
		return pages_.size();
	}
	value_counts &of(char letter)
	{
		return by_letter_[letter];
	}

      private:
	void count(char letter, const string &value)
	{
		/* Filters find metadata in any case, but a section only as it is written. */
		auto &known = by_letter_[letter][letter >= XS_FACET_META ? lower(value) : value];

		if (known.second++ == 0)
			known.first = value;
	}
	std::unordered_set<string> pages_;
	std::map<char, value_counts> by_letter_;
};

/* The letter of a facet's name. */
char letter_of(const xs_facet_options &o, const string &name)
{
	static const std::pair<const char *, char> own[] = {{"type", 'T'},
							    {"section", 'S'},
							    {"lang", 'L'},
							    {"date", 'D'}};

	for (const auto &[known, letter] : own)
		if (name == known)
			return letter;
	for (int i = 0; o.fields && o.fields[i] && i < XS_FACET_FIELDS; i++)
		if (name == string("meta.") + o.fields[i])
			return static_cast<char>(XS_FACET_META + i);
	throw wrong_input{"\"" + name +
			  "\" is no facet of this index; expected type, section, lang, date, or "
			  "meta.FIELD of a field that the setting search.facets names"};
}

/* "name:value", in quotes where it has to be. */
const char *filter_of(xs_arena *a, const char *name, const string &value)
{
	/* Anything else might be read as an operator, a sign or a space. */
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
	const char *quote = value.find_first_not_of(plain) == string::npos ? "" : "\"";

	return xs_arena_printf(a, "%s:%s%s%s", name, quote, value.c_str(), quote);
}

/* Months as years; where there is one year only, as "2024-05". */
value_counts dates_shown(const value_counts &months)
{
	value_counts years, out;

	for (const auto &[month, known] : months) {
		string year = month.substr(0, 4);

		years[year].first = year;
		years[year].second += known.second;
	}
	/* With one year, years would say nothing; with one month, months no more than the year. */
	if (years.size() > 1 || months.size() < 2)
		return years;
	for (const auto &[month, known] : months) {
		string shown = month.substr(0, 4) + "-" + month.substr(4);

		out[shown] = {shown, known.second};
	}
	return out;
}

void fill(xs_facet *facet, xs_arena *a, const char *name, const value_counts &counts)
{
	std::vector<std::pair<string, uint64_t>> sorted;
	bool dates = strcmp(name, "date") == 0;

	for (const auto &[key, known] : counts)
		sorted.push_back(known);
	std::sort(sorted.begin(), sorted.end(), [dates](const auto &l, const auto &r) {
		/* People look for the last ones; and of dates "few" and "many" are beside the
		 * point. */
		if (dates)
			return l.first > r.first;
		return l.second != r.second ? l.second > r.second : l.first < r.first;
	});
	facet->name = xs_arena_dup(a, name);
	/* Said, so that nobody takes the list for all. */
	facet->more = sorted.size() > VALUES_SHOWN;
	sorted.resize(std::min<size_t>(sorted.size(), VALUES_SHOWN));
	facet->values = static_cast<xs_facet_value *>(
		xs_arena_array(a, sorted.size() + 1, sizeof *facet->values));
	for (const auto &[value, pages] : sorted)
		facet->values[facet->n++] = {xs_arena_dup(a, value.c_str()),
					     filter_of(a, name, value), pages};
}

/* Counts all that the stems match. */
void count_all(counter &c, Xapian::Enquire &enquire, Xapian::doccount n)
{
	Xapian::ValueCountMatchSpy spy(SLOT_FACETS);

	enquire.add_matchspy(&spy);
	/* No match is wanted, but all must be looked at: the spy sees only those that are. */
	enquire.get_mset(0, 0, n);
	for (auto i = spy.values_begin(); i != spy.values_end(); ++i)
		c.add(*i);
}

/* Counts the first passages that have the phrases; *whole: there were no others. */
int count_phrases(bool *whole, counter &c, Xapian::Enquire &enquire, const plan &p)
{
	std::unique_ptr<xs_arena, void (*)(xs_arena *)> scratch(xs_arena_new(), xs_arena_free);
	Xapian::MSet mset = enquire.get_mset(0, PHRASES_READ);

	*whole = mset.size() < PHRASES_READ;
	for (auto i = mset.begin(); i != mset.end(); ++i) {
		Xapian::Document doc = i.get_document();
		string data;
		xs_record r;
		int rc;

		/* The trace is short, and tells of most without reading the text. */
		if (!p.may_agree(doc.get_value(SLOT_TRACE)))
			continue;
		data = doc.get_data();
		xs_arena_reset(scratch.get());
		rc = xs_record_get(&r, scratch.get(), data.data(), data.size());
		if (rc < 0)
			return rc;
		if (p.agrees(r))
			c.add(doc.get_value(SLOT_FACETS));
	}
	return XS_OK;
}

/* Counts the pages that meaning alone found. */
void count_added(counter &c, xs_xap &x, const xs_facet_request &request)
{
	for (size_t i = 0; i < request.n_added; i++)
		try {
			c.add(x.db.get_document(static_cast<Xapian::docid>(request.added[i]))
				      .get_value(SLOT_FACETS));
		} catch (const Xapian::DocNotFoundError &) {
			/* It went after it was found. */
		}
}

} // namespace

int xs_xap_facets(xs_facets *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		  const xs_facet_request *request)
try {
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof *queries));
	Xapian::Enquire enquire(x->db);
	plan p(*x, *options);
	size_t names = 0;
	counter c;
	int rc;

	*out = {};
	out->exact = true;
	rc = p.read(queries, a, request->text, request->filters, request->n_filters);
	if (rc < 0)
		return rc;
	if (p.words.empty())
		return xs_fail(XS_EINPUT, "the question has no words to search for");
	/* Counting needs no ranks. */
	enquire.set_weighting_scheme(Xapian::BoolWeight());
	enquire.set_query(p.query());
	if (p.has_phrases(true) || p.has_phrases(false))
		rc = count_phrases(&out->exact, c, enquire, p);
	else
		count_all(c, enquire, x->db.get_doccount());
	if (rc == XS_OK)
		count_added(c, *x, *request);
	while (request->names && request->names[names])
		names++;
	out->items = static_cast<xs_facet *>(xs_arena_array(a, names + 1, sizeof *out->items));
	for (; rc == XS_OK && out->n < names; out->n++) {
		const char *name = request->names[out->n];
		char letter = letter_of(options->facets, name);

		fill(&out->items[out->n], a, name,
		     letter == 'D' ? dates_shown(c.of('D')) : c.of(letter));
	}
	out->pages = c.pages();
	return rc;
} catch (...) {
	*out = {};
	return xap_fail();
}
