/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html.c - libxml2's HTML parser without a tree: its events become an outline.
 *
 * A stack of open elements carries what they pass on to their contents; nothing recurses, so depth
 * costs memory only. */
#define _GNU_SOURCE
#include "index/pages/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "index/pages/html_facts.h"
#include "index/pages/html_names.h"
#include "index/pages/outline.h"
#include "index/pages/slug.h"

/* Longer ids are no use to anyone. */
enum { HTML_ID_MAX = 256 };

/* Open elements that an end is looked for among. */
enum { HTML_LOOK_UP = 64 };

/* An open element. */
typedef struct html_level {
	const xs_tag *tag;
	unsigned char zone, lists; /* how many <dl> it is in, counted to 99 */
	bool drop, pre;
	size_t section; /* place + 1 of the innermost section with an id in html.sections; 0: none */
} html_level;

typedef struct html_section {
	const char *id;
	bool used; /* its heading has come */
} html_section;

typedef struct html {
	xs_arena *a; /* of this page's reading */
	xs_outline *outline;
	html_level *levels;
	size_t depth, cap;
	html_section *sections;
	size_t n_sections, sections_cap;
	const char *pending;		 /* an id since the last word; "" for none */
	size_t heading;			 /* depth of the heading that is open; 0: none */
	const char *heading_id, *inside; /* its own id, and the first within it; "" for none */
	size_t title;			 /* depth of the title that is open; 0: none */
	bool titled, slugs;
	xs_slugs *slug;
	xs_html_facts facts;
} html;

/* The attributes that matter, "" where they are missing. */
typedef struct html_attributes {
	const char *id, *class, *role, *name, *style;
	bool hidden, noindex;
} html_attributes;

static void html_attributes_read(html_attributes *to, const xmlChar **list)
{
	const char *name, *value;

	*to = (html_attributes){"", "", "", "", "", false, false};
	for (; list && list[0]; list += 2) {
		name = (const char *)list[0];
		value = list[1] ? (const char *)list[1] : "";
		if (!strcmp(name, "class"))
			to->class = value;
		else if (!strcmp(name, "id"))
			to->id = strlen(value) <= HTML_ID_MAX ? value : "";
		else if (!strcmp(name, "name"))
			to->name = strlen(value) <= HTML_ID_MAX ? value : "";
		else if (!strcmp(name, "role"))
			to->role = value;
		else if (!strcmp(name, "style"))
			to->style = value;
		else if (!strcmp(name, "hidden"))
			to->hidden |= strcasecmp(value, "until-found") != 0;
		else if (!strcmp(name, "aria-hidden"))
			to->hidden |= !strcasecmp(value, "true");
		else if (!strcmp(name, "data-noindex"))
			to->noindex = strcasecmp(value, "false") != 0;
	}
}

static bool html_not_shown(const char *style)
{
	const char *at = strcasestr(style, "display");

	if (!at)
		return false;
	at += strlen("display");
	at += strspn(at, " \t");
	if (*at++ != ':')
		return false;
	return !strncasecmp(at + strspn(at, " \t"), "none", 4);
}

/* Sets the zone that the element's kind gives its contents. */
static void html_zone(html_level *l, xs_tag_kind kind)
{
	switch (kind) {
	case XS_TAG_NAV: l->zone |= XS_ZONE_NAV; break;
	case XS_TAG_ASIDE: l->zone |= XS_ZONE_ASIDE; break;
	case XS_TAG_MAIN: l->zone |= XS_ZONE_MAIN; break;
	case XS_TAG_ARTICLE: l->zone |= XS_ZONE_ARTICLE; break;
	case XS_TAG_HEADER:
		if (!(l->zone & (XS_ZONE_MAIN | XS_ZONE_ARTICLE)))
			l->zone |= XS_ZONE_ASIDE;
		break;
	case XS_TAG_FOOTER:
		if (!(l->zone & XS_ZONE_ARTICLE))
			l->zone |= XS_ZONE_ASIDE;
		break;
	default: break;
	}
}

static const char *html_id(html *h, const html_attributes *at)
{
	return *at->id ? xs_arena_dup(h->a, at->id) : "";
}

static void html_section_open(html *h, html_level *l, const html_attributes *at)
{
	if (!*at->id)
		return;
	h->sections = xs_grow(h->sections, h->n_sections, &h->sections_cap, sizeof *h->sections);
	h->sections[h->n_sections++] = (html_section){html_id(h, at), false};
	l->section = h->n_sections;
}

