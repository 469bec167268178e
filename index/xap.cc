// SPDX-License-Identifier: GPL-2.0-or-later
/* xap.cc - documents, terms and queries of Xapian.
 *
 * What a document holds.  Every wdf is in quarters (UNIT), so that weights may be fractions; BM25's
 * k1 is scaled alike.
 *
 *	Zstem         what is ranked: text, and title and headings by their weights
 *	ZSstem        of the title
 *	ZXHstem       of the headings
 *	Hhost         the URL's host, and the domains above it
 *	P/a P/a/b     the URL's path, and the folders above it ("P/" is the root)
 *	Ttype Llang   as they are
 *
 * There are no positions, and words as they are written have no terms: with these, an index of 2391
 * pages took 22 s of CPU in place of 9, and twice the room.  A value holds a byte for each word of
 * title, headings and text, in order (phrase.h), which tells nearly all documents with a phrase from
 * those that only have its stems; the rest is told by reading the text (xap_search.cc). */
#include "index/xap_private.hh"

using namespace xap;

/* ---- writing */

struct xs_xap_writer {
	Xapian::WritableDatabase db;
	Xapian::termcount title, heading; // quarters
	stemmers stems;
	xs_arena *arena;
	uint64_t document; // counts puts, see known_word
	bool within;	   // a transaction: without one, Xapian commits by itself
	std::vector<word_entry *> untold; // words that may have to be told to the dictionary, of all stemmers

	~xs_xap_writer() { xs_arena_free(arena); }
};

namespace
{

/* Adds the words of fields to a document; in `found`, each once. */
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
			word_entry &known = stems.look(string(w.word, w.n));

			if (!w.extra)
				trace.push_back(static_cast<char>(known.second.trace));
			if (*prefix)
				doc.add_boolean_term(string("Z") + prefix + known.second.stem.substr(1));
			if (known.second.document != number) {
				known.second.document = number;
				known.second.wdf = 0;
				found.push_back(&known);
			}
			known.second.wdf += wdf;
		}
		trace.push_back(XS_PHRASE_GAP);
	}
	void finish()
	{
		for (const word_entry *known : found)
			doc.add_term(known->second.stem, known->second.wdf);
	}
	std::vector<word_entry *> found;
	string trace;

      private:
	Xapian::Document &doc;
	stemmer &stems;
	uint64_t number;
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

void count_spelling(xs_xap_writer &w, word_entry &word, long change)
{
	if (!word.second.spell)
		return;
	if (!word.second.untold)
		w.untold.push_back(&word);
	word.second.untold += change;
}

/* Tells the dictionary of spellings of a word.  Half of all words are in one passage only: a large
 * index leaves them out. */
void tell_spelling(xs_xap_writer &w, const string &word, known_word &known)
{
	Xapian::doccount rare = w.db.get_doccount() > SPELL_ALL ? 1 : 0, n = w.db.get_termfreq(known.stem);

	if (!n)
		w.db.remove_spelling(word, UINT32_MAX);
	else if (known.untold > 0 && n > rare)
		w.db.add_spelling(word, static_cast<Xapian::termcount>(known.untold));
	else if (known.untold < 0)
		w.db.remove_spelling(word, static_cast<Xapian::termcount>(-known.untold));
	if (!n || known.untold < 0 || n > rare)
		known.told = n ? std::max(0L, known.told + known.untold) : 0;
	known.untold = 0;
}

/* Tells it what changed; unless `all`, leaves out what changes the count of a word by less than half:
 * suggestions need no more, and to tell all with each commit took a quarter of the time. */
void tell_spellings(xs_xap_writer &w, bool all)
{
	std::vector<word_entry *> later;

	for (word_entry *word : w.untold) {
		if (!all && std::labs(word->second.untold) * 2 < word->second.told)
			later.push_back(word);
		else if (word->second.untold)
			tell_spelling(w, word->first, word->second);
	}
	w.untold.swap(later);
}

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
			if (seen.emplace(words.word, words.n).second)
				count_spelling(w, w.stems.of(old.language).look(string(words.word, words.n)), -1);
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

	if (s.full()) {
		tell_spellings(w, true);
		s.trim();
	}
	fields.add(r->title, w.title, "S");
	fields.add(r->heading, w.heading, "XH");
	fields.add(r->text, UNIT, "");
	fields.finish();
	for (word_entry *known : fields.found)
		count_spelling(w, *known, 1);
	add_place(doc, r->url);
	if (strlen(r->type) < TERM_MAX)
		doc.add_boolean_term(string("T") + r->type);
	if (strlen(r->language) < TERM_MAX)
		doc.add_boolean_term(string("L") + r->language);
	for (int i = 0; i < 8; i++)
		page[i] = static_cast<char>(r->page >> (56 - 8 * i));
	doc.add_value(SLOT_PAGE, string(page, sizeof(page)));
	doc.add_value(SLOT_TRACE, fields.trace);
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
	tell_spellings(*w, false);
	w->within = false;
	w->db.commit_transaction();
	begin(*w);
	return XS_OK;
} catch (...) {
	return xap_fail();
}

/* ---- reading */

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

int xs_xap_copy(xs_xap *x, const char *path)
try {
	x->db.compact(path, Xapian::DBCOMPACT_NO_RENUMBER);
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
