// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_writer.cc - documents into a database, and the dictionary of spellings with them. */
#include <xapian.h>

#include <sys/stat.h>
#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "index/xap_document.hh"
#include "index/xap_stem.hh"

extern "C" {
#include "index/words/words.h"
}

using namespace xap;

/* Documents from which on words of one passage are left out of the dictionary of spellings. */
enum { SPELL_ALL = 2000 };

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

/* The dictionary has words with the number of passages that have their stem, when it was last told.
 * Half of all words are in one passage only: a large index leaves them out.  It is told in the order of
 * the words, which is nearly that of their stems: neighbours lie in one block of the database. */
void tell_spellings(xs_xap_writer &w)
{
	Xapian::doccount rare = w.db.get_doccount() > SPELL_ALL ? 1 : 0;
	std::vector<const spelling_map::value_type *> sorted;

	sorted.reserve(w.spellings.size());
	for (const auto &spelling : w.spellings)
		sorted.push_back(&spelling);
	std::sort(sorted.begin(), sorted.end(),
		  [](const auto *a, const auto *b) { return a->first < b->first; });
	for (const auto *spelling : sorted) {
		Xapian::doccount n = w.db.get_termfreq(spelling->second);

		/* All of its count: add_spelling() adds to what is there. */
		w.db.remove_spelling(spelling->first, UINT32_MAX);
		if (n > rare)
			w.db.add_spelling(spelling->first, n);
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

	/* Most documents are new, and need no exception to tell so. */
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
	stemmer &stems = w.stems.of(old.language);
	for (const char *text : {old.title, old.heading, old.text}) {
		xs_words words;

		xs_words_init(&words, text, strlen(text), "");
		while (xs_words_next(&words))
			if (seen.emplace(words.word, words.n).second && word_spells(words.word))
				w.spellings.try_emplace(words.word, stems.look(words.word).stem);
	}
	return true;
}

/* Xapian commits by itself after 10 000 documents unless a transaction is open; readers would then see
 * half of a batch. */
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
	/* Numbers are SQLite's, of 64 bits; Xapian's have 32, and 0 is none of them. */
	if (!docid || docid > UINT32_MAX)
		return xs_fail(XS_EINPUT,
			       "passage %llu cannot be indexed: numbers go from 1 to 4294967295",
			       static_cast<unsigned long long>(docid));
	begin(*w);
	/* The words of the document that was there may go with it. */
	forget_words(*w, static_cast<Xapian::docid>(docid));
	for (const auto &[word, stem] : d->words)
		w->spellings.try_emplace(word, stem);
	w->db.replace_document(static_cast<Xapian::docid>(docid), d->doc.document());
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
	/* Within the transaction: the dictionary is never ahead of the documents. */
	tell_spellings(*w);
	w->within = false;
	w->db.commit_transaction();
	begin(*w);
	return XS_OK;
} catch (...) {
	return xap_fail();
}
