// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_stem.hh - stems of words, remembered, by language. */
#ifndef XS_INDEX_XAP_STEM_HH
#define XS_INDEX_XAP_STEM_HH

#include <xapian.h>

#include <memory>
#include <unordered_map>

#include "index/xap_form.hh"
#include "index/xap_known.hh"

extern "C" {
#include "index/words/elide.h"
#include "index/words/fold.h"
#include "index/words/phrase.h"
#include "index/words/words.h"
}

namespace xap
{

/* Words that one stemmer remembers: some MiB. */
enum { STEMS_KEPT = 1 << 16 };

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
	/* `kept`: letters that no language of the index takes the marks off (fold.h), beside those of
	 * this one. */
	stemmer(const string &language, const string &kept)
	    : stem_(language), language_(language), kept_(kept + xs_fold_letters(language.c_str()))
	{
	}
	known_word &look(string_view word)
	{
		return words_.look(word, [this](string_view new_one) { return make(new_one); });
	}
	/* To be called where no word is held. */
	void trim()
	{
		if (words_.size() > STEMS_KEPT)
			words_.clear();
	}

      private:
	/* Accents go before the stem is made: what is typed without them has that stem.  The stem of the
	 * word as it is written is kept beside it, for some stemmers need them. */
	known_word make(string_view bytes)
	{
		string word(bytes), bare = xs_elide(word.c_str(), language_.c_str());
		char plain[4 * XS_WORD_ROOM + 17];
		size_t n =
			xs_fold_marks(plain, sizeof plain, bare.data(), bare.size(), kept_.c_str());
		string stem = stem_(string(plain, n)), exact;

		if (string_view(plain, n) != bare)
			exact = stem_(bare);
		return {word,
			"Z" + stem,
			exact.empty() || exact == stem ? "" : "Z" + exact,
			xs_phrase_trace(word.c_str()),
			word_spells(word),
			0,
			0,
			0,
			0};
	}
	Xapian::Stem stem_;
	string language_, kept_;
	known_words words_;
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

} // namespace xap

#endif
