// SPDX-License-Identifier: GPL-2.0-or-later
/* xap.cc - documents, terms and queries of Xapian.
 *
 * What a document holds.  Every wdf is in quarters (UNIT), so that weights may be fractions; BM25's
 * k1 is scaled alike.
 *
 *	word          positions of the word as it is written; wdf 0: for phrases
 *	Zstem         what is ranked: text, and title and headings by their weights
 *	Sword ZSstem  of the title: positions, and stems
 *	XHword ZXHstem of the headings
 *	Hhost         the URL's host, and the domains above it
 *	P/a P/a/b     the URL's path, and the folders above it ("P/" is the root)
 *	Ttype Llang   as they are
 *
 * Positions of the title begin at 1, the headings' and the text's some way further on, so that no
 * phrase reaches over. */
#include <xapian.h>

#include <sys/stat.h>
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

extern "C" {
#include "index/exact.h"
#include "index/query_parse.h"
#include "index/words.h"
#include "index/xap.h"
}

namespace
{

using std::string;
using std::string_view;

enum { UNIT = 4, GAP = 100, STEMS_KEPT = 1 << 16, TERM_MAX = 240, SPELL_ALL = 2000 };
enum slot : Xapian::valueno { SLOT_PAGE = 0, SLOT_DATE = 1 };

/* A setting that is wrong. */
struct wrong_input {
	string sentence;
};

/* The one place where exceptions end. */
int xap_fail()
{
	try {
		throw;
	} catch (const wrong_input &e) {
		return xs_fail(XS_EINPUT, "%s", e.sentence.c_str());
	} catch (const Xapian::DatabaseNotFoundError &) {
		return XS_ENOTFOUND;
	} catch (const Xapian::DatabaseLockError &e) {
		return xs_fail(XS_EBUSY, "the index is locked by another process: %s", e.get_msg().c_str());
	} catch (const Xapian::DatabaseModifiedError &) {
		return xs_fail(XS_ESTALE, "the index changed while it was read");
	} catch (const Xapian::DatabaseVersionError &e) {
		return xs_fail(XS_EFORMAT, "the index is of another version of Xapian: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseCorruptError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s", e.get_msg().c_str());
	} catch (const Xapian::SerialisationError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s", e.get_msg().c_str());
	} catch (const Xapian::RangeError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s", e.get_msg().c_str());
	} catch (const Xapian::DatabaseOpeningError &e) {
		return xs_fail(e.get_error_string() ? XS_EIO : XS_EFORMAT, "the index cannot be opened: %s%s%s",
			       e.get_msg().c_str(), e.get_error_string() ? ": " : "",
			       e.get_error_string() ? e.get_error_string() : "");
	} catch (const Xapian::NetworkError &e) {
		return xs_fail(XS_EIO, "a shard does not answer: %s %s", e.get_msg().c_str(),
			       e.get_context().c_str());
	} catch (const Xapian::DatabaseError &e) {
		return xs_fail(XS_EIO, "the index: %s%s%s", e.get_msg().c_str(),
			       e.get_error_string() ? ": " : "",
			       e.get_error_string() ? e.get_error_string() : "");
	} catch (const Xapian::Error &e) {
		return xs_fail(XS_EINTERNAL, "Xapian: %s: %s", e.get_type(), e.get_msg().c_str());
	} catch (const std::exception &e) {
		return xs_fail(XS_EINTERNAL, "Xapian: %s", e.what());
	} catch (...) {
		return xs_fail(XS_EINTERNAL, "Xapian: an unknown failure");
	}
}

/* A word as the cache keeps it. */
struct known_word {
	string stem;	      /* with its "Z" */
	bool spell;	      /* of 3 to 30 letters and nothing else: may be offered as a spelling */
	uint64_t document;    /* for which wdf was last counted */
	Xapian::termcount wdf;
};
using word_map = std::unordered_map<string, known_word>;

bool word_spells(const string &word)
{
	size_t n = 0;

	if (word.size() > TERM_MAX / 4)
		return false;
	for (Xapian::Utf8Iterator i(word); i != Xapian::Utf8Iterator(); ++i, n++) {
		switch (Xapian::Unicode::get_category(*i)) {
		case Xapian::Unicode::UPPERCASE_LETTER:
		case Xapian::Unicode::LOWERCASE_LETTER:
		case Xapian::Unicode::TITLECASE_LETTER:
		case Xapian::Unicode::MODIFIER_LETTER:
		case Xapian::Unicode::OTHER_LETTER:
		case Xapian::Unicode::NON_SPACING_MARK: break;
		default: return false;
		}
	}
	return n >= 3 && n <= 30;
}

/* Stems of one language, remembered: running text repeats its words. */
class stemmer
{
      public:
	explicit stemmer(const string &language) : stem_(language) {}
	word_map::value_type &look(const string &word)
	{
		auto at = words_.find(word);

		if (at == words_.end())
			at = words_.emplace(word, known_word{"Z" + stem_(word), word_spells(word), 0, 0}).first;
		return *at;
	}
	/* To be called where no word is held. */
	void trim()
	{
		if (words_.size() > STEMS_KEPT)
			words_.clear();
	}

