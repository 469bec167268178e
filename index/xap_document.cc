// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_document.cc - passages into documents of Xapian.
 *
 * What one holds.  Every wdf is in quarters (UNIT), so that weights may be fractions; BM25's
 * k1 is scaled alike.
 *
 *	Zstem         what is ranked: text, by the weights of its author, and title and headings by
 *	              theirs
 *	ZSstem        of the title
 *	ZXHstem       of the headings
 *	Hhost         the URL's host, and the domains above it
 *	P/a P/a/b     the URL's path, and the folders above it ("P/" is the root)
 *	Ttype Llang   as they are
 *	XApath        of the URL of a page that is the same and not shown
 *	XLlinks       a page that is mostly links
 *	XCsection XMfield:value   facets, values of metadata in lower case
 *	XBtitle XGheading   folded (fold.h) and cut, and XWword, one for each of their words: to be
 *	              completed while someone types; the title's in a page's first passage
 *
 * There are no positions, and words as they are written have no terms: with these, an index of 2391
 * pages took 22 s of CPU in place of 9, and twice the room.  A value holds a byte for each word of
 * title, headings and text, in order (phrase.h), which tells nearly all documents with a phrase from
 * those that only have its stems; the rest is told by reading the text (xap_search.cc).  Another has
 * the page's number and facets (facet.h), to be counted. */
#include "index/xap_document.hh"

#include <algorithm>
#include <cmath>

#include "index/xap_form.hh"
#include "index/xap_name.hh"
#include "index/xap_place.hh"
#include "index/xap_stem.hh"
#include "index/xap_versions.hh"

extern "C" {
#include "index/words/exact.h"
#include "index/words/words.h"
}

using namespace xap;

struct xs_xap_maker {
	Xapian::termcount title, heading; // quarters
	xs_facet_options facets;
	stemmers stems;
	uint64_t document; // counts them, see known_word
};

namespace
{

static_assert(int{UNIT} == int{XS_WEIGHT_ONE}, "weights of texts are in the same quarters");

/* What words of a text count (xs_passage.weights), asked for in the text's order. */
class text_weights
{
      public:
	/* NULL: all of it counts as `usual`. */
	text_weights(const char *lines, Xapian::termcount usual)
	    : at(lines ? lines : ""), usual_(usual)
	{
		next();
	}
	/* Of a word by its first byte. */
	Xapian::termcount of(size_t byte)
	{
		while (len && byte >= from + len)
			next();
		return len && byte >= from ? weight : usual_;
	}

      private:
	void next()
	{
		char *end;

		from = strtoul(at, &end, 10);
		len = strtoul(end, &end, 10);
		weight = static_cast<Xapian::termcount>(strtoul(end, &end, 10));
		at = end + (*end == '\n');
	}
	const char *at;
	size_t from, len;
	Xapian::termcount weight, usual_;
};

/* Adds the words of fields to a document; in `found`, each once. */
class field_writer
{
      public:
	field_writer(draft &to, stemmer &s, const char *language, uint64_t document)
	    : doc(to), stems(s), language_(language), number(document)
	{
	}
	void add(const char *text, Xapian::termcount usual, const char *prefix,
		 const char *lines = nullptr)
	{
		text_weights weights(lines, usual);
		xs_words w;
		string term;

		xs_words_init(&w, text, strlen(text), language_);
		while (xs_words_next(&w)) {
			known_word &known = stems.look(string_view(w.word, w.n));
			const Xapian::termcount wdf = weights.of(w.start);

			if (!w.extra)
				trace.push_back(static_cast<char>(known.trace));
			if (*prefix) {
				term.assign("Z").append(prefix).append(known.stem, 1);
				doc.add_boolean_term(term);
			}
			if (known.document != number) {
				known.document = number;
				known.wdf = 0;
				found.push_back(&known);
			}
			/* What a name is made of says a quarter of what a word says. */
			known.wdf += w.part && wdf ? std::max(wdf / UNIT, 1u) : wdf;
		}
		trace.push_back(XS_PHRASE_GAP);
	}
	void finish()
	{
		for (const known_word *known : found) {
			doc.add_term(known->stem, known->wdf);
			if (!known->exact.empty())
				doc.add_term(known->exact, known->wdf);
		}
	}
	std::vector<known_word *> found;
	string trace;

