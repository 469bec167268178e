/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.c - reads one word after the other; ASCII takes a short way. */
#include "index/words/words.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "index/words/fold.h"
#include "index/words/letters.h"
#include "index/words/word_forms.h"

enum {
	WORD_CUT = 160,
	/* Names that are joined: of more words, or longer ones, nobody writes them in one. */
	WORD_CHAIN = 4,
	WORD_CHAIN_HYPHENS = 3,
	WORD_CHAIN_BYTES = 48
};

/* A word that is being put together. */
typedef struct word_out {
	xs_words *w;
	uint64_t rest; /* FNV-1a (Fowler, Noll, Vo; 64 bits) of what did not fit */
	bool cut, compose;
	int last, before; /* code points as they stand in the text */
	xs_word_signs signs;
} word_out;

/* Notes what the word is made of.  A hump is a capital after a small letter, or before one where it
 * ends a run of capitals: "setTimeout", "JSONDecoder". */
static void word_note(word_out *o, int c)
{
	xs_word_signs *s = &o->signs;
	size_t at = o->w->n;
	bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
	bool after_upper = o->last >= 'A' && o->last <= 'Z';

	s->underscore |= c == '_';
	s->digits |= c >= '0' && c <= '9';
	s->letters |= lower || upper;
	if (lower && after_upper && o->before >= 'A' && o->before <= 'Z')
		at--;
	else if (!upper ||
		 !((o->last >= 'a' && o->last <= 'z') || (o->last >= '0' && o->last <= '9')))
		return;
	if (at && s->n_humps < sizeof s->humps && at < 256 &&
	    (!s->n_humps || s->humps[s->n_humps - 1] != at))
		s->humps[s->n_humps++] = (unsigned char)at;
}

/* Lower case.  In Turkish "I" and "İ" are two letters with two small ones (SpecialCasing.txt of
 * Unicode). */
static int word_lower(const word_out *o, int c)
{
	if (o->w->turkic && (c == 'I' || c == 0x130))
		return c == 'I' ? 0x131 : 'i';
	return c < 0x80 ? xs_fold_ascii((char)c) : xs_fold_char(c);
}

/* Whether NFKC or case folding make something else of the character, or of it and the one before. */
static bool word_composes(int c)
{
	const utf8proc_property_t *p = utf8proc_get_property(c);

	return p->decomp_type || p->category == UTF8PROC_CATEGORY_MN ||
	       p->category == UTF8PROC_CATEGORY_MC || c == 0xDF || c == 0x3C2;
}

static void word_put(word_out *o, int c)
{
	xs_words *w = o->w;
	utf8proc_uint8_t bytes[4];
	size_t n, i;

	if (c < 0x80)
		word_note(o, c);
	else
		o->compose |= word_composes(c);
	o->before = o->last;
	o->last = c;
	n = (size_t)utf8proc_encode_char(word_lower(o, c), bytes);
	/* What has no room is hashed: long words that begin alike stay different. */
	if (!o->cut && w->n + n <= WORD_CUT) {
		memcpy(w->word + w->n, bytes, n);
		w->n += n;
		return;
	}
	o->cut = true;
	for (i = 0; i < n; i++)
		o->rest = (o->rest ^ bytes[i]) * UINT64_C(0x100000001b3);
}

/* "don't" is "dont", as many type it; other endings ("he'll") would become other words. */
static void word_contract(xs_words *w)
{
	if (w->n > 3 && !memcmp(w->word + w->n - 3, "n't", 4)) {
		w->word[w->n - 2] = 't';
		w->word[--w->n] = '\0';
	}
}

static void word_end(word_out *o)
{
	xs_words *w = o->w;

	w->word[w->n] = '\0';
	if (o->compose && !o->cut) {
		w->n = xs_fold_form(w->word, w->n, WORD_CUT + 1);
		o->signs.n_humps = 0; /* they are not where they were */
	}
	if (o->cut)
		w->n += (size_t)snprintf(w->word + w->n, 18, "~%016llx",
					 (unsigned long long)o->rest);
	else
		word_contract(w);
}