      private:
	Xapian::Stem stem_;
	word_map words_;
};

/* The stemmers in use, by language. */
class stemmers
{
      public:
	void init(const char *language)
	{
		if (language_ != (language ? language : ""))
			all_.clear();
		language_ = language ? language : "";
	}
	stemmer &of(string_view language)
	{
		string name(language.substr(0, language.find_first_of("-_")));

		if (name.empty())
			name = language_;
		auto at = all_.find(name);
		if (at == all_.end())
			at = all_.emplace(name, make(name)).first;
		return *at->second;
	}

      private:
	std::shared_ptr<stemmer> make(const string &name)
	{
		try {
			return std::make_shared<stemmer>(name);
		} catch (const Xapian::InvalidArgumentError &) {
			/* No stemmer of that name. */
		}
		if (name == language_)
			return std::make_shared<stemmer>("none");
		of(language_);
		return all_.at(language_);
	}
	string language_;
	std::unordered_map<string, std::shared_ptr<stemmer>> all_;
};

string lower(string s)
{
	for (char &c : s)
		c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
	return s;
}

} // namespace

/* ---- writing */

struct xs_xap_writer {
	Xapian::WritableDatabase db;
	Xapian::termcount title, heading; // quarters
	stemmers stems;
	xs_arena *arena;
	uint64_t document; // counts puts, see known_word
	bool within;	   // a transaction: without one, Xapian commits by itself
	std::unordered_map<string, long> spelling; // what words gain and lose until the next commit

	~xs_xap_writer() { xs_arena_free(arena); }
};

namespace
{

/* Adds the words of one field to a document: positions, and in `found` what is to be ranked. */
class field_writer
{
      public:
	field_writer(Xapian::Document &to, stemmer &s, uint64_t document)
	    : doc(to), stems(s), number(document)
	{
	}
	void add(const char *text, Xapian::termcount wdf, const char *prefix)
	{
		xs_words w;

		xs_words_init(&w, text, strlen(text));
		while (xs_words_next(&w)) {
			word_map::value_type &known = stems.look(string(w.word, w.n));

			position += !w.extra;
			doc.add_posting(known.first, position, 0);
			if (*prefix) {
				doc.add_posting(prefix + known.first, position, 0);
				doc.add_boolean_term(string("Z") + prefix + known.second.stem.substr(1));
			}
			if (known.second.document != number) {
				known.second.document = number;
				known.second.wdf = 0;
				found.push_back(&known);
			}
			known.second.wdf += wdf;
		}
		position += GAP;
	}
	void finish()
	{
		for (const word_map::value_type *known : found)
			doc.add_term(known->second.stem, known->second.wdf);
	}
	std::vector<const word_map::value_type *> found;

