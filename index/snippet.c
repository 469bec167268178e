/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snippet.c - finds the window of words with most terms, then writes it. */
#include "index/snippet.h"

#include <stdint.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "index/words.h"
#include "index/xap.h"

enum { SNIPPET_WORDS = 36, NO_TERM = -1 };

/* A word of the text that counts for its length. */
typedef struct snippet_word {
	size_t start, end; /* bytes */
	int term;	   /* whose stem it has, or a part of it; NO_TERM */
	bool begins;	   /* a sentence */
} snippet_word;

typedef struct snippet {
	xs_arena *a;
	const char *text;
	size_t len;
	const char *language;
	snippet_word *words;
	size_t n, cap;
	uint64_t *stems; /* hashes of the terms' stems */
	size_t n_stems;
} snippet;

static uint64_t snippet_hash(const snippet *s, const char *word)
{
	const char *stem = xs_xap_stem(s->a, s->language, word);

	return XXH3_64bits(stem, strlen(stem));
}

static int snippet_term(const snippet *s, const char *word)
{
	uint64_t hash;
	size_t i;

	if (!s->n_stems)
		return NO_TERM;
	hash = snippet_hash(s, word);
	for (i = 0; i < s->n_stems; i++)
		if (s->stems[i] == hash)
			return (int)i;
	return NO_TERM;
}

/* Whether a sentence ends in the bytes between two words. */
static bool snippet_ends(const char *text, size_t from, size_t to)
{
	for (; from < to; from++) {
		bool space = from + 1 < to && (unsigned char)text[from + 1] <= ' ';

		if ((strchr(".!?", text[from]) && text[from] && space) || text[from] == '\n' ||
		    (to - from >= 3 && memcmp(text + from, "\xE3\x80\x82", 3) == 0)) /* U+3002 */
			return true;
	}
	return false;
}

static void snippet_read(snippet *s)
{
	xs_words w;

	xs_words_init(&w, s->text, s->len);
	while (xs_words_next(&w)) {
		int term = snippet_term(s, w.word);
		size_t before = s->n ? s->words[s->n - 1].end : 0;

		if (w.extra) { /* a part, or a pair that reaches over the next character */
			snippet_word *last = &s->words[s->n - 1];

			if (last->term == NO_TERM)
				last->term = term;
			continue;
		}
		if (s->n == s->cap) {
			snippet_word *more = xs_arena_array(s->a, s->cap ? s->cap * 2 : 256, sizeof(*more));

			if (s->n)
				memcpy(more, s->words, s->n * sizeof(*more));
			s->cap = s->cap ? s->cap * 2 : 256;
			s->words = more;
		}
		s->words[s->n++] = (snippet_word){
			w.start, w.end, term, s->n == 0 || snippet_ends(s->text, before, w.start)};
	}
}