/* What joins two word characters, as the character to write; 0: nothing does.  After Xapian's
 * TermGenerator: apostrophes and "&" in words, "." and "," in numbers. */
static int words_infix(int c, int before, int after)
{
	if (xs_letters_spaceless(before) || xs_letters_spaceless(after))
		return 0;
	if ((c == '.' || c == ',') && xs_letters_digit(before) && xs_letters_digit(after))
		return c;
	if (c == '\'' || c == 0x2019 || c == 0x02BC)
		return '\'';
	/* "AT&T" is one word. */
	return c == '&' ? c : 0;
}

/* Whether a "," stands before three digits and no more: "1,000" is "1000", "1,5" is not "15". */
static bool words_thousands(const xs_words *w, size_t comma)
{
	size_t i, digits = 0;

	for (i = comma; i > w->start && xs_letters_digit((unsigned char)w->text[i - 1]); i--)
		digits++;
	for (i = 1; i <= 3; i++)
		if (comma + i >= w->len || !xs_letters_digit((unsigned char)w->text[comma + i]))
			return false;
	return digits >= 1 && digits <= 3 &&
	       (comma + 4 >= w->len || !xs_letters_digit((unsigned char)w->text[comma + 4]));
}

static bool words_ascii(const xs_words *w, size_t at)
{
	return at < w->len && (unsigned char)w->text[at] < 0x80 &&
	       xs_letters_word((unsigned char)w->text[at]);
}

/* Takes the signs that end a name: C++ (and C++17), Notepad++, C#.  "#" only after one letter or two:
 * after a heading it is a link to it. */
static void words_suffix(xs_words *w, word_out *o)
{
	size_t end = w->at, pluses;

	/* After a digit "+" is a sum. */
	if (!xs_letters_ascii_letter(o->last))
		return;
	pluses = strspn(w->text + end, "+");
	if (pluses == 1 || pluses == 2) {
		end += pluses;
		/* Digits behind two alone: "C++17", but "a+1" is a sum. */
		while (pluses == 2 && end < w->len && w->text[end] >= '0' && w->text[end] <= '9')
			end++;
	} else if (w->text[end] == '#' && w->n <= 2) {
		end++;
	}
	/* "x+y" is a sum, "a##b" is what it is. */
	if (end == w->at || words_ascii(w, end) ||
	    (end < w->len && ((unsigned char)w->text[end] >= 0x80 || strchr("+#", w->text[end]))))
		return;
	o->signs.suffix = w->n;
	while (w->at < end)
		word_put(o, (unsigned char)w->text[w->at++]);
}

/* Reads "U.S.A." as "usa": single letters with a dot after each, the last one's may be missing after
 * three.  False: the text is something else, nothing was read. */
static bool words_acronym(xs_words *w, word_out *o)
{
	size_t at = w->start, letters = 0, i;
	bool dotted = true;

	while (dotted && at < w->len && xs_letters_ascii_letter((unsigned char)w->text[at])) {
		letters++;
		dotted = at + 1 < w->len && w->text[at + 1] == '.';
		at += dotted ? 2 : 1;
	}
	/* One letter with a dot ends a sentence or is a name's; "a.b" is a file or a member. */
	if (letters < 2 || (!dotted && letters < 3) || words_ascii(w, at))
		return false;
	for (i = 0; i < letters; i++)
		word_put(o, (unsigned char)w->text[w->start + 2 * i]);
	o->signs.n_humps = 0;
	w->at = dotted ? at - 1 : at;
	return true;
}

/* Reads a character of Han or Kana with the sound mark that may follow. */
static void words_character(xs_words *w, word_out *o)
{
	int c;
	size_t n = xs_letters_read(&c, w->text, w->len, w->at);

	word_put(o, c);
	w->at += n;
	n = xs_letters_read(&c, w->text, w->len, w->at);
	if (n && xs_letters_sound_mark(c)) {
		word_put(o, c);
		w->at += n;
	}
}