      private:
	Xapian::Document &doc;
	stemmer &stems;
	uint64_t number;
	Xapian::termpos position = 0;
};

/* Host and path of a URL; a relative one has no host. */
void url_split(string_view url, string &host, string &path)
{
	size_t at = url.find("://"), slash;

	url = url.substr(0, url.find_first_of("?#"));
	host.clear();
	if (at != string_view::npos && at < url.find_first_of("/")) {
		url.remove_prefix(at + 3);
		slash = std::min(url.find('/'), url.size());
		host = lower(string(url.substr(0, slash)));
		url.remove_prefix(slash);
		host.erase(0, host.rfind('@') == string::npos ? 0 : host.rfind('@') + 1);
		if (host.find(']') == string::npos)
			host.erase(std::min(host.find(':'), host.size()));
	}
	while (url.substr(0, 2) == "./")
		url.remove_prefix(2);
	path = url.empty() || url[0] != '/' ? "/" + string(url) : string(url);
}

void add_place(Xapian::Document &doc, const char *url)
{
	string host, path;
	size_t at;

	url_split(url, host, path);
	for (at = 0; at < host.size(); at = std::min(host.find('.', at), host.size() - 1) + 1)
		if (host.size() - at < TERM_MAX)
			doc.add_boolean_term("H" + host.substr(at));
	doc.add_boolean_term("P/");
	for (at = 1; at < path.size() && at < TERM_MAX; at++)
		if (path[at] == '/' && path[at - 1] != '/')
			doc.add_boolean_term("P" + path.substr(0, at));
	if (path.size() < TERM_MAX)
		doc.add_boolean_term("P" + path);
}

} // namespace

namespace
{

/* A document's words leave the spelling dictionary; false if there is no such document. */
bool forget_words(xs_xap_writer &w, Xapian::docid docid)
{
	std::unordered_set<string> seen;
	xs_record old;
	string data;

	if (docid > w.db.get_lastdocid())
		return false;
	try {
		data = w.db.get_document(docid).get_data();
	} catch (const Xapian::DocNotFoundError &) {
		return false;
	}
	xs_arena_reset(w.arena);
	if (xs_record_get(&old, w.arena, data.data(), data.size()) < 0)
		return true; /* its words stay: they are only suggestions */
	for (const char *text : {old.title, old.heading, old.text}) {
		xs_words words;

		xs_words_init(&words, text, strlen(text));
		while (xs_words_next(&words))
			if (seen.emplace(words.word, words.n).second &&
			    w.stems.of(old.language).look(string(words.word, words.n)).second.spell)
				w.spelling[string(words.word, words.n)]--;
	}
	return true;
}

void begin(xs_xap_writer &w)
{
	if (!w.within)
		w.db.begin_transaction();
	w.within = true;
}

Xapian::Document make_document(xs_xap_writer &w, const xs_record *r)
{
	Xapian::Document doc;
	stemmer &s = w.stems.of(r->language);
	field_writer fields(doc, s, ++w.document);
	char page[8];
	xs_buf data;

	s.trim();
	fields.add(r->title, w.title, "S");
	fields.add(r->heading, w.heading, "XH");
	fields.add(r->text, UNIT, "");
	fields.finish();
	for (const word_map::value_type *known : fields.found)
		if (known->second.spell)
			w.spelling[known->first]++;
	add_place(doc, r->url);
	if (strlen(r->type) < TERM_MAX)
		doc.add_boolean_term(string("T") + r->type);
	if (strlen(r->language) < TERM_MAX)
		doc.add_boolean_term(string("L") + r->language);
	for (int i = 0; i < 8; i++)
		page[i] = static_cast<char>(r->page >> (56 - 8 * i));
	doc.add_value(SLOT_PAGE, string(page, sizeof(page)));
	doc.add_value(SLOT_DATE, Xapian::sortable_serialise(static_cast<double>(r->date)));
	xs_buf_init(&data);
	xs_record_put(&data, r);
	doc.set_data(string(data.data, data.len));
	xs_buf_fini(&data);
	return doc;
}

Xapian::termcount quarters(double weight)
{
	return static_cast<Xapian::termcount>(std::lround(std::clamp(weight, 0.0, 1000.0) * UNIT));
}

} // namespace

int xs_xap_writer_open(xs_xap_writer **out, const char *path, bool create,
		       const xs_xap_options *options)
