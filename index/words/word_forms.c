/* SPDX-License-Identifier: GPL-2.0-or-later */
/* word_forms.c - names in parts, versions, suffixes, Korean. */
#include "index/words/word_forms.h"

#include <string.h>

#include "index/words/letters.h"

/* A part of one letter says nothing. */
enum { FORMS_LEAST = 2 };

void xs_word_forms_add(xs_words *w, const char *bytes, size_t n, bool part, size_t start,
		       size_t end)
{
	const xs_word_extra *last = w->n_extras ? &w->extras[w->n_extras - 1] : NULL;
	size_t at = last ? last->at + last->n : 0;

	if (!n || n >= XS_WORD_ROOM || w->n_extras == XS_WORD_EXTRAS || at + n > XS_WORD_EXTRA_ROOM)
		return;
	memcpy(w->extra_bytes + at, bytes, n);
	w->extras[w->n_extras++] =
		(xs_word_extra){(unsigned short)at, (unsigned short)n, part, start, end};
}

static void forms_put(xs_words *w, const char *bytes, size_t n, bool part)
{
	xs_word_forms_add(w, bytes, n, part, w->start, w->end);
}

/* "bind" and "text" of "bind_text". */
static void forms_underscores(xs_words *w)
{
	const char *p = w->word;
	size_t n;

	for (;; p += n) {
		p += strspn(p, "_");
		n = strcspn(p, "_");
		if (!n || n == w->n)
			return;
		forms_put(w, p, n, false);
	}
}

/* "set" and "timeout" of "setTimeout".  They are parts and not forms: "java" is hardly what a page
 * about JavaScript is about. */
static void forms_humps(xs_words *w, const xs_word_signs *s)
{
	size_t i, from = 0, to;

	for (i = 0; s->n_humps && i <= s->n_humps; i++, from = to) {
		to = i < s->n_humps ? s->humps[i] : s->suffix ? s->suffix : w->n;
		if (to >= from + FORMS_LEAST && to <= w->n &&
		    !memchr(w->word + from, '_', to - from))
			forms_put(w, w->word + from, to - from, true);
	}
}

/* "3.10.1" of "v3.10.1"; "3.10" of "3.10.1".  Four numbers are an address. */
static void forms_version(xs_words *w)
{
	const char *number = w->word + (*w->word == 'v'), *dot[3] = {NULL}, *p;
	size_t dots = 0;

	if (number[strspn(number, "0123456789.")])
		return;
	for (p = number; (p = strchr(p, '.')); p++, dots++)
		if (dots < 3)
			dot[dots] = p;
	if (number > w->word && *number)
		forms_put(w, number, w->n - 1, false);
	if (dots == 2)
		forms_put(w, number, (size_t)(dot[1] - number), true);
}

/* "python" and "3.11" of "python3.11".  Shorter names are one with their number: "mp3". */
static void forms_numbered(xs_words *w)
{
	size_t letters = strspn(w->word, "abcdefghijklmnopqrstuvwxyz");
	const char *number = w->word + letters;

	if (letters < 3 || !*number || number[strspn(number, "0123456789.")])
		return;
	forms_put(w, w->word, letters, true);
	if (strchr(number, '.'))
		forms_put(w, number, strlen(number), true);
}

/* "notepad" of "notepad++", "c++" of "c++17", "gitignore" of ".gitignore".  Not "c" of "c++", which
 * is another language, nor "net" of ".net". */
static void forms_suffix(xs_words *w, size_t suffix)
{
	size_t signs;

	if (*w->word == '.') {
		if (strcmp(w->word, ".net") != 0)
			forms_put(w, w->word + 1, w->n - 1, false);
		return;
	}
	signs = strspn(w->word + suffix, "+#");
	if (suffix + signs < w->n)
		forms_put(w, w->word, suffix + signs, false);
	else if (suffix >= FORMS_LEAST)
		forms_put(w, w->word, suffix, false);
}

/* Particles that follow a Korean noun, longer ones first (National Institute of Korean Language,
 * Standard Korean Dictionary: josa). */
static const char *const forms_particles[] = {
	"에서는", "에게서", "으로써", "으로서", "이라는", "이라고", "까지는", "부터는",
	"에서도", "에서",   "에게",   "께서",	"한테",	  "으로",   "까지",   "부터",
	"보다",	  "처럼",   "마다",   "조차",	"밖에",	  "라는",   "라고",   "이나",
	"이란",	  "에는",   "에도",   "와의",	"과의",	  "들은",   "들이",   "들을",
	"들의",	  "은",	    "는",     "이",	"가",	  "을",	    "를",     "의",
	"에",	  "로",	    "와",     "과",	"도",	  "만",	    "나",     "들",
};

/* The Korean word without its particle: "책" of "책을".  Pairs of syllables find longer ones. */
static void forms_particle(xs_words *w, size_t from)
{
	size_t i, n;

	for (i = 0; i < sizeof forms_particles / sizeof *forms_particles; i++) {
		n = strlen(forms_particles[i]);
		if (w->n - from <= n || memcmp(w->word + w->n - n, forms_particles[i], n) != 0)
			continue;
		/* What is left of two syllables is a pair. */
		if (w->n - n - from != 6)
			forms_put(w, w->word + from, w->n - n - from, false);
		return;
	}
}

/* Pairs of syllables: a noun is found whatever stands at its ends, in compounds too. */
static void forms_hangul(xs_words *w)
{
	size_t at, n, first = w->n, pairs = 0, before = 0;
	int c;

	for (at = 0; (n = xs_letters_read(&c, w->word, w->n, at)); at += n) {
		if (!xs_letters_hangul(c)) {
			before = 0;
			continue;
		}
		first = at < first ? at : first;
		/* A word of two syllables is its only pair. */
		if (before && before + n < w->n) {
			forms_put(w, w->word + at - before, before + n, false);
			pairs++;
		}
		before = n;
	}
	/* "api" of "api를". */
	if (first && first < w->n)
		forms_put(w, w->word, first, false);
	forms_particle(w, first && first < w->n ? first : 0);
}

/* "oreilly" of "O'Reilly". */
static void forms_apostrophe(xs_words *w, size_t at)
{
	char joined[XS_WORD_ROOM];

	memcpy(joined, w->word, at);
	memcpy(joined + at, w->word + at + 1, w->n - at - 1);
	forms_put(w, joined, w->n - 1, false);
}

void xs_word_forms(xs_words *w, const xs_word_signs *s)
{
	if (s->underscore)
		forms_underscores(w);
	if (s->n_humps)
		forms_humps(w, s);
	if (s->digits && s->letters && !s->underscore)
		forms_numbered(w);
	if (s->digits && memchr(w->word, '.', w->n))
		forms_version(w);
	if (s->apostrophe && s->apostrophe < w->n && w->word[s->apostrophe] == '\'')
		forms_apostrophe(w, s->apostrophe);
	if (s->suffix)
		forms_suffix(w, s->suffix);
	if (s->hangul)
		forms_hangul(w);
}
