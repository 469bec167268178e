/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fold.c - ASCII by hand, all else by utf8proc. */
#define _GNU_SOURCE
#include "index/words/fold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "index/words/letters.h"

/* Most titles and questions are ASCII, which utf8proc would only copy and measure. */
static bool fold_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* Adds characters, lower case already made but for ASCII. */
static void fold_spaces(xs_buf *out, const char *text)
{
	size_t start = out->len;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c > ' ' && c != 0x7F)
			xs_buf_putc(out, xs_fold_ascii((char)c));
		else if (out->len > start && out->data[out->len - 1] != ' ')
			xs_buf_putc(out, ' ');
	}
}

int xs_fold_char(int c)
{
	return c < 0x80 ? xs_fold_ascii((char)c) : utf8proc_tolower(c);
}

size_t xs_fold_form(char *word, size_t n, size_t room)
{
	utf8proc_uint8_t *formed = NULL;
	utf8proc_ssize_t len = utf8proc_map((utf8proc_uint8_t *)word, (utf8proc_ssize_t)n, &formed,
					    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
						    UTF8PROC_CASEFOLD);

	/* A word that outgrows its room, or is no UTF-8, stays as it is. */
	if (len > 0 && (size_t)len < room) {
		memcpy(word, formed, (size_t)len);
		word[len] = '\0';
		n = (size_t)len;
	}
	free(formed);
	return n;
}

void xs_fold(xs_buf *out, const char *text)
{
	utf8proc_uint8_t *folded = NULL;

	if (fold_plain(text)) {
		fold_spaces(out, text);
		return;
	}
	/* Decomposed first: only then is a mark a character of its own, that can be taken off. */
	if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
				 UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
				 UTF8PROC_IGNORE) >= 0)
		fold_spaces(out, (const char *)folded);
	free(folded);
}

/* Letters that Unicode does not take apart, and how they are typed where the keyboard has none. */
static const struct {
	int letter;
	const char *typed;
} fold_letters[] = {
	{0xE6, "ae"}, {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"},	 {0x111, "d"},
	{0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}, {0x167, "t"},
};

/* Letters with marks that are letters of their own in a language, in small form; all others are
 * looked for without their marks.  Cyrillic й is one everywhere. */
static const struct {
	const char *language, *letters;
} fold_kept[] = {
	{"da", "åæø"}, {"fi", "åäö"}, {"nb", "åæø"}, {"nn", "åæø"}, {"no", "åæø"}, {"sv", "åäö"},
};

const char *xs_fold_letters(const char *language)
{
	size_t i;

	for (i = 0; i < sizeof fold_kept / sizeof *fold_kept; i++)
		if (!strcmp(fold_kept[i].language, language))
			return fold_kept[i].letters;
	return "";
}

/* Alphabets whose marks may be missing in what is typed: Latin, Greek, Cyrillic, Hebrew, Arabic.  In
 * others a mark is a vowel or a consonant. */
static bool fold_alphabet(int c)
{
	return (c >= 0xC0 && c < 0x700 && c != 0x439) || (c >= 0x1E00 && c < 0x2000);
}

static bool fold_is_mark(int c)
{
	return (c >= 0x300 && c < 0x370) || (c >= 0x591 && c <= 0x5C7) ||
	       (c >= 0x610 && c <= 0x61A) || (c >= 0x64B && c <= 0x65F) || c == 0x640 ||
	       c == 0x670 || (c >= 0x1AB0 && c < 0x1B00) || (c >= 0x1DC0 && c < 0x1E00);
}

static size_t fold_put(char *out, size_t n, int c)
{
	size_t i;

	for (i = 0; i < sizeof fold_letters / sizeof *fold_letters; i++)
		if (fold_letters[i].letter == c) {
			memcpy(out + n, fold_letters[i].typed, strlen(fold_letters[i].typed));
			return n + strlen(fold_letters[i].typed);
		}
	return n + (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + n);
}

/* Writes one character of an alphabet without its marks. */
static size_t fold_char(char *out, size_t n, int c)
{
	utf8proc_int32_t parts[8];
	int last = UTF8PROC_BOUNDCLASS_START;
	utf8proc_ssize_t i, count = utf8proc_decompose_char(c, parts, 8, UTF8PROC_DECOMPOSE, &last);

	/* utf8proc only counts the parts that have no room. */
	if (count < 1 || count > 8)
		return fold_put(out, n, c);
	for (i = 0; i < count; i++)
		if (!fold_is_mark(parts[i]))
			n = fold_put(out, n, parts[i]);
	return n;
}

size_t xs_fold_marks(char *out, size_t room, const char *word, size_t len, const char *kept)
{
	size_t at = 0, n = 0, used;
	int c;

	/* The sixteen are for what one character becomes with all its parts. */
	while ((used = xs_letters_read(&c, word, len, at)) && n + 16 < room) {
		bool keep = c < 0x80 || (*kept && c > 0x80 && used > 1 &&
					 memmem(kept, strlen(kept), word + at, used));

		/* At the beginning a mark stands on nothing, and may be all there is. */
		if (!keep && fold_is_mark(c) && at) {
			at += used;
			continue;
		}
		if (keep || !fold_alphabet(c)) {
			memcpy(out + n, word + at, used);
			n += used;
		} else {
			n = fold_char(out, n, c);
		}
		at += used;
	}
	out[n] = '\0';
	return n;
}