try {
	std::unique_ptr<xs_xap_writer> w(new xs_xap_writer());
	struct stat st;

	*out = nullptr;
	if (!create && stat(path, &st) < 0)
		return XS_ENOTFOUND;
	w->arena = xs_arena_new();
	w->title = quarters(options->title_weight);
	w->heading = quarters(options->heading_weight);
	w->stems.init(options->language);
	w->db = Xapian::WritableDatabase(path, create ? Xapian::DB_CREATE_OR_OPEN : Xapian::DB_OPEN);
	begin(*w);
	*out = w.release();
	return XS_OK;
} catch (...) {
	return xap_fail();
}

void xs_xap_writer_close(xs_xap_writer *w)
try {
	std::unique_ptr<xs_xap_writer> owned(w);

	if (w && w->within)
		w->db.cancel_transaction();
} catch (...) {
	(void)xap_fail(); /* what was not committed is dropped all the same */
}

namespace
{

/* Tells the dictionary of spellings what changed since the last commit.  Half of all words are in one
 * passage only; to know them takes a fifth of the time, so a large index leaves them out. */
void spell(xs_xap_writer &w)
{
	Xapian::doccount rare = w.db.get_doccount() > SPELL_ALL ? 1 : 0;

	for (const auto &[word, change] : w.spelling) {
		Xapian::doccount n = w.db.get_termfreq(word);

		if (!n)
			w.db.remove_spelling(word, UINT32_MAX);
		else if (change > 0 && n > rare)
			w.db.add_spelling(word, static_cast<Xapian::termcount>(change));
		else if (change < 0)
			w.db.remove_spelling(word, static_cast<Xapian::termcount>(-change));
	}
	w.spelling.clear();
}

} // namespace

int xs_xap_put(xs_xap_writer *w, const xs_record *r)
try {
	Xapian::docid docid = static_cast<Xapian::docid>(r->docid);

	if (!docid || docid != r->docid)
		return xs_fail(XS_EINPUT, "passage %llu cannot be indexed: numbers go from 1 to 4294967295",
			       static_cast<unsigned long long>(r->docid));
	begin(*w);
	forget_words(*w, docid);
	w->db.replace_document(docid, make_document(*w, r));
	return XS_OK;
} catch (...) {
	return xap_fail();
}

int xs_xap_delete(xs_xap_writer *w, uint64_t docid)
try {
	if (!docid || docid > UINT32_MAX)
		return XS_OK;
	begin(*w);
	if (forget_words(*w, static_cast<Xapian::docid>(docid)))
		w->db.delete_document(static_cast<Xapian::docid>(docid));
	return XS_OK;
} catch (...) {
	return xap_fail();
}

int xs_xap_set(xs_xap_writer *w, const char *key, const char *value)
try {
	begin(*w);
	w->db.set_metadata(key, value);
	return XS_OK;
} catch (...) {
	return xap_fail();
}

int xs_xap_writer_get(const char **value, xs_arena *a, xs_xap_writer *w, const char *key)
try {
	string found = w->db.get_metadata(key);

	*value = xs_arena_dupn(a, found.data(), found.size());
	return XS_OK;
} catch (...) {
	*value = "";
	return xap_fail();
}

int xs_xap_commit(xs_xap_writer *w)
try {
	begin(*w);
	spell(*w);
	w->within = false;
	w->db.commit_transaction();
	begin(*w);
	return XS_OK;
} catch (...) {
	return xap_fail();
}

/* ---- reading */

struct xs_xap {
	Xapian::Database db;
	string path;			 // stub or folder
	std::vector<string> shards;	 // in place of `path`
	struct stat stub;		 // as it was when opened
	stemmers stems;
	std::vector<string> languages; // that documents are stemmed by; empty: not looked for yet
};

