/* SPDX-License-Identifier: GPL-2.0-or-later */
/* phrase.c - one reading of the text, with all places where the phrase may have begun. */
#include "index/phrase.h"

#include <string.h>
#include <xxhash.h>

#include "index/words.h"

bool xs_phrase(const char *text, const char *const *words, size_t n)
{
	bool ends[XS_PHRASE_WORDS + 1] = {
		true}; /* [k]: the first k words end with the word read last */
	xs_words w;
	size_t k;

	n = n < XS_PHRASE_WORDS ? n : XS_PHRASE_WORDS;
	xs_words_init(&w, text, strlen(text));
	while (!ends[n] && xs_words_next(&w))
		for (k = w.extra ? 0 : n; k > 0; k--)
			ends[k] = ends[k - 1] && !strcmp(w.word, words[k - 1]);
	return ends[n];
}

unsigned char xs_phrase_trace(const char *word)
{
	return (unsigned char)(XS_PHRASE_GAP + 1 + XXH3_64bits(word, strlen(word)) % 255);
}
