/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fold.c - ASCII by hand, all else by utf8proc. */
#include "index/fold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

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