namespace
{

/* host:port, the host maybe in brackets. */
Xapian::Database open_shard(const string &shard)
{
	size_t colon = shard.rfind(':');
	char *end = nullptr;
	unsigned long port = 0;
	string host = shard.substr(0, colon);

	if (colon != string::npos)
		port = strtoul(shard.c_str() + colon + 1, &end, 10);
	if (!end || *end || port < 1 || port > 65535 || host.empty())
		throw wrong_input{"the shard \"" + shard + "\" is no HOST:PORT"};
	if (host.size() > 2 && host.front() == '[' && host.back() == ']')
		host = host.substr(1, host.size() - 2);
	return Xapian::Remote::open(host, static_cast<unsigned>(port));
}

void open_all(xs_xap &x)
{
	Xapian::Database db;

	x.stub = {};
	if (x.shards.empty()) {
		if (stat(x.path.c_str(), &x.stub) < 0 && errno == ENOENT)
			throw Xapian::DatabaseNotFoundError(x.path);
		db = Xapian::Database(x.path);
	}
	for (const string &shard : x.shards)
		db.add_database(open_shard(shard));
	x.db = db;
	x.languages.clear();
}

/* Whether the stub names another folder since. */
bool stub_changed(const xs_xap &x)
{
	struct stat now;

	return x.shards.empty() && (stat(x.path.c_str(), &now) < 0 || now.st_ino != x.stub.st_ino ||
				    now.st_dev != x.stub.st_dev ||
				    (S_ISREG(now.st_mode) && (now.st_mtim.tv_sec != x.stub.st_mtim.tv_sec ||
							      now.st_mtim.tv_nsec != x.stub.st_mtim.tv_nsec)));
}

} // namespace

int xs_xap_open(xs_xap **out, const char *path, const char *const *shards)
try {
	std::unique_ptr<xs_xap> x(new xs_xap());

	*out = nullptr;
	x->path = path ? path : "";
	for (; shards && *shards; shards++)
		x->shards.push_back(*shards);
	open_all(*x);
	*out = x.release();
	return XS_OK;
} catch (...) {
	return xap_fail();
}

void xs_xap_close(xs_xap *x)
{
	delete x;
}

int xs_xap_reopen(xs_xap *x)
try {
	if (stub_changed(*x))
		open_all(*x);
	else if (x->db.reopen())
		x->languages.clear();
	return XS_OK;
} catch (...) {
	return xap_fail();
}

int xs_xap_get(const char **value, xs_arena *a, xs_xap *x, const char *key)
try {
	string found = x->db.get_metadata(key);

	*value = xs_arena_dupn(a, found.data(), found.size());
	return XS_OK;
} catch (...) {
	*value = "";
	return xap_fail();
}

int xs_xap_count(uint64_t *out, xs_xap *x)
try {
	*out = x->db.get_doccount();
	return XS_OK;
} catch (...) {
	*out = 0;
	return xap_fail();
}

int xs_xap_walk(xs_xap *x, xs_xap_see *see, void *user)
try {
	for (auto i = x->db.postlist_begin(""); i != x->db.postlist_end(""); ++i) {
		string data = x->db.get_document(*i).get_data();
		int rc = see(user, *i, data.data(), data.size());

		if (rc)
			return rc;
	}
	return XS_OK;
} catch (...) {
	return xap_fail();
}

int xs_xap_check(const char *path)
try {
	std::ostringstream says;
	size_t n = Xapian::Database::check(path, 0, &says);
	string text = says.str();

	std::replace(text.begin(), text.end(), '\n', ' ');
	if (n)
		return xs_fail(XS_EFORMAT, "%s is damaged (%zu errors), rebuild the index: %s", path, n,
			       text.c_str());
	return XS_OK;
} catch (...) {
	int rc = xap_fail();
	string why = rc == XS_ENOTFOUND ? "there is none" : xs_error();

	return xs_fail(rc == XS_EIO ? rc : XS_EFORMAT, "%s: %s", path, why.c_str());
}

/* ---- searching */

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
const Xapian::doccount COUNTED = 1000; /* so many matches are counted, more are estimated */

using Xapian::Query;

Query all_of(const std::vector<Query> &q)
{
	return Query(Query::OP_AND, q.begin(), q.end());
}

Query any_of(const std::vector<Query> &q)
{
	return Query(Query::OP_OR, q.begin(), q.end());
}