/* What class, id and role tell about an element that may be anything. */
static void html_marks(html *h, html_level *l, const html_attributes *at)
{
	xs_mark mark = *at->class ? xs_html_mark(at->class) : XS_MARK_NONE;
	bool box = l->tag->kind == XS_TAG_BOX;

	if (l->tag->kind == XS_TAG_SECTION || (box && mark == XS_MARK_SECTION)) {
		html_section_open(h, l, at);
	} else if (box && *at->id && mark == XS_MARK_NONE) {
		/* The ids of sections and headings are made from their words ("related"). */
		mark = xs_html_mark(at->id);
	}
	if (mark == XS_MARK_DROP)
		l->drop = true;
	else if (mark == XS_MARK_ASIDE &&
		 (box || l->tag->kind == XS_TAG_SECTION || l->tag->kind == XS_TAG_BLOCK ||
		  l->tag->kind == XS_TAG_CELL))
		l->zone |= XS_ZONE_ASIDE;
	if (*at->role)
		html_zone(l, xs_html_role(at->role));
}

static void html_heading_open(html *h, const html_level *l, const html_attributes *at, int level)
{
	xs_outline_heading(h->outline, l->zone, level);
	h->heading = h->depth;
	h->heading_id = html_id(h, at);
	h->inside = "";
}

/* The anchor of the heading that ends: its own id, one within it, its section's, one just before
 * it, else that of the section around it, which is not its own. */
static const char *html_anchor(bool *own, html *h, const html_level *l)
{
	html_section *s = l->section ? &h->sections[l->section - 1] : NULL;
	const char *text, *around = s ? s->id : "";
	size_t len;
	bool first = s && !s->used;

	if (s && l->tag->kind == XS_TAG_HEADING)
		s->used = true;
	*own = true;
	if (*h->heading_id)
		return h->heading_id;
	if (*h->inside)
		return h->inside;
	if (first)
		return around;
	if (*h->pending)
		return h->pending;
	if (h->slugs && l->tag->kind == XS_TAG_HEADING) {
		text = xs_outline_heading_text(&len, h->outline);
		return xs_slugs_make(h->slug, h->a, text, len);
	}
	*own = false;
	return around;
}

static void html_heading_close(html *h, const html_level *l)
{
	bool own;
	const char *anchor = html_anchor(&own, h, l);

	xs_outline_heading_end(h->outline, anchor, own);
	h->heading = 0;
	h->pending = "";
}

/* Ids that a heading to come may take for its own. */
static void html_note_id(html *h, const html_level *l, const html_attributes *at)
{
	const char *id = *at->id ? at->id : l->tag->kind == XS_TAG_ANCHOR ? at->name : "";

	/* Ids of boxes name parts of the layout. */
	if (!*id || l->zone & XS_ZONE_NAV ||
	    (l->tag->kind != XS_TAG_ANCHOR && l->tag->kind != XS_TAG_INLINE &&
	     l->tag->kind != XS_TAG_BLOCK && l->tag->kind != XS_TAG_CELL))
		return;
	if (h->heading && h->heading != h->depth && !*h->inside)
		h->inside = xs_arena_dup(h->a, id);
	else if (!h->heading)
		h->pending = xs_arena_dup(h->a, id);
}

static bool html_is_block(xs_tag_kind kind)
{
	return kind != XS_TAG_INLINE && kind != XS_TAG_ANCHOR && kind != XS_TAG_CELL &&
	       kind < XS_TAG_HTML;
}

static void html_open(html *h, html_level *l, const html_attributes *at)
{
	xs_tag_kind kind = l->tag->kind;

	html_zone(l, kind);
	html_marks(h, l, at);
	if (l->drop)
		return;
	if (kind == XS_TAG_CELL)
		xs_outline_space(h->outline, l->zone);
	else if (html_is_block(kind))
		xs_outline_break(h->outline, l->zone);
	if (kind == XS_TAG_DL && l->lists < 99)
		l->lists++;
	l->pre |= kind == XS_TAG_PRE;
	if (h->heading == 0 && kind == XS_TAG_HEADING)
		html_heading_open(h, l, at, l->tag->level);
	else if (h->heading == 0 && kind == XS_TAG_DT && *at->id)
		html_heading_open(h, l, at, XS_LEVEL_ENTRY + l->lists);
	html_note_id(h, l, at);
}

