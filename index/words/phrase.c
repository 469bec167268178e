/* SPDX-License-Identifier: GPL-2.0-or-later */
/* phrase.c - one reading of the text, with all places where the phrase may have begun. */
#include "index/words/phrase.h"

#include <string.h>
#include <xxhash.h>

#include "index/words/fold.h"
#include "index/words/words.h"

/* A word as phrases compare it: without accents, which may be missing in what is typed. */
typedef struct phrase_word {
	char bytes[4 * XS_WORD_ROOM + 17];
	size_t n;
} phrase_word;

static void phrase_fold(phrase_word *to, const char *word, size_t n)
{
	to->n = xs_fold_marks(to->bytes, sizeof to->bytes, word, n, "");
}

/* Whether a word is `other`, which is folded.  Most words differ in their first letter, and most
 * have no accents. */
static bool phrase_is(const char *word, size_t n, const char *other, phrase_word *scratch)
{
	if ((unsigned char)*word < 0x80 && *word != *other)
		return false;
	phrase_fold(scratch, word, n);
	return !strcmp(scratch->bytes, other);
}

bool xs_phrase(const char *text, const char *const *words, size_t n)
{
	bool ends[XS_PHRASE_WORDS + 1] = {
		true}; /* [k]: the first k words end with the word read last */
	phrase_word scratch;
	xs_words w;
	size_t k;

	n = n < XS_PHRASE_WORDS ? n : XS_PHRASE_WORDS;
	xs_words_init(&w, text, strlen(text), "");
	while (!ends[n] && xs_words_next(&w))
		for (k = w.extra ? 0 : n; k > 0; k--)
			ends[k] = ends[k - 1] && phrase_is(w.word, w.n, words[k - 1], &scratch);
	return ends[n];
}

unsigned char xs_phrase_trace(const char *word)
{
	phrase_word folded;

	phrase_fold(&folded, word, strlen(word));
	return (unsigned char)(XS_PHRASE_GAP + 1 + XXH3_64bits(folded.bytes, folded.n) % 255);
}
