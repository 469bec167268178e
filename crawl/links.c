/* SPDX-License-Identifier: GPL-2.0-or-later */
/* links.c - libxml2's HTML parser without a tree, attributes alone. */
#define _GNU_SOURCE
#include "crawl/links.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

typedef struct links_reader {
	xs_links *out;
	xs_arena *a;
	const char *base, *agent;
	size_t *seen; /* places in out->urls, by hash; 0: free, else one more */
	size_t slots;
	bool based;
} links_reader;

static const char *links_attribute(const xmlChar **list, const char *name)
{
	for (; list && list[0]; list += 2)
		if (!strcmp((const char *)list[0], name))
			return list[1] ? (const char *)list[1] : "";
	return NULL;
}

/* Whether a word is in a list with blanks or commas between. */
static bool links_word(const char *list, const char *word)
{
	size_t len;

	for (; list && *list; list += len) {
		list += strspn(list, " ,\t\r\n\f");
		len = strcspn(list, " ,\t\r\n\f");
		if (len && len == strlen(word) && !strncasecmp(list, word, len))
			return true;
	}
	return false;
}

static void links_directives(xs_links *l, const char *value)
{
	bool none = links_word(value, "none");

	l->noindex |= none || links_word(value, "noindex");
	l->nofollow |= none || links_word(value, "nofollow");
}

/* "noindex", "agent: noindex", "noindex, unavailable_after: ...": of a name before a colon the rest is for
 * that agent, unless the name is that of a directive. */
void xs_links_robots(xs_links *l, const char *value, const char *agent)
{
	static const char *const valued[] = {"unavailable_after", "max-snippet",
					     "max-image-preview", "max-video-preview"};
	size_t first, len;

	value += strspn(value, " \t");
	first = strcspn(value, ",:");
	if (value[first] == ':') {
		for (len = first; len && strchr(" \t", value[len - 1]);)
			len--;
		for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
			if (len == strlen(valued[i]) && !strncasecmp(value, valued[i], len))
				len = 0;
		if (len && (len != strlen(agent) || strncasecmp(value, agent, len) != 0))
			return;
		if (len)
			value += first + 1;
	}
	links_directives(l, value);
}

/* One parameter of a link: its name, and its value in `a`, with escapes as they are; "" for none.  Returns where it
 * ends. */
static const char *links_parameter(const char **name, size_t *len, const char **value, xs_arena *a,
				   const char *at)
{
	const char *from;

	*name = at;
	*len = strcspn(at, "=;, \t");
	*value = "";
	at += *len;
	at += strspn(at, " \t");
	if (*at != '=')
		return at;
	at++;
	at += strspn(at, " \t");
	from = at + (*at == '"');
	if (*at != '"')
		at += strcspn(at, ";, \t");
	else
		for (at++; *at && *at != '"'; at++)
			at += at[0] == '\\' && at[1];
	*value = xs_arena_dupn(a, from, (size_t)(at - from));
	return at + (*at == '"');
}

const char *xs_links_canonical(xs_arena *a, const char *value)
{
	const char *url, *end, *name, *text;
	size_t len;

	while (*(value += strspn(value, " \t,")) == '<') {
		url = value + 1;
		end = strchr(url, '>');
		if (!end)
			return NULL;
		value = end + 1;
		while (*(value += strspn(value, " \t;")) && *value != ',') {
			value = links_parameter(&name, &len, &text, a, value);
			if (len == 3 && !strncasecmp(name, "rel", len) &&
			    links_word(text, "canonical"))
				return xs_arena_dupn(a, url, (size_t)(end - url));
		}
	}
	return NULL;
}

static size_t links_hash(const char *text)
{
	size_t h = 14695981039346656037u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h;
}

/* Whether it is new; then it is noted. */
static bool links_new(links_reader *r, const char *url)
{
	size_t at = links_hash(url) & (r->slots - 1);

	for (; r->seen[at]; at = (at + 1) & (r->slots - 1))
		if (!strcmp(r->out->urls[r->seen[at] - 1], url))
			return false;
	r->seen[at] = r->out->n + 1;
	return true;
}

static void links_add(links_reader *r, const char *href)
{
	const char *url;

	if (!href || r->out->n >= XS_LINKS_MAX ||
	    xs_url_resolve(&url, r->a, r->base, href, NULL) != XS_OK || !links_new(r, url))
		return;
	r->out->urls = xs_grow(r->out->urls, r->out->n, &r->out->cap, sizeof *r->out->urls);
	r->out->urls[r->out->n++] = url;
}

