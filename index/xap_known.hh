// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_known.hh - words that were seen, with what was made of them.
 *
 * Knows neither stemmers nor documents.  One thread. */
#ifndef XS_INDEX_XAP_KNOWN_HH
#define XS_INDEX_XAP_KNOWN_HH

#include <xapian.h>
#include <xxhash.h>

#include <deque>
#include <vector>

#include "index/xap_wall.hh"

namespace xap
{

/* A word as the cache keeps it. */
struct known_word {
	string word;
	string stem;	     /* of the word without accents, with its "Z" */
	string exact;	     /* of the word with them; "": it is the same */
	unsigned char trace; /* see phrase.h */
	bool spell;	     /* word_spells() */
	uint64_t document;   /* for which wdf was last counted */
	Xapian::termcount wdf;
	uint32_t passages, told; /* see more_by_half() */
};

/* Known words by their bytes.  Each word of each text is looked up, so a look allocates nothing and
 * reads a word's bytes only where 32 bits of the hash agree; a map of the standard library took twice
 * the time. */
class known_words
{
      public:
	known_words() : slots_(LEAST)
	{
	}

	/* Where `word` is, as made by make() if it was not there; it stays there until clear(). */
	template <typename maker> known_word &look(string_view word, maker make)
	{
		uint64_t hash = XXH3_64bits(word.data(), word.size());
		size_t at = find(word, hash);

		if (slots_[at].number)
			return words_[slots_[at].number - 1];
		if (2 * (words_.size() + 1) > slots_.size()) {
			grow();
			at = find(word, hash);
		}
		words_.push_back(make(word));
		slots_[at] = {tag(hash), static_cast<uint32_t>(words_.size())};
		return words_.back();
	}
	size_t size() const
	{
		return words_.size();
	}
	void clear()
	{
		words_.clear();
		slots_.assign(LEAST, slot());
	}

      private:
	enum { LEAST = 1 << 10 }; /* slots, always a power of two and at least half of them free */

	struct slot {
		uint32_t tag = 0, number = 0; /* of the word in words_, from 1 on; 0: free */
	};
	/* The bits that do not choose the slot. */
	static uint32_t tag(uint64_t hash)
	{
		return static_cast<uint32_t>(hash >> 32);
	}
	/* The slot of the word, or the free one where it would be. */
	size_t find(string_view word, uint64_t hash) const
	{
		size_t mask = slots_.size() - 1, at = hash & mask;

		while (slots_[at].number &&
		       (slots_[at].tag != tag(hash) || words_[slots_[at].number - 1].word != word))
			at = (at + 1) & mask;
		return at;
	}
	void grow()
	{
		std::vector<slot> larger(2 * slots_.size());
		size_t mask = larger.size() - 1, at;
		uint32_t number = 0;

		for (const known_word &w : words_) {
			uint64_t hash = XXH3_64bits(w.word.data(), w.word.size());

			for (at = hash & mask; larger[at].number; at = (at + 1) & mask)
				;
			larger[at] = {tag(hash), ++number};
		}
		slots_.swap(larger);
	}
	std::vector<slot> slots_;
	std::deque<known_word> words_;
};

} // namespace xap

#endif
