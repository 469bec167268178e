// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_stem.hh - stems of words, remembered, by language. */
#ifndef XS_INDEX_XAP_STEM_HH
#define XS_INDEX_XAP_STEM_HH

#include <xapian.h>

#include <memory>
#include <unordered_map>

#include "index/xap_form.hh"

extern "C" {
#include "index/phrase.h"
}

namespace xap
{

/* Words that one stemmer remembers: some MiB. */
enum { STEMS_KEPT = 1 << 16 };

/* A word as the cache keeps it. */
struct known_word {
	string stem;	     /* with its "Z" */
	unsigned char trace; /* see phrase.h */
	bool spell;	     /* word_spells() */
	uint64_t document;   /* for which wdf was last counted */
	Xapian::termcount wdf;
	uint32_t passages, told; /* see more_by_half() */
};
using word_map = std::unordered_map<string, known_word>;
using word_entry = word_map::value_type; /* stays where it is as the map grows */

/* Whether a word may be offered as a spelling: 3 to 30 letters and nothing else. */
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
	explicit stemmer(const string &language) : stem_(language)
	{
	}
	word_entry &look(const string &word)
	{
		auto at = words_.find(word);

		if (at == words_.end())
			at = words_.emplace(word, known_word{"Z" + stem_(word),
							     xs_phrase_trace(word.c_str()),
							     word_spells(word), 0, 0, 0, 0})
				     .first;
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
	void trim()
	{
		for (auto &s : all_)
			s.second->trim();
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

} // namespace xap

#endif