/* The languages that documents are stemmed by, the default one first. */
const std::vector<string> &languages(xs_xap &x, const char *first)
{
	if (!x.languages.empty() && x.languages.front() == first)
		return x.languages;
	x.languages.assign(1, first);
	for (auto i = x.db.allterms_begin("L"); i != x.db.allterms_end("L"); ++i)
		if (*i != "L" && "L" + string(first) != *i)
			x.languages.push_back((*i).substr(1));
	return x.languages;
}

/* A question on its way to become a query of Xapian. */
class plan
{
      public:
	plan(xs_xap &of, const char *language)
	{
		for (const string &name : languages(of, language ? language : ""))
			stems_.push_back(&of.stems.of(name));
	}
	void add_question(const xs_parsed &q);
	void add_filter(const xs_parsed &q) { add_required(q); }
	Query query() const;

	/* A word with the stems that any language gives it. */
	struct word {
		const xs_query_word *from;
		std::vector<string> stems;
		bool must;
		Xapian::termcount times;
	};
	std::vector<word> words; // different ones, that may or must be there

      private:
	std::vector<string> stems(const char *text, const char *prefix);
	Query one(const char *text, const char *prefix);
	Query clause(const xs_clause &c);
	void add_required(const xs_parsed &q);

	std::vector<stemmer *> stems_;
	std::vector<Query> must_, not_;
	std::unordered_map<string, size_t> at_; // of a word in `words`
};

std::vector<string> plan::stems(const char *text, const char *prefix)
{
	std::vector<string> out;

	for (stemmer *s : stems_) {
		string term = string("Z") + prefix + s->look(text).second.stem.substr(1);

		if (std::find(out.begin(), out.end(), term) == out.end())
			out.push_back(term);
	}
	return out;
}

Query plan::one(const char *text, const char *prefix)
{
	std::vector<string> terms = stems(text, prefix);

	return Query(Query::OP_SYNONYM, terms.begin(), terms.end());
}

/* What a clause asks for, whatever its sign. */
Query plan::clause(const xs_clause &c)
{
	static const char *const prefixes[XS_FIELDS] = {"", "S", "XH", "H", "P", "T", "L", ""};
	const char *prefix = prefixes[c.field];
	std::vector<Query> parts;

	if (c.field == XS_FIELD_DATE)
		return Query(Query::OP_VALUE_RANGE, SLOT_DATE,
			     Xapian::sortable_serialise(static_cast<double>(c.from)),
			     Xapian::sortable_serialise(static_cast<double>(c.to)));
	if (c.field > XS_FIELD_HEADING)
		return strlen(c.text) < TERM_MAX ? Query(prefix + string(c.text)) : Query::MatchNothing;
	for (size_t i = 0; i < c.n; i++)
		if (!c.words[i].extra)
			parts.push_back(c.phrase ? Query(prefix + string(c.words[i].word))
						 : one(c.words[i].word, prefix));
	return c.phrase ? Query(Query::OP_PHRASE, parts.begin(), parts.end(), parts.size()) : all_of(parts);
}

void plan::add_question(const xs_parsed &q)
{
	for (size_t i = 0; i < q.n; i++) {
		const xs_clause &c = q.clauses[i];

		for (size_t k = 0; c.sign != XS_MUST_NOT && k < c.n; k++) {
			auto [at, fresh] = at_.emplace(c.words[k].word, words.size());

			if (fresh)
				words.push_back({&c.words[k], stems(c.words[k].word, ""), false, 0});
			words[at->second].times++;
			words[at->second].must |= c.sign == XS_MUST;
		}
	}
	add_required(q);
}

void plan::add_required(const xs_parsed &q)
{
	std::vector<Query> any[XS_FIELDS];

	for (size_t i = 0; i < q.n; i++) {
		const xs_clause &c = q.clauses[i];

		if (c.sign == XS_MUST_NOT)
			not_.push_back(clause(c));
		else if (c.field >= XS_FIELD_SITE && c.field <= XS_FIELD_LANG)
			any[c.field].push_back(clause(c));
		else if (c.sign == XS_MUST || c.phrase)
			must_.push_back(clause(c));
	}
	for (const std::vector<Query> &group : any)
		if (!group.empty())
			must_.push_back(any_of(group));
}