/* Reads the next word of a run that a dictionary cuts. */
static void words_segment(xs_words *w, word_out *o)
{
	size_t end = w->start, n;
	int c;

	if (w->run_word == w->run_words ||
	    w->start != w->run + (w->run_word ? w->run_ends[w->run_word - 1] : 0)) {
		while ((n = xs_letters_read(&c, w->text, w->len, end)) && xs_letters_segmented(c) &&
		       end - w->start < 2 * XS_SEGMENT_RUN)
			end += n;
		w->run = w->start;
		w->run_word = 0;
		w->run_words = xs_segment(w->run_ends, w->text + w->start, end - w->start);
	}
	end = w->run + w->run_ends[w->run_word++];
	for (w->at = w->start; w->at < end && (n = xs_letters_read(&c, w->text, w->len, w->at));
	     w->at += n)
		word_put(o, c);
}

/* Reads letters, digits and what joins them. */
static void words_run(xs_words *w, word_out *o)
{
	int c, next, infix;
	size_t n, m;

	for (w->at = w->start; (n = xs_letters_read(&c, w->text, w->len, w->at)); w->at += n) {
		if (xs_letters_word(c)) {
			if (c >= 0x0E00 && (xs_letters_spaceless(c) || xs_letters_segmented(c)))
				break;
			o->signs.hangul |= xs_letters_hangul(c);
			word_put(o, c);
			continue;
		}
		if (c == '.' && w->at == w->start) { /* words_leads() */
			word_put(o, c);
			continue;
		}
		if (c != '\'' && c != '.' && c != ',' && c != '&' && c != 0x2019 && c != 0x02BC)
			break;
		m = xs_letters_read(&next, w->text, w->len, w->at + n);
		infix = m && xs_letters_word(next) ? words_infix(c, o->last, next) : 0;
		if (!infix)
			break;
		if (infix == ',' && words_thousands(w, w->at))
			continue;
		if (infix == '\'' && next >= 'A' && next <= 'Z' && !o->signs.apostrophe)
			o->signs.apostrophe = w->n;
		word_put(o, infix);
	}
	if (*w->word == '.')
		o->signs.suffix = 1;
	else
		words_suffix(w, o);
}

/* Adds the pair of a character of Han or Kana and the one after it. */
static void words_pair(xs_words *w)
{
	xs_words next = {.text = w->text, .len = w->len, .start = w->at, .at = w->at};
	word_out o = {.w = &next, .rest = 0};
	char pair[XS_WORD_ROOM];
	int c;

	if (!xs_letters_read(&c, w->text, w->len, w->at) || !xs_letters_spaceless(c))
		return;
	words_character(&next, &o);
	word_end(&o);
	if (w->n + next.n >= sizeof pair)
		return;
	memcpy(pair, w->word, w->n);
	memcpy(pair + w->n, next.word, next.n);
	xs_word_forms_add(w, pair, w->n + next.n, false, w->start, next.at);
}

/* Whether the bytes begin with a hyphen beyond ASCII (U+2010, U+2011), of 3 bytes. */
static bool words_hyphen(const char *p, size_t left)
{
	return left >= 3 && !memcmp(p, "\xE2\x80", 2) && (p[2] == '\x90' || p[2] == '\x91');
}

/* What stands between the last word of a name and this one: '.', ':' or '-' for "a.b", "a::b", "a-b";
 * 0: no name goes on. */
static char words_link(const xs_words *w)
{
	const char *between = w->text + w->chain_end;
	size_t n = w->start - w->chain_end;

	if (n == 3 && words_hyphen(between, n))
		return '-';

	if (n == 2 && between[0] == ':' && between[1] == ':')
		return ':';
	return n == 1 && (*between == '.' || *between == '-') ? *between : 0;
}

/* Whether a name goes on after the word that ends at w->at. */
static bool words_goes_on(const xs_words *w)
{
	const char *p = w->text + w->at;
	size_t left = w->len - w->at;

	if (left > 1 && (*p == '.' || *p == '-'))
		return words_ascii(w, w->at + 1);
	if (words_hyphen(p, left))
		return words_ascii(w, w->at + 3);
	return left > 2 && p[0] == ':' && p[1] == ':' && words_ascii(w, w->at + 2);
}