/* Where <meta http-equiv=refresh content="0; url=PLACE"> leads. */
static const char *links_refresh(xs_arena *a, const char *value)
{
	const char *at = strcasestr(value, "url");
	size_t len;

	if (!at)
		return NULL;
	at += 3;
	at += strspn(at, " \t");
	if (*at != '=')
		return NULL;
	at++;
	at += strspn(at, " \t\"'");
	len = strcspn(at, "\"'");
	return xs_arena_dupn(a, at, len);
}

static void links_meta(links_reader *r, const xmlChar **list)
{
	const char *name = links_attribute(list, "name"),
		   *equiv = links_attribute(list, "http-equiv"),
		   *value = links_attribute(list, "content");

	if (!value)
		return;
	if (name && (!strcasecmp(name, "robots") || !strcasecmp(name, r->agent)))
		links_directives(r->out, value);
	else if (equiv && !strcasecmp(equiv, "refresh"))
		links_add(r, links_refresh(r->a, value));
}

static void links_link(links_reader *r, const xmlChar **list)
{
	const char *rel = links_attribute(list, "rel"), *href = links_attribute(list, "href");

	if (!rel || !href)
		return;
	if (links_word(rel, "canonical") && !r->out->canonical) {
		if (xs_url_resolve(&r->out->canonical, r->a, r->base, href, NULL) != XS_OK)
			r->out->canonical = NULL;
	} else if (links_word(rel, "next") || links_word(rel, "prev") ||
		   (links_word(rel, "alternate") && links_attribute(list, "hreflang"))) {
		links_add(r, href);
	}
}

static void links_start(void *user, const xmlChar *element, const xmlChar **list)
{
	const char *name = (const char *)element;
	links_reader *r = user;

	if (!strcmp(name, "a") || !strcmp(name, "area")) {
		if (!links_word(links_attribute(list, "rel"), "nofollow"))
			links_add(r, links_attribute(list, "href"));
	} else if (!strcmp(name, "iframe") || !strcmp(name, "frame")) {
		links_add(r, links_attribute(list, "src"));
	} else if (!strcmp(name, "link")) {
		links_link(r, list);
	} else if (!strcmp(name, "meta")) {
		links_meta(r, list);
	} else if (!strcmp(name, "base") && !r->based && links_attribute(list, "href")) {
		const char *base;

		r->based = true;
		if (xs_url_resolve(&base, r->a, r->base, links_attribute(list, "href"), NULL) ==
		    XS_OK)
			r->base = base;
	}
}

/* UTF-8 is told by its bytes, as for files (index/pages/charset.h); else what libxml2 knows by the name;
 * else it looks at the page itself. */
static void links_encoding(htmlParserCtxtPtr context, const char *bytes, const char *encoding)
{
	bool utf8 = xmlCheckUTF8((const xmlChar *)bytes);
	xmlCharEncodingHandlerPtr handler =
		utf8 || !encoding ? NULL : xmlFindCharEncodingHandler(encoding);

	if (utf8)
		xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8);
	else if (handler)
		xmlSwitchToEncoding(context, handler);
}

void xs_links_read(xs_links *out, xs_arena *a, const char *url, const char *bytes, size_t len,
		   const char *encoding, const char *agent)
{
	htmlSAXHandler sax = {.startElement = links_start};
	links_reader r = {.out = out, .a = a, .base = url, .agent = agent};
	htmlParserCtxtPtr context = len ? htmlCreateMemoryParserCtxt(bytes, (int)len) : NULL;

	if (!context)
		return;
	/* Twice as many as links: a free place is always near. */
	for (r.slots = 1; r.slots < 2 * XS_LINKS_MAX;)
		r.slots *= 2;
	r.seen = xs_calloc(r.slots, sizeof *r.seen);
	htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					    HTML_PARSE_NONET);
	links_encoding(context, bytes, encoding);
	*context->sax = sax;
	context->userData = &r;
	htmlParseDocument(context);
	htmlFreeParserCtxt(context);
	free(r.seen);
	/* Only at the end, as the page may say it after a link. */
	if (out->nofollow)
		out->n = 0;
}

void xs_links_fini(xs_links *l)
{
	free(l->urls);
	*l = (xs_links){0};
}
