/* SPDX-License-Identifier: GPL-2.0-or-later */
/* letters.c - classes by utf8proc's categories and by blocks of Unicode. */
#include "index/words/letters.h"

#include <utf8proc.h>

size_t xs_letters_read(int *out, const char *text, size_t len, size_t at)
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
		/* One byte is passed over, so that the next good character is found. */
		*out = 0xFFFD;
		return 1;
	}
	*out = c;
	return (size_t)n;
}

bool xs_letters_ascii_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool xs_letters_word(int c)
{
	/* Most characters of most texts are ASCII: they need no table. */
	if (c < 0x80)
		return xs_letters_ascii_letter(c) || (c >= '0' && c <= '9') || c == '_';
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

bool xs_letters_digit(int c)
{
	return c < 0x80 ? c >= '0' && c <= '9' : utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

bool xs_letters_spaceless(int c)
{
	/* U+3005 and U+3007 are used like Han; U+FF66 to U+FF9D are the half-width Katakana. */
	return c >= 0x2E80 &&
	       ((c >= 0x3041 && c <= 0x30FF) || (c >= 0x31F0 && c <= 0x31FF) ||
		(c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
		(c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF66 && c <= 0xFF9F) ||
		(c >= 0x20000 && c <= 0x323AF) || c == 0x3005 || c == 0x3007) &&
	       xs_letters_word(c);
}

bool xs_letters_segmented(int c)
{
	/* Thai and Lao; Burmese with its extensions A and B; Khmer.  Not their punctuation. */
	return c >= 0x0E00 &&
	       ((c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
		(c >= 0x1780 && c <= 0x17FF) || (c >= 0xA9E0 && c <= 0xA9FF) ||
		(c >= 0xAA60 && c <= 0xAA7F)) &&
	       xs_letters_word(c) && !xs_letters_digit(c);
}

bool xs_letters_hangul(int c)
{
	/* The block of whole syllables, in which running text is written. */
	return c >= 0xAC00 && c <= 0xD7A3;
}

bool xs_letters_sound_mark(int c)
{
	/* Combining, then half-width: each belongs to the kana before it. */
	return c == 0x3099 || c == 0x309A || c == 0xFF9E || c == 0xFF9F;
}