/* Stems rank; all else only restricts.  Words that are repeated count more, as BM25's k3 has it. */
Query plan::query() const
{
	std::vector<Query> rank;
	Query q;

	for (const word &w : words) {
		if (w.stems.size() == 1) {
			rank.push_back(Query(w.stems[0], w.times));
			continue;
		}
		rank.push_back(Query(Query::OP_SCALE_WEIGHT,
				     Query(Query::OP_SYNONYM, w.stems.begin(), w.stems.end()),
				     2.0 * w.times / (1.0 + w.times)));
	}
	q = any_of(rank);
	if (!must_.empty())
		q = Query(Query::OP_FILTER, q, all_of(must_));
	if (!not_.empty())
		q = Query(Query::OP_AND_NOT, q, any_of(not_));
	return q;
}

/* What is found of one page: numbers of matches, best first. */
using found_page = std::vector<Xapian::doccount>;

struct match {
	Xapian::docid docid;
	double weight;
	int percent;
};

struct found_all {
	Xapian::MSet mset;
	uint64_t n_pages, n_passages;  // estimates of all that match
	std::vector<match> matches;
	std::vector<found_page> pages; // by their best passage
};

void group(found_all &f)
{
	std::unordered_map<string, size_t> at;

	for (auto i = f.mset.begin(); i != f.mset.end(); ++i) {
		auto [known, fresh] = at.emplace(i.get_collapse_key(), f.pages.size());

		if (fresh)
			f.pages.emplace_back();
		f.pages[known->second].push_back(static_cast<Xapian::doccount>(f.matches.size()));
		f.matches.push_back({*i, i.get_weight(), i.get_percent()});
	}
}

/* The passages that match, at least those of `depth` pages. */
void search_words(found_all &f, xs_xap &x, const Query &query, size_t depth, size_t sub)
{
	Xapian::Enquire enquire(x.db);
	size_t room = std::min<size_t>(depth * (sub + 1), x.db.get_doccount());

	enquire.set_weighting_scheme(Xapian::BM25Weight(K1 * UNIT, 0, 1, B, MIN_NORMLEN));
	enquire.set_query(query);
	enquire.set_collapse_key(SLOT_PAGE, static_cast<Xapian::doccount>(sub + 1));
	f.mset = enquire.get_mset(0, static_cast<Xapian::doccount>(room), COUNTED);
	group(f);
	f.n_passages = std::max(f.mset.get_uncollapsed_matches_estimated(), f.mset.size());
	f.n_pages = f.pages.size();
	if (f.mset.size() == room) /* there may be more pages, cut alike */
		f.n_pages = std::max<uint64_t>(f.n_pages, uint64_t(f.mset.get_matches_estimated()) *
								  f.n_pages / std::max<size_t>(room, 1));
	if (f.pages.size() > depth)
		f.pages.resize(depth);
}

} // namespace

