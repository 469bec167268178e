// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_search.cc - a question, answered and told about. */
#include "index/xap_meaning.hh"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "base/clock.h"
#include "index/xap_hits.hh"
#include "index/xap_place.hh"
#include "index/xap_versions.hh"

using namespace xap;

namespace
{

/* Bounds of what a request may ask for: a number in a URL must not take all memory.  Each word that
 * is corrected costs a walk over words like it. */
enum { DEPTH_MAX = 100000, SUB_MAX = 1000, CORRECTED_MAX = 16 };

/* So many times the pages are found that are asked for, where some may be the same in other languages. */
enum { VERSIONS_DEPTH = 4 };

Xapian::doccount passages_with(xs_xap &x, const plan::word &w)
{
	Xapian::doccount n = 0;

	for (const string &term : w.stems)
		/* Not the sum: a passage may have the stems of several languages. */
		n = std::max(n, x.db.get_termfreq(term));
	return n;
}

/* Whether a word is one of those that sentences are made of: it is right even where no page has it. */
bool is_common(const string &word)
{
	static const std::unordered_set<string> words = {
		"about",   "after",   "also",	 "before", "been",   "between", "both",	 "could",
		"does",	   "doing",   "done",	 "down",   "during", "each",	"every", "from",
		"have",	   "having",  "here",	 "into",   "just",   "like",	"many",	 "more",
		"most",	   "much",    "must",	 "need",   "only",   "onto",	"other", "over",
		"please",  "same",    "shall",	 "should", "some",   "such",	"than",	 "that",
		"their",   "them",    "then",	 "there",  "these",  "they",	"this",	 "those",
		"through", "under",   "until",	 "upon",   "very",   "want",	"were",	 "what",
		"when",	   "where",   "whether", "which",  "while",  "whose",	"will",	 "with",
		"within",  "without", "would",	 "your",   "yours",
	};

	/* A short word is near to too many others for any of them to be meant. */
	return word.size() < 4 || words.count(word);
}

/* Whether a form of the word, such as "email" of "e-mail", is found. */
bool is_found_otherwise(xs_xap &x, const plan &p, const xs_query_word &w)
{
	for (const plan::word &other : p.words)
		if (other.from->extra && other.from->start <= w.start && other.from->end >= w.end &&
		    passages_with(x, other))
			return true;
	return false;
}

/* The question with the words that no passage has in another spelling. */
const char *correct(xs_arena *a, const string &text,
		    const std::vector<const xs_query_word *> &absent, xs_xap &x)
{
	string out;
	size_t done = 0, changed = 0, tried = 0;

	for (const xs_query_word *w : absent) {
		/* What lies within a word that was replaced is gone with it. */
		if (w->extra || w->start < done || !word_spells(w->word) || is_common(w->word) ||
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
	/* Room: one for each word, those of the reader, and two at the end. */
	const char **warnings = strings(p.words.size() + q.n_told + 2);
	/* What a third of all passages have is worth no mark, unless there is nothing else. */
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
		if (!is_found_otherwise(x, p, *w.from))
			absent.push_back(w.from);
		if (w.must && !request->reticent)
			warnings[out->n_warnings++] =
				xs_arena_printf(a, "nothing in the index has the word \"%s\"",
						w.from->word);
	}
	out->terms = n_rare ? rare : terms;
	out->n_terms = n_rare ? n_rare : out->n_terms;
	for (size_t i = 0; i < q.n_told; i++)
		warnings[out->n_warnings++] = q.told[i];
	/* Parts of an address are no words of a language. */
	if (request->spelling && !request->reticent && !is_address(q.plain))
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

/* What words find, and what is near in meaning. */
int search_both(xs_search_result *out, found_all &f, xs_xap &x, const plan &p, xs_arena *a,
		const nearness &near, const xs_meaning &m, const search_size &size)
{
	size_t depth = std::min<size_t>(m.depth, size_t(DEPTH_MAX));
	int rc = search_all(f, x, p, p.query(), {std::max(size.depth, depth), size.sub, false});
	int64_t begin = xs_clock_ns();

	if (rc < 0)
		return rc;
	out->meaning_alone = f.pages.empty();
	rc = add_meaning(f, &out->meaning, x, p, a, m, near, size.sub + 1);
	uint64_t *added =
		static_cast<uint64_t *>(xs_arena_array(a, f.matches.size() + 1, sizeof *added));

	for (const found_match &match : f.matches)
		if (match.by_meaning && !match.by_words)
			added[out->n_added++] = *match.at;
	out->added = added;
	if (f.pages.size() > size.depth)
		f.pages.resize(size.depth);
	out->meaning_ms = xs_clock_ms(begin);
	return rc;
}

} // namespace

int xs_xap_search(xs_search_result *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		  const xs_search_request *request)
try {
	const bool versions = has_versions(*x);
	const size_t depth = std::min<size_t>(request->depth, size_t(DEPTH_MAX));
	const search_size size{depth * (versions ? VERSIONS_DEPTH : 1),
			       std::min<size_t>(request->sub, size_t(SUB_MAX)), request->newest};
	std::unique_ptr<nearness> near;
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof *queries));
	found_all f{};
	plan p(*x, *options);
	int rc;

	*out = {};
	/* Before the reading, which looks into the index: nothing of what it finds may show. */
	if (request->reticent)
		p.tell_nothing();
	rc = p.read(queries, a, request->text, request->filters, request->n_filters);
	if (rc < 0)
		return rc;
	/* Conditions alone rank nothing, so no page would be the best. */
	if (p.words.empty())
		return xs_fail(XS_EINPUT, "the question has no words to search for");
	if (request->meaning && !request->newest)
		near = std::make_unique<nearness>(nearness_of(*x, *request->meaning));
	rc = near ? search_both(out, f, *x, p, a, *near, *request->meaning, size)
		  : search_all(f, *x, p, p.query(), size);
	if (rc == XS_OK)
		rc = put_named_first(f, *x, p, a, queries[0].plain, size);
	if (rc == XS_OK && versions)
		keep_one_version(f, request->languages ? request->languages : "");
	if (f.pages.size() > std::max(depth, f.named))
		f.pages.resize(std::max(depth, f.named));
	if (out->meaning != XS_MEANING_DONE)
		near.reset();
	if (rc == XS_OK)
		rc = fill_hits(out, a, f, near.get(), queries[0].plain, *request);
	if (rc < 0)
		return rc;
	out->meaning_alone = out->meaning_alone && out->n && !f.named;
	tell(out, a, *x, p, queries[0], request);
	out->plain = queries[0].plain;
	out->description = xs_query_describe(a, queries, request->n_filters + 1);
	/* Estimates count what filters leave out. */
	out->passages = request->reticent ? out->n : f.n_passages;
	out->pages = request->reticent ? out->found : f.n_pages;
	return XS_OK;
} catch (...) {
	*out = {};
	return xap_fail();
}