/* Joins the words of a name: "nodejs" of "node.js", "email" of "e-mail".  Numbers alone are no name:
 * "2024-05-31". */
static void words_join(xs_words *w, const xs_word_signs *s)
{
	char link = w->chain_words ? words_link(w) : 0;
	size_t most = link == '-' ? WORD_CHAIN_HYPHENS : WORD_CHAIN;

	if (!link || w->chain_n + w->n > WORD_CHAIN_BYTES) {
		w->chain_n = w->chain_words = 0;
		w->chain_start = w->start;
	}
	if (w->chain_n + w->n > WORD_CHAIN_BYTES || *w->word == '.' || (!link && !words_goes_on(w)))
		return;
	memcpy(w->chain + w->chain_n, w->word, w->n);
	w->chain_n += w->n;
	w->chain_words++;
	w->chain_end = w->at;
	if (link && w->chain_words <= most && !words_goes_on(w) &&
	    (s->letters || strspn(w->chain, "0123456789.") < w->chain_n))
		xs_word_forms_add(w, w->chain, w->chain_n, false, w->chain_start, w->at);
}

/* Reads the word whose first character was found at w->start. */
static void words_read(xs_words *w)
{
	word_out o = {.w = w, .rest = UINT64_C(0xcbf29ce484222325)};
	int c;

	w->n = 0;
	w->at = w->start;
	w->n_extras = w->next_extra = 0;
	xs_letters_read(&c, w->text, w->len, w->start);
	if (c >= 0x0E00 && xs_letters_spaceless(c))
		words_character(w, &o);
	else if (c >= 0x0E00 && xs_letters_segmented(c))
		words_segment(w, &o);
	else if (w->start + 1 >= w->len || w->text[w->start + 1] != '.' || !words_acronym(w, &o))
		words_run(w, &o);
	w->end = w->at;
	word_end(&o);
	/* Its end is a hash, so it has no forms. */
	if (o.cut)
		return;
	xs_word_forms(w, &o.signs);
	if (xs_letters_spaceless(o.last) || xs_letters_sound_mark(o.last))
		words_pair(w);
	else
		words_join(w, &o.signs);
}

void xs_words_init(xs_words *w, const char *text, size_t len, const char *language)
{
	w->text = text;
	w->len = len;
	w->at = w->n = w->start = w->end = 0;
	w->n_extras = w->next_extra = 0;
	w->chain_n = w->chain_words = w->run_word = w->run_words = w->run = 0;
	w->chain_start = w->chain_end = 0;
	w->extra = w->part = false;
	w->turkic = language && (!strcmp(language, "tr") || !strcmp(language, "az"));
}

static void words_take_extra(xs_words *w)
{
	const xs_word_extra *e = &w->extras[w->next_extra++];

	memcpy(w->word, w->extra_bytes + e->at, e->n);
	w->word[e->n] = '\0';
	w->n = e->n;
	w->start = e->start;
	w->end = e->end;
	w->extra = true;
	w->part = e->part;
}

/* Whether the "." at `at` leads a name: ".NET", ".gitignore".  Elsewhere it ends something. */
static bool words_leads(const xs_words *w, size_t at)
{
	return at + 1 < w->len && xs_letters_ascii_letter((unsigned char)w->text[at + 1]) &&
	       (!at || (unsigned char)w->text[at - 1] <= ' ' ||
		strchr("([{'\"`,/", w->text[at - 1]));
}

bool xs_words_next(xs_words *w)
{
	int c;
	size_t n;

	if (w->next_extra < w->n_extras) {
		words_take_extra(w);
		return true;
	}
	w->extra = w->part = false;
	while ((n = xs_letters_read(&c, w->text, w->len, w->at)) && !xs_letters_word(c) &&
	       (c != '.' || !words_leads(w, w->at)))
		w->at += n;
	if (!n)
		return false;
	w->start = w->at;
	words_read(w);
	return true;
}