namespace
{

enum { DEPTH = 30, SUB = 3, DEPTH_MAX = 100000, SUB_MAX = 1000, CORRECTED_MAX = 16 };

int fill_hit(xs_hit *h, xs_arena *a, Xapian::MSet &mset, Xapian::doccount at, const match &m)
{
	Xapian::MSetIterator i = mset[at];
	string data = i.get_document().get_data();
	xs_record r;
	int32_t *ids = nullptr;
	int rc = xs_record_get(&r, a, data.data(), data.size());

	if (rc == XS_OK && r.tokens)
		rc = xs_record_unpack(&ids, &h->n_ids, a, r.tokens, r.tokens_len);
	if (rc < 0)
		return rc;
	h->docid = m.docid;
	h->page = r.page;
	h->bm25 = h->score = m.weight;
	h->percent = m.percent;
	h->url = r.url, h->title = r.title, h->heading = r.heading, h->anchor = r.anchor;
	h->text = r.text, h->path = r.path, h->type = r.type, h->language = r.language, h->meta = r.meta;
	h->date = r.date;
	h->ids = ids;
	h->vocabulary = r.vocabulary;
	return XS_OK;
}

/* The best passage of each page, then the further ones. */
int fill_hits(xs_search_result *out, xs_arena *a, found_all &f, const char *plain, bool one)
{
	const char *name = xs_exact_fold(a, plain);
	size_t n = 0, at = 0;

	for (const found_page &page : f.pages)
		n += one ? 1 : page.size();
	out->hits = static_cast<xs_hit *>(xs_arena_array(a, n ? n : 1, sizeof(*out->hits)));
	f.mset.fetch();
	for (int further = 0; further < (one ? 1 : 2); further++) {
		for (const found_page &page : f.pages) {
			size_t end = further ? page.size() : 1;

			for (size_t i = further ? 1 : 0; i < end; i++, at++) {
				xs_hit *h = &out->hits[at];
				int rc = fill_hit(h, a, f.mset, page[i], f.matches[page[i]]);

				if (rc < 0)
					return rc;
				h->exact = xs_exact(a, name, h->title, h->heading, h->anchor, h->url);
			}
		}
	}
	out->n = at;
	out->n_pages = f.pages.size();
	return XS_OK;
}

Xapian::doccount passages_with(xs_xap &x, const plan::word &w)
{
	Xapian::doccount n = 0;

	for (const string &term : w.stems)
		n = std::max(n, x.db.get_termfreq(term));
	return n;
}

/* The question with the words that no passage has in another spelling. */
const char *correct(xs_arena *a, const string &text, const std::vector<const xs_query_word *> &absent,
		    xs_xap &x)
{
	string out;
	size_t done = 0, changed = 0, tried = 0;

	for (const xs_query_word *w : absent) {
		if (w->extra || w->start < done || !word_spells(w->word) || tried++ == CORRECTED_MAX)
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

		terms[out->n_terms++] = w.from->word;
		if (n <= third)
			rare[n_rare++] = w.from->word;
		if (n)
			continue;
		absent.push_back(w.from);
		if (w.must)
			warnings[out->n_warnings++] =
				xs_arena_printf(a, "nothing in the index has the word \"%s\"", w.from->word);
	}
	out->terms = n_rare ? rare : terms;
	out->n_terms = n_rare ? n_rare : out->n_terms;
	if (request->spelling)
		out->corrected = correct(a, request->text, absent, x);
	if (q.cut)
		warnings[out->n_warnings++] = xs_arena_printf(a, "the question has more than %d different words: "
							      "the others were left out", XS_QUERY_WORDS);
	if (q.unclosed)
		warnings[out->n_warnings++] = "a quotation mark that is not closed was left out";
	out->warnings = warnings;
}

} // namespace

int xs_xap_search(xs_xap *x, const xs_xap_options *options, const xs_search_request *request,
		  xs_arena *a, xs_search_result *out)
try {
	size_t depth = std::min<size_t>(request->depth ? request->depth : size_t(DEPTH), size_t(DEPTH_MAX));
	size_t sub = std::min<size_t>(request->sub ? request->sub : size_t(SUB), size_t(SUB_MAX));
	xs_parsed *queries = static_cast<xs_parsed *>(
		xs_arena_array(a, request->n_filters + 1, sizeof(*queries)));
	found_all f{};
	int rc;

	*out = {};
	x->stems.init(options->language);
	plan p(*x, options->language);

	rc = xs_query_parse(&queries[0], a, request->text, false);
	for (size_t i = 0; rc == XS_OK && i < request->n_filters; i++)
		rc = xs_query_parse(&queries[i + 1], a, request->filters[i], true);
	if (rc < 0)
		return rc;
	p.add_question(queries[0]);
	for (size_t i = 0; i < request->n_filters; i++)
		p.add_filter(queries[i + 1]);
	if (p.words.empty())
		return xs_fail(XS_EINPUT, "the question has no words to search for");
	search_words(f, *x, p.query(), depth, sub);
	rc = fill_hits(out, a, f, queries[0].plain, request->one);
	if (rc < 0)
		return rc;
	tell(out, a, *x, p, queries[0], request);
	out->description = xs_query_describe(a, queries, request->n_filters + 1);
	out->passages = f.n_passages;
	out->pages = f.n_pages;
	return XS_OK;
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
