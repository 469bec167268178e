/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sketch.c - hashes of words, each once, that vote on every bit. */
#include "index/pages/sketch.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <xxhash.h>

#include "base/memory.h"

enum { SKETCH_WORD = 64 }; /* bytes of a word that count */

static bool sketch_letter(char c)
{
	/* Bytes beyond ASCII all count as letters: this only has to be alike for both texts. */
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

void xs_sketch_text(xs_sketch *s, const char *text, size_t len)
{
	char word[SKETCH_WORD];
	size_t i = 0, n;

	while (i < len) {
		for (n = 0; i < len && sketch_letter(text[i]); i++)
			/* The rest of a longer word is passed over, in both texts alike. */
			if (n < SKETCH_WORD)
				word[n++] = (char)tolower((unsigned char)text[i]);
		if (n) {
			s->words = xs_grow(s->words, s->n, &s->cap, sizeof *s->words);
			s->words[s->n++] = XXH3_64bits(word, n);
		}
		while (i < len && !sketch_letter(text[i]))
			i++;
	}
}

static int sketch_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Simhash (Charikar, STOC 2002): texts with most words alike differ in few bits. */
uint64_t xs_sketch_end(xs_sketch *s)
{
	int votes[64] = {0};
	uint64_t out = 0;
	size_t i;
	int bit;

	if (s->n)
		qsort(s->words, s->n, sizeof *s->words, sketch_compare);
	for (i = 0; i < s->n; i++)
		/* Each once: a frequent word must not outvote the others. */
		if (!i || s->words[i] != s->words[i - 1])
			for (bit = 0; bit < 64; bit++)
				votes[bit] += s->words[i] >> bit & 1 ? 1 : -1;
	for (bit = 0; bit < 64; bit++)
		out |= (uint64_t)(votes[bit] > 0) << bit;
	free(s->words);
	*s = (xs_sketch){0};
	return out;
}

int xs_sketch_distance(uint64_t a, uint64_t b)
{
	int n = 0;

	for (a ^= b; a; a &= a - 1)
		n++;
	return n;
}