      private:
	draft &doc;
	stemmer &stems;
	const char *language_;
	uint64_t number;
};

Xapian::termcount quarters(double weight)
{
	return static_cast<Xapian::termcount>(std::lround(std::clamp(weight, 0.0, 1000.0) * UNIT));
}

string record_bytes(const xs_record *r)
{
	xs_buf data;
	string out;

	xs_buf_init(&data);
	xs_record_put(&data, r);
	out.assign(data.data, data.len);
	xs_buf_fini(&data);
	return out;
}

/* Counts a passage of a word; whether it has come to half as many again since this last was so.  That
 * is often enough to tell the dictionary of spellings of it: to tell it of each took a quarter of the
 * time. */
bool more_by_half(known_word &known)
{
	if ((++known.passages - known.told) * 2 < known.told)
		return false;
	known.told = known.passages;
	return true;
}

/* What is completed while someone types it. */
void add_name(draft &doc, const char *name, const char *prefix)
{
	string text = folded(name);
	xs_words w;

	if (text.empty())
		return;
	doc.add_boolean_term(prefix + text);
	xs_words_init(&w, text.data(), text.size(), "");
	while (xs_words_next(&w))
		doc.add_boolean_term("XW" + string(w.word, w.n));
}

void add_facets(draft &doc, const xs_record *r, const xs_facet_options &options, const string &page)
{
	std::unique_ptr<xs_buf, void (*)(xs_buf *)> all(new xs_buf(), [](xs_buf *b) {
		xs_buf_fini(b);
		delete b;
	});

	xs_buf_init(all.get());
	xs_facet_put(all.get(), r, &options);
	for (const char *at = all->data; at < all->data + all->len; at += strlen(at) + 1) {
		if (*at == 'S')
			doc.add_boolean_term("XC" + string(at + 1));
		else if (*at >= XS_FACET_META)
			doc.add_boolean_term(string("XM") + options.fields[*at - XS_FACET_META] +
					     ":" + lower(at + 1));
	}
	doc.add_value(SLOT_FACETS, page + string(all->data, all->len));
}

/* The names that the passage has (exact.h): XN those of the page, in its first passage; XK others. */
void add_names(draft &doc, const xs_record *r)
{
	std::unique_ptr<xs_arena, void (*)(xs_arena *)> scratch(xs_arena_new(), xs_arena_free);
	/* Names of the page are not folded where they are not wanted. */
	bool first = r->ordinal == 0;
	const xs_exact_place place{first ? r->title : "", r->heading, r->anchor,
				   first ? r->url : ""};

	xs_exact_names(
		scratch.get(), &place,
		[](void *user, const char *name, bool page) {
			if (strlen(name) <= NAME_MAX_BYTES)
				static_cast<draft *>(user)->add_boolean_term(name_term(name, page));
		},
		&doc);
}

/* Options of commands that the passage has, as XF-name: they tell a question's "-name" from a word
 * that is not wanted. */
void add_flags(draft &doc, const char *text)
{
	for (const char *at = text; (at = strchr(at, '-')); at++) {
		size_t n = flag_length(at);

		if (n && (at == text || strchr(" \t\n([`'\"|", at[-1])))
			doc.add_boolean_term(flag_term(string(at, n)));
	}
}

/* The addresses that the page is shown for, too. */
void add_aliases(draft &doc, const char *urls)
{
	const char *end;

	for (; urls && *urls; urls = end + (*end == '\n')) {
		end = urls + strcspn(urls, "\n");
		add_alias(doc, string(urls, static_cast<size_t>(end - urls)).c_str());
	}
}

/* What is not words. */
void add_facts(draft &doc, const xs_record *r, const xs_facet_options &facets)
{
	const string page = page_value(r->page);

	add_place(doc, r->url);
	if (strlen(r->type) < TERM_MAX)
		doc.add_boolean_term(string("T") + r->type);
	if (strlen(r->language) < TERM_MAX)
		doc.add_boolean_term(string("L") + r->language);
	doc.add_value(SLOT_PAGE, page);
	add_facets(doc, r, facets, page);
	if (r->links)
		doc.add_boolean_term("XLlinks");
	add_aliases(doc, r->aliases);
	if (r->versions && *r->versions)
		doc.add_value(SLOT_VERSION, version_value(*r));
	if (r->ordinal == 0)
		add_name(doc, r->title, "XB");
	add_name(doc, last_heading(r->heading), "XG");
	add_names(doc, r);
	add_flags(doc, r->text);
	/* A page without a date is in no range of dates, and the last when the newest comes first. */
	if (r->date)
		doc.add_value(SLOT_DATE, Xapian::sortable_serialise(static_cast<double>(r->date)));
	doc.set_data(record_bytes(r));
}

} // namespace

int xs_xap_maker_new(xs_xap_maker **out, const xs_xap_options *options)
try {
	std::unique_ptr<xs_xap_maker> m(new xs_xap_maker());

	*out = nullptr;
	m->title = quarters(options->title_weight);
	m->heading = quarters(options->heading_weight);
	m->facets = options->facets;
	m->stems.init(options->language);
	*out = m.release();
	return XS_OK;
} catch (...) {
	return xap_fail();
}

void xs_xap_maker_free(xs_xap_maker *m)
{
	delete m;
}

int xs_xap_make(xs_xap_document **out, xs_xap_maker *m, const xs_record *r)
try {
	std::unique_ptr<xs_xap_document> made(new xs_xap_document());
	stemmer &s = m->stems.of(r->language);
	field_writer fields(made->doc, s, r->language, ++m->document);

	*out = nullptr;
	s.trim();
	fields.add(r->title, m->title, "S");
	fields.add(r->heading, m->heading, "XH");
	fields.add(r->text, UNIT, "", r->weights);
	/* A quarter of a word in the text. */
	if (r->ordinal == 0 && r->aside)
		fields.add(r->aside, 1, "");
	fields.finish();
	for (known_word *known : fields.found)
		if (known->spell && more_by_half(*known))
			made->words.emplace_back(known->word, known->stem);
	made->doc.add_value(SLOT_TRACE, fields.trace);
	add_facts(made->doc, r, m->facets);
	*out = made.release();
	return XS_OK;
} catch (...) {
	return xap_fail();
}

void xs_xap_document_free(xs_xap_document *d)
{
	delete d;
}
