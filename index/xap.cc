// SPDX-License-Identifier: GPL-2.0-or-later
/* xap.cc - databases of Xapian: writing documents, opening, and what is not a search. */
#include "index/xap_private.hh"

using namespace xap;

/* ---- writing */

/* Words of which the dictionary of spellings may have to be told, with their stems (with a "Z"). */
using spelling_map = std::unordered_map<string, string>;

struct xs_xap_writer {
	Xapian::WritableDatabase db;
	stemmers stems;
	xs_arena *arena;
	bool within; // a transaction: without one, Xapian commits by itself
	spelling_map spellings;

	~xs_xap_writer()
	{
		xs_arena_free(arena);
	}
};

namespace
{

void note_spelling(xs_xap_writer &w, const string &word, const string &language)
{
	string &stem = w.spellings[word];

	if (stem.empty())
		stem = w.stems.of(language).look(word).second.stem;
}

/* The dictionary has words with the number of passages that have their stem, when it was last told.
 * Half of all words are in one passage only: a large index leaves them out. */
void tell_spellings(xs_xap_writer &w)
{
	Xapian::doccount rare = w.db.get_doccount() > SPELL_ALL ? 1 : 0;

	for (const auto &[word, stem] : w.spellings) {
		Xapian::doccount n = w.db.get_termfreq(stem);

		w.db.remove_spelling(word, UINT32_MAX);
		if (n > rare)
			w.db.add_spelling(word, n);
	}
	w.spellings.clear();
	w.stems.trim();
}

/* Notes the words of a document that goes, maybe for good; false if there is no such document. */
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

		xs_words_init(&words, text, strlen(text), "");
		while (xs_words_next(&words))
			if (seen.emplace(words.word, words.n).second && word_spells(words.word))
				note_spelling(w, string(words.word, words.n), old.language);
	}
	return true;
}

void begin(xs_xap_writer &w)
{
	if (!w.within)
		w.db.begin_transaction();
	w.within = true;
}

} // namespace

int xs_xap_writer_open(xs_xap_writer **out, const char *path, bool create, const char *language)
try {
	std::unique_ptr<xs_xap_writer> w(new xs_xap_writer());
	struct stat st;

	*out = nullptr;
	if (!create && stat(path, &st) < 0)
		return XS_ENOTFOUND;
	w->arena = xs_arena_new();
	w->stems.init(language);
	w->db = Xapian::WritableDatabase(path,
					 create ? Xapian::DB_CREATE_OR_OPEN : Xapian::DB_OPEN);
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

int xs_xap_put(xs_xap_writer *w, uint64_t docid, const xs_xap_document *d)
try {
	if (!docid || docid > UINT32_MAX)
		return xs_fail(XS_EINPUT,
			       "passage %llu cannot be indexed: numbers go from 1 to 4294967295",
			       static_cast<unsigned long long>(docid));
	begin(*w);
	forget_words(*w, static_cast<Xapian::docid>(docid));
	for (const string &word : d->words)
		note_spelling(*w, word, d->language);
	w->db.replace_document(static_cast<Xapian::docid>(docid), d->doc);
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
	tell_spellings(*w);
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

	return x.shards.empty() &&
	       (stat(x.path.c_str(), &now) < 0 || now.st_ino != x.stub.st_ino ||
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
		return xs_fail(XS_EFORMAT, "%s is damaged (%zu errors), rebuild the index: %s",
			       path, n, text.c_str());
	return XS_OK;
} catch (...) {
	int rc = xap_fail();
	string why = rc == XS_ENOTFOUND ? "there is none" : xs_error();

	return xs_fail(rc == XS_EIO ? rc : XS_EFORMAT, "%s: %s", path, why.c_str());
}
