/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meta.c - dates by sscanf and timegm, languages by a small table. */
#define _GNU_SOURCE
#include "index/pages/meta.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"

/* Seconds east of UTC that "Z", "+02:00", "+0200" or " UTC" say; 0 for anything else. */
static int64_t meta_zone(const char *s)
{
	int h = 0, m = 0;
	char sign;

	while (*s == ' ')
		s++;
	if (sscanf(s, "%c%2d:%2d", &sign, &h, &m) < 2 || (sign != '+' && sign != '-'))
		return 0;
	if (strlen(s) == 5 && s[3] != ':')
		m = atoi(s + 3);
	return (sign == '-' ? -1 : 1) * (h * 3600 + m * 60);
}

int xs_meta_date(int64_t *out, const char *text)
{
	struct tm tm = {0};
	int used = 0, more = 0, n, digits = 0;
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	while (isdigit((unsigned char)text[digits]))
		digits++;
	/* Eight digits are a day: as seconds they would lie in 1970. */
	if (digits != 8 && (digits > 4 || (digits && !text[digits]))) {
		*out = strtoll(text, &end, 10);
		return !*end || *end == '.' ? XS_OK : XS_ENOTFOUND;
	}
	if ((digits != 4 && digits != 8) ||
	    sscanf(text, digits == 8 ? "%4d%2d%2d%n" : "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon,
		   &tm.tm_mday, &used) < 3 ||
	    tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31)
		return XS_ENOTFOUND;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	text += used;
	if (*text == 'T' || *text == 't' || *text == ' ') {
		n = sscanf(text + 1, "%2d:%2d%n:%2d%n", &tm.tm_hour, &tm.tm_min, &used, &tm.tm_sec,
			   &more);
		text += n >= 2 ? 1 + (n == 3 ? more : used) : 0;
	}
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	*out = (int64_t)timegm(&tm) - meta_zone(text);
	return XS_OK;
}

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
	if (len < 2 || len > 20 || (tag[len] && !strchr("-_.,; \t\r\n@", tag[len])))
		return "";
	if (len == 2 || len == 3) {
		p = xs_arena_dupn(a, tag, len);
		for (i = 0; i < len; i++)
			p[i] = (char)tolower((unsigned char)p[i]);
		if (len == 2)
			return p;
	}
	snprintf(word, sizeof word, ":%.*s", (int)len, tag);
	for (at = meta_languages; (at = strcasestr(at, word)); at++)
		if (at[len + 1] == ':' || at[len + 1] == ';') {
			while (at > meta_languages && at[-1] != ';')
				at--;
			return xs_arena_dupn(a, at, 2);
		}
	return len == 3 ? p : "";
}

const char *xs_meta_url(xs_arena *a, const char *prefix, const char *url, bool encode)
{
	static const char plain[] = "-._~!$&'()*+,;=:@/";
	const unsigned char *s;
	const char *scheme = url;
	char *text;
	xs_buf b;

	while (isalnum((unsigned char)*scheme) || *scheme == '+' || *scheme == '.' ||
	       *scheme == '-')
		scheme++;
	if (!prefix || !*prefix || (!encode && !strncmp(scheme, "://", 3)))
		return xs_arena_dup(a, url);
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