static void html_start(void *user, const xmlChar *name, const xmlChar **list)
{
	html *h = user;
	const html_level *above = h->depth ? &h->levels[h->depth - 1] : NULL;
	html_level l = {.tag = xs_html_tag((const char *)name)};
	html_attributes at;

	if (above) {
		l = *above;
		l.tag = xs_html_tag((const char *)name);
	}
	h->levels = xs_grow(h->levels, h->depth, &h->cap, sizeof *h->levels);
	h->depth++;
	if (!l.drop) {
		html_attributes_read(&at, list);
		l.drop = l.tag->kind == XS_TAG_DROP || at.hidden || html_not_shown(at.style);
		if (l.tag->kind == XS_TAG_HTML || !strcmp((const char *)name, "body")) {
			h->facts.noindex |= at.noindex;
			xs_html_facts_language(&h->facts, xs_html_attribute(list, "lang"));
			xs_html_facts_language(&h->facts, xs_html_attribute(list, "xml:lang"));
			l.drop = false;
		} else if (at.noindex) {
			l.drop = true;
		} else if (l.tag->kind == XS_TAG_TITLE && !h->titled) {
			h->title = h->depth;
		} else if (l.tag->kind == XS_TAG_META) {
			xs_html_facts_meta(&h->facts, list);
		} else if (l.tag->kind == XS_TAG_LINK) {
			xs_html_facts_link(&h->facts, list);
		}
		if (!l.drop && l.tag->kind < XS_TAG_HTML)
			html_open(h, &l, &at);
	}
	h->levels[h->depth - 1] = l;
}

static void html_close(html *h)
{
	const html_level *l = &h->levels[h->depth - 1];
	xs_tag_kind kind = l->tag->kind;

	if (h->title == h->depth) {
		h->title = 0;
		h->titled = true;
	}
	if (h->heading == h->depth)
		html_heading_close(h, l);
	if (!l->drop && kind == XS_TAG_CELL)
		xs_outline_space(h->outline, l->zone);
	else if (!l->drop && html_is_block(kind))
		xs_outline_break(h->outline, l->zone);
	if (!l->drop && kind == XS_TAG_DL && !h->heading)
		xs_outline_pop(h->outline, l->zone, XS_LEVEL_ENTRY + l->lists);
	h->depth--;
}

/* The parser closes what it opened, in order, but for elements whose tag is damaged: they are
 * closed with the one around them. */
static void html_end(void *user, const xmlChar *name)
{
	html *h = user;
	const xs_tag *tag = xs_html_tag((const char *)name);
	size_t i = h->depth, least = i > HTML_LOOK_UP ? i - HTML_LOOK_UP : 0;

	while (i > least && h->levels[i - 1].tag != tag)
		i--;
	if (i == least)
		return;
	while (h->depth >= i)
		html_close(h);
}

static void html_text(void *user, const xmlChar *text, int len)
{
	html *h = user;
	const html_level *l = h->depth ? &h->levels[h->depth - 1] : NULL;

	if (len <= 0 || !l || l->drop)
		return;
	if (h->title) {
		if (h->facts.title.len < XS_HTML_TITLE_MAX)
			xs_buf_put(&h->facts.title, text, (size_t)len);
	} else if (l->tag->kind < XS_TAG_HTML) {
		if (xs_outline_text(h->outline, l->zone, (const char *)text, (size_t)len, l->pre))
			h->pending = h->heading ? h->pending : "";
	}
}

static int html_parse(html *h, const char *bytes, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	htmlSAXHandler sax = {.startElement = html_start,
			      .endElement = html_end,
			      .characters = html_text,
			      .ignorableWhitespace = html_text};
	htmlParserCtxtPtr context;

	pthread_once(&once, xmlInitParser);
	/* The parser makes no contexts for nothing. */
	if (!len)
		return XS_OK;
	context = htmlCreateMemoryParserCtxt(bytes, (int)len);
	if (!context)
		return xs_fail(XS_EINTERNAL, "libxml2 has made no HTML parser for %zu bytes", len);
	htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					    HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8);
	*context->sax = sax;
	context->userData = h;
	htmlParseDocument(context);
	htmlFreeParserCtxt(context);
	return XS_OK;
}

int xs_html_page(xs_page *page, xs_arena *a, const char *bytes, size_t len, bool slugs,
		 const xs_page_options *o)
{
	html h = {.outline = xs_outline_new(), .pending = "", .heading_id = "", .inside = ""};
	int rc;

	if (len > INT_MAX - 1) {
		xs_outline_free(h.outline);
		return xs_fail(XS_EINPUT, "an HTML page has %zu bytes, expected less than 2 GiB",
			       len);
	}
	h.a = xs_arena_new();
	h.slugs = slugs;
	h.slug = xs_slugs_new();
	xs_html_facts_init(&h.facts, h.a);
	rc = html_parse(&h, bytes, len);
	while (h.depth)
		html_close(&h);
	if (rc == XS_OK)
		xs_html_facts_fill(page, a, &h.facts);
	if (rc == XS_OK && !page->noindex)
		xs_outline_page(page, a, h.outline, o);
	xs_html_facts_fini(&h.facts);
	xs_slugs_free(h.slug);
	xs_outline_free(h.outline);
	xs_arena_free(h.a);
	free(h.levels);
	free(h.sections);
	return rc;
}
