/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.c - reads words with utf8proc's categories; ASCII takes a short way. */
#include "index/words.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "index/fold.h"

enum { WORD_CUT = 160 };

/* A word that is being put together. */
typedef struct word_out {
	xs_words *w;
	uint64_t rest; /* FNV-1a (Fowler, Noll, Vo; 64 bits) of what did not fit */
	bool cut, compose, underscore;
	int last; /* code point */
} word_out;

size_t xs_words_char(int *out, const char *text, size_t len, size_t at)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	if (at >= len)
		return 0;
	if ((unsigned char)text[at] < 0x80) {
		*out = (unsigned char)text[at];
		return 1;
	}
	n = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &c);
	if (n <= 0) {
		*out = 0xFFFD;
		return 1;
	}
	*out = c;
	return (size_t)n;
}

static bool words_ascii(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

static bool words_is(int c)
{
	if (c < 0x80)
		return words_ascii(c);
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_PC: return true;
	default: return false;
	}
}

/* Scripts that put no spaces between words: Han, Hiragana, Katakana (Unicode 15, Blocks.txt). */
static bool words_spaceless(int c)
{
	return c >= 0x2E80 &&
	       ((c >= 0x3041 && c <= 0x30FF) || (c >= 0x31F0 && c <= 0x31FF) ||
		(c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
		(c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x323AF) || c == 0x3005 ||
		c == 0x3007) &&
	       words_is(c);
}

static bool words_digit(int c)
{
	return c < 0x80 ? c >= '0' && c <= '9' : utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

static void word_put(word_out *o, int c)
{
	xs_words *w = o->w;
	utf8proc_uint8_t bytes[4];
	size_t n = 1, i;

	o->last = c;
	if (c < 0x80) {
		bytes[0] = (utf8proc_uint8_t)xs_fold_ascii((char)c);
		o->underscore |= c == '_';
	} else {
		utf8proc_category_t kind = utf8proc_category(c);

		/* Marks may compose with what is before; from U+2000 on there are the
		 * compatibility forms (full width, ligatures, letters in circles). */
		o->compose |=
			c >= 0x2000 || kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_MC;
		n = (size_t)utf8proc_encode_char(xs_fold_char(c), bytes);
	}
	if (!o->cut && w->n + n <= WORD_CUT) {
		memcpy(w->word + w->n, bytes, n);
		w->n += n;
		return;
	}
	o->cut = true;
	for (i = 0; i < n; i++)
		o->rest = (o->rest ^ bytes[i]) * UINT64_C(0x100000001b3);
}

static void word_end(word_out *o)
{
	xs_words *w = o->w;

	w->word[w->n] = '\0';
	if (o->compose && !o->cut)
		w->n = xs_fold_form(w->word, w->n, WORD_CUT + 1);
	if (o->cut)
		w->n += (size_t)snprintf(w->word + w->n, 18, "~%016llx",
					 (unsigned long long)o->rest);
}

/* What joins two word characters, as the character to write; 0: nothing does.  After Xapian's
 * TermGenerator: apostrophes and "&" in words, "." and "," in numbers. */
static int words_infix(int c, int before, int after)
{
	if (words_spaceless(before) || words_spaceless(after))
		return 0;
	if ((c == '.' || c == ',') && words_digit(before) && words_digit(after))
		return c;
	if (c == '\'' || c == 0x2019 || c == 0x02BC)
		return '\'';
	return c == '&' ? c : 0;
}

/* Takes "+" and "#" that end a name: C++, C#, at most two. */
static void words_suffix(xs_words *w, word_out *o)
{
	size_t end = w->at;

	while (end < w->len && (w->text[end] == '+' || w->text[end] == '#'))
		end++;
	if (end == w->at || end - w->at > 2 || !((o->last | 32) >= 'a' && (o->last | 32) <= 'z'))
		return;
	if (end < w->len && ((unsigned char)w->text[end] >= 0x80 || words_ascii(w->text[end])))
		return;
	while (w->at < end)
		word_put(o, w->text[w->at++]);
}

/* Reads the word whose first character was found at w->start. */
static void words_read(xs_words *w)
{
	word_out o = {.w = w, .rest = UINT64_C(0xcbf29ce484222325)};
	int c, next, infix;
	size_t n, m;

	w->n = 0;
	for (w->at = w->start; (n = xs_words_char(&c, w->text, w->len, w->at)); w->at += n) {
		if (words_is(c)) {
			if (words_spaceless(c) && w->at > w->start)
				break;
			word_put(&o, c);
			if (words_spaceless(c)) {
				w->at += n;
				break;
			}
			continue;
		}
		if (c != '\'' && c != '.' && c != ',' && c != '&' && c != 0x2019 && c != 0x02BC)
			break;
		m = xs_words_char(&next, w->text, w->len, w->at + n);
		infix = m && words_is(next) ? words_infix(c, o.last, next) : 0;
		if (!infix)
			break;
		word_put(&o, infix);
	}
	words_suffix(w, &o);
	w->end = w->at;
	word_end(&o);
	if (o.underscore && !o.cut) {
		memcpy(w->whole, w->word, w->n + 1);
		w->part = 1;
	}
	if (words_spaceless(o.last) && xs_words_char(&c, w->text, w->len, w->at) &&
	    words_spaceless(c))
		w->pair = w->at;
}

/* The next part of w->whole between underscores; false when there is none. */
static bool words_part(xs_words *w)
{
	const char *p = w->whole + w->part - 1;
	size_t n;

	p += strspn(p, "_");
	n = strcspn(p, "_");
	if (!n || n == strlen(w->whole)) {
		w->part = 0;
		return false;
	}
	memcpy(w->word, p, n);
	w->word[n] = '\0';
	w->n = n;
	w->part = (size_t)(p - w->whole) + n + 1;
	w->extra = true;
	return true;
}

static bool words_pair(xs_words *w)
{
	int c = 0;
	size_t n = xs_words_char(&c, w->text, w->len, w->pair);

	w->n += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)w->word + w->n);
	w->word[w->n] = '\0';
	w->end = w->pair + n;
	w->pair = 0;
	w->extra = true;
	return true;
}

void xs_words_init(xs_words *w, const char *text, size_t len)
{
	w->text = text;
	w->len = len;
	w->at = w->n = w->start = w->end = w->part = w->pair = 0;
	w->extra = false;
}

bool xs_words_next(xs_words *w)
{
	int c;
	size_t n;

	if (w->part && words_part(w))
		return true;
	if (w->pair && words_pair(w))
		return true;
	w->extra = false;
	while ((n = xs_words_char(&c, w->text, w->len, w->at)) && !words_is(c))
		w->at += n;
	if (!n)
		return false;
	w->start = w->at;
	words_read(w);
	return true;
}
