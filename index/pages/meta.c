/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meta.c - languages by a small table. */
#define _GNU_SOURCE
#include "index/pages/meta.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* ISO 639-2 codes and names of the languages that Xapian can stem. */
static const char meta_languages[] =
	"ar:ara:arabic;ca:cat:catalan;da:dan:danish;de:deu:ger:german;en:eng:english;"
	"es:spa:spanish;eu:eus:baq:basque;fi:fin:finnish;fr:fra:fre:french;ga:gle:irish;"
	"hu:hun:hungarian;hy:hye:arm:armenian;id:ind:indonesian;it:ita:italian;lt:lit:lithuanian;"
	"ne:nep:nepali;nl:nld:dut:dutch;no:nor:norwegian;pt:por:portuguese;ro:ron:rum:romanian;"
	"ru:rus:russian;sv:swe:swedish;ta:tam:tamil;tr:tur:turkish;";

const char *xs_meta_language(xs_arena *a, const char *tag)
{
	char word[24], *p = NULL;
	const char *at;
	size_t len = 0, i;

	while (isspace((unsigned char)*tag))
		tag++;
	while (isalpha((unsigned char)tag[len]))
		len++;
	/* Behind it may stand a region, an encoding or another language: "en-GB", "de_DE.UTF-8",
	 * "en, fr". */
	if (len < 2 || len > 20 || (tag[len] && !strchr("-_.,; \t\r\n@", tag[len])))
		return "";
	if (len == 2 || len == 3) {
		p = xs_arena_dupn(a, tag, len);
		for (i = 0; i < len; i++)
			p[i] = (char)tolower((unsigned char)p[i]);
		/* Any code of two letters: pages may be of languages that are not stemmed here. */
		if (len == 2)
			return p;
	}
	/* With the colon, so that "man" is not found in "german". */
	snprintf(word, sizeof word, ":%.*s", (int)len, tag);
	for (at = meta_languages; (at = strcasestr(at, word)); at++)
		if (at[len + 1] == ':' || at[len + 1] == ';') {
			/* Back to the code that the row begins with. */
			while (at > meta_languages && at[-1] != ';')
				at--;
			return xs_arena_dupn(a, at, 2);
		}
	/* Some languages have a code of three letters alone, such as "gsw". */
	return len == 3 ? p : "";
}

const char *xs_meta_url(xs_arena *a, const char *prefix, const char *url, bool encode)
{
	/* What RFC 3986 lets stand in a path.  Not "%": in a file's name it means itself. */
	static const char plain[] = "-._~!$&'()*+,;=:@/";
	const unsigned char *s;
	const char *scheme = url;
	char *text;
	xs_buf b;

	while (isalnum((unsigned char)*scheme) || *scheme == '+' || *scheme == '.' ||
	       *scheme == '-')
		scheme++;
	/* With a scheme it is a whole address.  In a file's path "://" would be part of a name. */
	if (!prefix || !*prefix || (!encode && !strncmp(scheme, "://", 3)))
		return xs_arena_dup(a, url);
	/* The prefix brings the one slash between them. */
	while (*url == '/')
		url++;
	xs_buf_init(&b);
	xs_buf_puts(&b, prefix);
	if (b.data[b.len - 1] != '/')
		xs_buf_putc(&b, '/');
	for (s = (const unsigned char *)url; *s; s++)
		if (!encode || (*s < 0x80 && (isalnum(*s) || strchr(plain, *s))))
			xs_buf_putc(&b, (char)*s);
		else
			xs_buf_printf(&b, "%%%02X", *s);
	text = xs_arena_dupn(a, b.data, b.len);
	xs_buf_fini(&b);
	return text;
}
