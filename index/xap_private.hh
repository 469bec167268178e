// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_private.hh - what the files xap*.cc share: the wall, stemmers, an open database.
 *
 * They are the only ones in C++. */
#ifndef XS_INDEX_XAP_PRIVATE_HH
#define XS_INDEX_XAP_PRIVATE_HH

#include <xapian.h>

#include <sys/stat.h>
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

extern "C" {
#include "index/elide.h"
#include "index/exact.h"
#include "index/fold.h"
#include "index/phrase.h"
#include "index/query_parse.h"
#include "index/words.h"
#include "index/xap.h"
}

/* What these files share. */
namespace xap
{

using std::string;
using std::string_view;

enum { UNIT = 4, STEMS_KEPT = 1 << 16, TERM_MAX = 240, SPELL_ALL = 2000, FOLDED_MAX = 120 };
enum slot : Xapian::valueno { SLOT_PAGE = 0, SLOT_DATE = 1, SLOT_TRACE = 2, SLOT_FACETS = 3 };

/* A setting that is wrong. */
struct wrong_input {
	string sentence;
};

/* The one place where exceptions end. */
inline int xap_fail()
{
	try {
		throw;
	} catch (const wrong_input &e) {
		return xs_fail(XS_EINPUT, "%s", e.sentence.c_str());
	} catch (const Xapian::DatabaseNotFoundError &) {
		return XS_ENOTFOUND;
	} catch (const Xapian::DatabaseLockError &e) {
		return xs_fail(XS_EBUSY, "the index is locked by another process: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseModifiedError &) {
		return xs_fail(XS_ESTALE, "the index changed while it was read");
	} catch (const Xapian::DatabaseVersionError &e) {
		return xs_fail(XS_EFORMAT, "the index is of another version of Xapian: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseCorruptError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::SerialisationError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::RangeError &e) {
		return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseOpeningError &e) {
		return xs_fail(e.get_error_string() ? XS_EIO : XS_EFORMAT,
			       "the index cannot be opened: %s%s%s", e.get_msg().c_str(),
			       e.get_error_string() ? ": " : "",
			       e.get_error_string() ? e.get_error_string() : "");
	} catch (const Xapian::NetworkError &e) {
		return xs_fail(XS_EIO, "a shard does not answer: %s %s", e.get_msg().c_str(),
			       e.get_context().c_str());
	} catch (const Xapian::DatabaseError &e) {
		/* Without a reason of the system it is the files' fault, as where one was cut short. */
		if (!e.get_error_string())
			return xs_fail(XS_EFORMAT, "the index is damaged, rebuild it: %s",
				       e.get_msg().c_str());
		return xs_fail(XS_EIO, "the index: %s: %s", e.get_msg().c_str(),
			       e.get_error_string());
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
	string stem;	     /* without accents, with its "Z" */
	string exact;	     /* the same with accents; "": there are none */
	unsigned char trace; /* see phrase.h */
	bool spell;	     /* of 3 to 30 letters and nothing else: may be offered as a spelling */
	uint64_t document;   /* for which wdf was last counted */
	Xapian::termcount wdf;
	uint32_t passages, told; /* see more_by_half() */
};
using word_map = std::unordered_map<string, known_word>;
using word_entry = word_map::value_type; /* stays where it is as the map grows */

inline bool word_spells(const string &word)
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
	/* `kept`: letters that no language of the index takes the marks off (fold.h), beside those of
	 * this one. */
	stemmer(const string &language, const string &kept)
	    : stem_(language == "none" ? "none" : language), language_(language),
	      kept_(kept + xs_fold_letters(language.c_str()))
	{
	}
	word_entry &look(const string &word)
	{
		auto at = words_.find(word);

		if (at == words_.end())
			at = words_.emplace(word, make(word)).first;
		return *at;
	}
	/* To be called where no word is held. */
	void trim()
	{
		if (words_.size() > STEMS_KEPT)
			words_.clear();
	}

      private:
	/* What is elided goes first, as the stemmer expects a word; accents go last, as it needs
	 * them. */
	known_word make(const string &word)
	{
		string stem = stem_(xs_elide(word.c_str(), language_.c_str()));
		char plain[4 * XS_WORD_ROOM + 17];
		size_t n = xs_fold_marks(plain, sizeof(plain), stem.data(), stem.size(),
					 kept_.c_str());
		bool same = string_view(plain, n) == stem;

		return {"Z" + string(plain, n),
			same ? "" : "Z" + stem,
			xs_phrase_trace(word.c_str()),
			word_spells(word),
			0,
			0,
			0,
			0};
	}
	Xapian::Stem stem_;
	string language_, kept_;
	word_map words_;
};

/* The stemmers in use, by language. */
class stemmers
{
      public:
	/* `kept` as the stemmers have it; "" for those of documents. */
	void init(const char *language, const string &kept = "")
	{
		if (language_ != (language ? language : "") || kept_ != kept)
			all_.clear();
		language_ = language ? language : "";
		kept_ = kept;
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
	void trim()
	{
		for (auto &s : all_)
			s.second->trim();
	}

      private:
	std::shared_ptr<stemmer> make(const string &name)
	{
		try {
			return std::make_shared<stemmer>(name, kept_);
		} catch (const Xapian::InvalidArgumentError &) {
			/* No stemmer of that name. */
		}
		if (name == language_)
			return std::make_shared<stemmer>("none", kept_);
		of(language_);
		return all_.at(language_);
	}
	string language_, kept_;
	std::unordered_map<string, std::shared_ptr<stemmer>> all_;
};

/* A page's number as SLOT_PAGE has it. */
inline string page_value(uint64_t page)
{
	string out(8, '\0');

	for (int i = 0; i < 8; i++)
		out[static_cast<size_t>(i)] = static_cast<char>(page >> (56 - 8 * i));
	return out;
}

/* A text folded (fold.h), cut to what a term may hold. */
inline string folded(const char *text)
{
	xs_buf b;
	string out;

	xs_buf_init(&b);
	xs_fold(&b, text);
	out.assign(b.data, b.len);
	xs_buf_fini(&b);
	if (out.size() > FOLDED_MAX) {
		size_t n = FOLDED_MAX;

		while (n && (static_cast<unsigned char>(out[n]) & 0xC0) == 0x80)
			n--;
		out.resize(n);
	}
	return out;
}

/* The last of a path of headings. */
inline const char *last_heading(const char *heading)
{
	const char *next;

	while ((next = strstr(heading, " > ")))
		heading = next + 3;
	return heading;
}

/* Passages of pages with the host and path of that URL. */
Xapian::Query place(const char *url);

inline string lower(string s)
{
	for (char &c : s)
		c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
	return s;
}

} // namespace xap

struct xs_xap_document {
	Xapian::Document doc;
	std::vector<std::string> words; // to tell the dictionary of spellings of
	std::string language;
};

struct xs_xap {
	Xapian::Database db;
	std::string path;		 // stub or folder
	std::vector<std::string> shards; // in place of `path`
	struct stat stub;		 // as it was when opened
	xap::stemmers stems;
	std::vector<std::string>
		languages; // that documents are stemmed by; empty: not looked for yet
};

#endif
