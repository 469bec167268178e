/* SPDX-License-Identifier: GPL-2.0-or-later */
/* phrase.c - one reading of the text, with all places where the phrase may have begun. */
#include "index/phrase.h"

#include <string.h>

#include "index/words.h"

bool xs_phrase(const char *text, const char *const *words, size_t n)
{
	/* [k]: the first k words end with the word before, and with the one that is read */
	bool ends[2][XS_PHRASE_WORDS + 1] = {{true}, {true}};
	bool *before = ends[0], *here = ends[1], *other;
	xs_words w;
	size_t k;

	n = n < XS_PHRASE_WORDS ? n : XS_PHRASE_WORDS;
	xs_words_init(&w, text, strlen(text));
	while (!before[n] && !here[n] && xs_words_next(&w)) {
		if (!w.extra) {
			other = before;
			before = here;
			here = other;
			memset(here + 1, 0, n);
		}
		for (k = 0; k < n; k++)
			here[k + 1] |= before[k] && !strcmp(w.word, words[k]);
	}
	return here[n];
}
