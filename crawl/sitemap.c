/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sitemap.c - libxml2's reader over <url>, <sitemap>, <loc>, <lastmod>. */
#define _GNU_SOURCE
#include "crawl/sitemap.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "crawl/unpack.h"

enum { SITEMAP_LINE = 4096 };

int64_t xs_sitemap_date(const char *text)
{
	struct tm tm = {0};
	int n = 0, hours = 0, minutes = 0;
	char sign = 0;
	int64_t at;

	text += strspn(text, " \t\r\n");
	if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &n) != 3 || n != 10)
		return 0;
	if (text[10] == 'T' && sscanf(text + 11, "%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &n) == 2 &&
	    n == 5) {
		text += 16;
		if (sscanf(text, ":%2d%n", &tm.tm_sec, &n) == 1)
			text += n;
		if (*text == '.')
			text += 1 + strspn(text + 1, "0123456789");
		if (sscanf(text, "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
		    (sign != '+' && sign != '-'))
			sign = 0;
	}
	if (tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
	    tm.tm_mday > 31)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	at = (int64_t)timegm(&tm);
	return sign ? at - (sign == '+' ? 1 : -1) * (hours * 3600 + minutes * 60) : at;
}

static int sitemap_unpack(xs_buf *out, const char *bytes, size_t len)
{
	xs_unpack *g = xs_unpack_new("gzip");
	int rc = xs_unpack_put(out, g, bytes, len, XS_SITEMAP_MAX);

	if (rc == XS_OK && out->len > XS_SITEMAP_MAX)
		rc = xs_fail(XS_EFORMAT, "the sitemap has more than %d bytes when unpacked",
			     XS_SITEMAP_MAX);
	else if (rc == XS_OK && !xs_unpack_whole(g))
		rc = xs_fail(XS_EFORMAT, "its packed bytes end too soon");
	xs_unpack_free(g);
	return rc;
}

typedef struct sitemap {
	xs_sitemap_see *see;
	void *user;
	xs_arena *a;
	xs_sitemap_entry entry; /* at hand */
	size_t n;
	bool root; /* the root is that of a sitemap */
} sitemap;

/* The text of the element at hand, up to its end.  In `a`; "" for none. */
static const char *sitemap_text(sitemap *s, xmlTextReaderPtr r)
{
	xs_buf text;
	const char *out;
	int depth = xmlTextReaderDepth(r);

	if (xmlTextReaderIsEmptyElement(r))
		return "";
	xs_buf_init(&text);
	while (xmlTextReaderRead(r) == 1 && xmlTextReaderDepth(r) > depth) {
		int type = xmlTextReaderNodeType(r);

		if ((type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) &&
		    text.len < SITEMAP_LINE)
			xs_buf_puts(&text, (const char *)xmlTextReaderConstValue(r));
	}
	out = xs_arena_dupn(s->a, text.data ? text.data : "", text.len);
	xs_buf_fini(&text);
	return out;
}

/* One node: entries end with their element. */
static void sitemap_node(sitemap *s, xmlTextReaderPtr r)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(r);
	int type = xmlTextReaderNodeType(r), depth = xmlTextReaderDepth(r);
	bool entry = name && depth == 1 && (!strcmp(name, "url") || !strcmp(name, "sitemap"));

	if (!name)
		return;
	if (type == XML_READER_TYPE_ELEMENT && depth == 0) {
		s->root = !strcmp(name, "urlset") || !strcmp(name, "sitemapindex");
	} else if (type == XML_READER_TYPE_ELEMENT && entry) {
		s->entry = (xs_sitemap_entry){.index = !strcmp(name, "sitemap")};
	} else if (type == XML_READER_TYPE_ELEMENT && depth == 2 && !strcmp(name, "loc")) {
		s->entry.url = sitemap_text(s, r);
	} else if (type == XML_READER_TYPE_ELEMENT && depth == 2 && !strcmp(name, "lastmod")) {
		s->entry.changed = xs_sitemap_date(sitemap_text(s, r));
	} else if (type == XML_READER_TYPE_END_ELEMENT && entry && s->entry.url && *s->entry.url) {
		s->see(s->user, &s->entry);
		s->n++;
		s->entry.url = NULL;
		xs_arena_reset(s->a);
	}
}

static int sitemap_xml(sitemap *s, const char *bytes, size_t len)
{
	/* No option that loads or replaces entities: a sitemap needs none. */
	xmlTextReaderPtr r =
		xmlReaderForMemory(bytes, (int)len, "sitemap", NULL,
				   XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	int got = r ? 1 : -1;

	while (got == 1 && s->n < XS_SITEMAP_URLS && (got = xmlTextReaderRead(r)) == 1) {
		sitemap_node(s, r);
		if (xmlTextReaderDepth(r) == 0 && !s->root)
			break;
	}
	xmlFreeTextReader(r);
	if (!s->root)
		return xs_fail(XS_EFORMAT, "it is no sitemap: expected <urlset> or <sitemapindex>");
	return got < 0 ? xs_fail(XS_EFORMAT, "the sitemap's XML is damaged after %zu addresses",
				 s->n)
		       : XS_OK;
}

/* A URL a line. */
static int sitemap_lines(sitemap *s, const char *bytes, size_t len)
{
	size_t at, n;

	for (at = 0; at < len && s->n < XS_SITEMAP_URLS; at += n + 1) {
		const char *end = memchr(bytes + at, '\n', len - at);

		n = end ? (size_t)(end - bytes) - at : len - at;
		if (n < 8 || n > SITEMAP_LINE || strncmp(bytes + at, "http", 4) != 0)
			continue;
		s->entry = (xs_sitemap_entry){.url = xs_arena_dupn(s->a, bytes + at, n)};
		s->see(s->user, &s->entry);
		s->n++;
	}
	return s->n ? XS_OK
		    : xs_fail(XS_EFORMAT, "it is no sitemap: expected XML, or a URL a line");
}

int xs_sitemap_read(const char *bytes, size_t len, xs_sitemap_see *see, void *user)
{
	sitemap s = {.see = see, .user = user, .a = xs_arena_new()};
	xs_buf plain;
	size_t skip;
	int rc = XS_OK;

	xs_buf_init(&plain);
	if (len > XS_SITEMAP_MAX)
		rc = xs_fail(XS_EFORMAT, "the sitemap has more than %d bytes", XS_SITEMAP_MAX);
	if (rc == XS_OK && len > 2 && !memcmp(bytes, "\x1f\x8b", 2)) {
		rc = sitemap_unpack(&plain, bytes, len);
		bytes = plain.data;
		len = plain.len;
	}
	if (rc == XS_OK) {
		for (skip = 0;
		     skip < len && strchr("\xef\xbb\xbf \t\r\n", bytes[skip]) && bytes[skip];)
			skip++;
		rc = skip < len && bytes[skip] == '<' ? sitemap_xml(&s, bytes + skip, len - skip)
						      : sitemap_lines(&s, bytes, len);
	}
	xs_buf_fini(&plain);
	xs_arena_free(s.a);
	return rc;
}
