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
#include "index/pages/generator.h"
#include "index/pages/html_link.h"
#include "index/pages/html_private.h"
#include "index/pages/html_select.h"
#include "index/pages/html_tree.h"

/* Open elements that an end is looked for among. */
enum { HTML_LOOK_UP = 64 };

/* Sets the zone that the element's kind gives its contents. */
static void html_zone(html *h, html_level *l, xs_tag_kind kind)
{
	switch (kind) {
	case XS_TAG_NAV: l->zone |= XS_ZONE_NAV; break;
	case XS_TAG_ASIDE: l->zone |= XS_ZONE_ASIDE; break;
	case XS_TAG_MAIN:
		/* In a form around the whole page, or a box with a misleading class, it is main all the same. */
		l->zone &= (unsigned char)~(XS_ZONE_ASIDE | XS_ZONE_NAV);
		l->zone |= XS_ZONE_MAIN;
		break;
	case XS_TAG_ARTICLE:
		if (!(l->zone & (XS_ZONE_ARTICLE | XS_ZONE_ASIDE | XS_ZONE_NAV)))
			xs_outline_article(h->outline);
		l->zone |= XS_ZONE_ARTICLE;
		break;
	case XS_TAG_HEADER:
		if (!(l->zone & (XS_ZONE_KEEP | XS_ZONE_BODY | XS_ZONE_MAIN | XS_ZONE_ARTICLE)))
			l->zone |= XS_ZONE_ASIDE;
		break;
	case XS_TAG_FOOTER:
		if (!(l->zone & XS_ZONE_ARTICLE))
			l->zone |= XS_ZONE_ASIDE;
		break;
	default: break;
	}
}

/* Only sections with an id: the others give a heading no anchor. */
static void html_section_open(html *h, html_level *l, const html_attributes *at)
{
	if (!*at->id)
		return;
	h->sections = xs_grow(h->sections, h->n_sections, &h->sections_cap, sizeof *h->sections);
	h->sections[h->n_sections++] = (html_section){xs_html_id(h, at), false};
	l->section = h->n_sections;
}

/* What class, id and role tell about an element that may be anything. */
static void html_marks(html *h, html_level *l, const html_attributes *at)
{
	bool box = l->tag->kind == XS_TAG_BOX, body = !strcmp(l->tag->name, "body");
	/* Classes of the body tell what is on the page. */
	xs_mark mark = *at->class && !body ? xs_html_mark(at->class) : XS_MARK_NONE;

	if (l->tag->kind == XS_TAG_SECTION || l->tag->kind == XS_TAG_ARTICLE ||
	    l->tag->kind == XS_TAG_DETAILS || (box && mark == XS_MARK_SECTION)) {
		html_section_open(h, l, at);
	} else if (box && *at->id && mark == XS_MARK_NONE) {
		/* The ids of sections and headings are made from their words ("related"). */
		mark = xs_html_mark(at->id);
	}
	if (l->tag->kind == XS_TAG_ANCHOR && xs_html_edits(at->rel, at->href))
		mark = XS_MARK_DROP;
	/* Within a heading such a link may hold all its words (html_heading.c). */
	if (mark == XS_MARK_DROP)
		l->drop = !(h->heading && *at->href);
	else if (mark == XS_MARK_ASIDE &&
		 (box || l->tag->kind == XS_TAG_SECTION || l->tag->kind == XS_TAG_BLOCK ||
		  l->tag->kind == XS_TAG_CELL))
		l->zone |= XS_ZONE_ASIDE;
	if (*at->role)
		html_zone(h, l, xs_html_role(at->role));
	if (at->trail && box)
		l->zone |= XS_ZONE_ASIDE;
	/* Where it stands and what it is called tell nothing any more. */
	if (at->body || at->keep) {
		l->zone = at->keep ? XS_ZONE_KEEP : XS_ZONE_BODY;
		l->drop = false;
	}
}

static bool html_is_block(xs_tag_kind kind)
{
	return kind != XS_TAG_INLINE && kind != XS_TAG_ANCHOR && kind != XS_TAG_CELL &&
	       kind != XS_TAG_BUTTON && kind != XS_TAG_TOLD && kind < XS_TAG_HTML;
}

/* The level that the <summary> of a <details> has: below the headings around it. */
static void html_details(const html *h, html_level *l)
{
	int level = l->details	   ? l->details + 1
		    : l->lists	   ? XS_LEVEL_ENTRY + l->lists + 1
		    : h->level < 1 ? 2
				   : h->level + 1;

	if (l->lists ? level <= XS_LEVEL_MAX : level < XS_LEVEL_ENTRY)
		l->details = (unsigned char)level;
}

/* The level of the heading that an element is; 0: it is none. */
static int html_level_of(const html_level *l, const html_attributes *at)
{
	switch ((xs_tag_kind)l->tag->kind) {
	case XS_TAG_HEADING: return l->tag->level;
	case XS_TAG_SUMMARY: return l->details;
	case XS_TAG_DT: return *at->id ? XS_LEVEL_ENTRY + l->lists : 0;
	default: break;
	}
	if (strcasecmp(at->role, "heading") != 0)
		return 0;
	return at->level >= 1 && at->level <= 6 ? at->level : 2; /* ARIA's default */
}

/* Links in headings make no list of links; an entry with one is a line of an index. */
static void html_link_open(html *h, html_level *l, const html_attributes *at)
{
	bool within = h->heading && h->heading != h->depth;

	if (within)
		xs_html_heading_link(h, l, at);
	if (within && h->levels[h->heading - 1].tag->kind == XS_TAG_DT && !h->link.own)
		xs_outline_linked(h->outline, l->zone, XS_OUTLINE_WHOLE);
	else if (!within && l->tag->kind == XS_TAG_ANCHOR)
		xs_outline_link(h->outline);
	l->stays = *at->href == '#';
	if (!within)
		l->linked |= l->tag->kind == XS_TAG_ANCHOR;
}

static void html_open(html *h, html_level *l, const html_attributes *at)
{
	xs_tag_kind kind = l->tag->kind;
	int level;

	if (kind != XS_TAG_ASIDE || !xs_html_note(at->role, at->class))
		html_zone(h, l, kind);
	html_marks(h, l, at);
	if (l->drop)
		return;
	if (kind == XS_TAG_CELL)
		xs_outline_space(h->outline, l->zone);
	else if (html_is_block(kind))
		xs_outline_break(h->outline, l->zone);
	if (!strcmp(l->tag->name, "hr")) {
		xs_outline_rule(h->outline, l->zone);
		if (*at->id && !h->heading)
			xs_outline_place(h->outline, l->zone, at->id);
	}
	if (kind == XS_TAG_DL && l->lists < 99)
		l->lists++;
	l->pre |= kind == XS_TAG_PRE;
	if (kind == XS_TAG_DETAILS)
		html_details(h, l);
	l->button |= kind == XS_TAG_BUTTON;
	level = h->heading ? 0 : html_level_of(l, at);
	if (level)
		xs_html_heading_open(h, l, at, level);
	if (kind == XS_TAG_BUTTON || (kind == XS_TAG_ANCHOR && *at->href))
		html_link_open(h, l, at);
	xs_html_heading_id(h, l, at);
}

/* Whether an element is never shown as text, or not until someone asks for something that is no part
 * of the page. */
static bool html_unseen(const html_level *l, const html_attributes *at)
{
	xs_tag_kind kind = l->tag->kind;

	if (kind == XS_TAG_DROP || (kind == XS_TAG_DIALOG && !at->open))
		return true;
	return at->hidden && !xs_html_panel(at->role, at->class);
}

/* What an element says of the page, and whether it is no part of its text. */
static void html_facts(html *h, html_level *l, const html_attributes *at, const char *name,
		       const xmlChar **list)
{
	l->drop = html_unseen(l, at) || at->ignore;
	if (l->tag->kind == XS_TAG_HTML || !strcmp(name, "body")) {
		h->facts.noindex |= at->noindex || at->ignore;
		xs_html_facts_language(&h->facts, xs_html_attribute(list, "lang"));
		xs_html_facts_language(&h->facts, xs_html_attribute(list, "xml:lang"));
		l->drop = false;
	} else if (at->noindex) {
		l->drop = true;
	} else if (l->tag->kind == XS_TAG_TITLE && !h->titled) {
		h->title = h->depth;
	} else if (l->tag->kind == XS_TAG_META) {
		xs_html_facts_meta(&h->facts, list);
	} else if (l->tag->kind == XS_TAG_LINK) {
		xs_html_facts_link(&h->facts, list, h->url);
	} else if (!strcmp(name, "base")) {
		xs_html_facts_base(&h->facts, list, h->url);
	}
}

static void html_begin(html *h, html_level *l, const char *name, const xmlChar **list)
{
	bool drop = l->drop;
	html_attributes at;

	xs_html_attributes_read(&at, list);
	at.ignore |= (h->selected & XS_SELECT_DROP) != 0;
	at.keep = (h->selected & XS_SELECT_KEEP) != 0;
	l->sealed = at.sealed;
	if (at.weight >= 0)
		l->weight = (unsigned char)at.weight;
	if (!drop)
		html_facts(h, l, &at, name, list);
	if (!l->drop && l->tag->kind < XS_TAG_HTML)
		html_open(h, l, &at);
	if (!drop && !l->drop && l->tag->kind == XS_TAG_TOLD &&
	    !(l->zone & (XS_ZONE_NAV | XS_ZONE_ASIDE)))
		xs_html_facts_told(&h->facts, list);
	else if (!drop && l->drop && h->heading && l->tag->kind == XS_TAG_ANCHOR)
		/* GitHub's permanent links are hidden, and have the id. */
		xs_html_heading_id(h, l, &at);
	if (at.gives && !at.sealed)
		xs_html_author_open(h, l, list);
}

static void html_start(void *user, const xmlChar *name, const xmlChar **list)
{
	html *h = user;
	html_level l = {.weight = XS_WEIGHT_ONE};

	if (h->depth)
		l = h->levels[h->depth - 1];
	l.tag = xs_html_tag((const char *)name);
	h->levels = xs_grow(h->levels, h->depth, &h->cap, sizeof *h->levels);
	h->depth++;
	if (!l.sealed)
		html_begin(h, &l, (const char *)name, list);
	h->levels[h->depth - 1] = l;
}

/* What follows belongs to the heading above again. */
static void html_details_close(html *h, const html_level *l)
{
	xs_outline_pop(h->outline, l->zone, l->details);
	if (l->details < XS_LEVEL_ENTRY)
		h->level = l->details - 1;
}

static void html_close(html *h)
{
	const html_level *l = &h->levels[h->depth - 1];
	xs_tag_kind kind = l->tag->kind;

	if (h->n_values)
		xs_html_author_close(h, h->depth);
	if (h->title == h->depth) {
		h->title = 0;
		h->titled = true;
	}
	if (h->link.depth == h->depth)
		xs_html_heading_unlink(h);
	if (h->heading == h->depth)
		xs_html_heading_close(h, l);
	if (!l->drop && kind == XS_TAG_CELL)
		xs_outline_space(h->outline, l->zone);
	else if (!l->drop && html_is_block(kind))
		xs_outline_break(h->outline, l->zone);
	if (!l->drop && kind == XS_TAG_DL && !h->heading)
		xs_outline_pop(h->outline, l->zone, XS_LEVEL_ENTRY + l->lists);
	else if (!l->drop && kind == XS_TAG_DETAILS && !h->heading)
		html_details_close(h, l);
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

/* Text of the title goes to the title alone; an id counts for a heading only while no word stands
 * between them. */
static void html_text(void *user, const xmlChar *text, int len)
{
	html *h = user;
	const html_level *l = h->depth ? &h->levels[h->depth - 1] : NULL;

	if (len > 0 && l && h->n_values)
		xs_html_author_text(h, l->drop, (const char *)text, (size_t)len);
	if (len > 0 && l && l->drop && !strcmp(l->tag->name, "script"))
		xs_html_facts_script(&h->facts, (const char *)text, (size_t)len);
	if (len <= 0 || !l || l->drop)
		return;
	if (h->title) {
		if (h->facts.title.len < XS_HTML_TITLE_MAX)
			xs_buf_put(&h->facts.title, text, (size_t)len);
	} else if (l->tag->kind < XS_TAG_HTML && (!l->button || h->heading)) {
		xs_outline_linking(h->outline, l->linked && !l->stays);
		xs_outline_weigh(h->outline, l->weight);
		if (xs_outline_text(h->outline, l->zone, (const char *)text, (size_t)len, l->pre))
			h->pending = h->heading ? h->pending : "";
		if (l->linked)
			xs_outline_linked(h->outline, l->zone, (size_t)len);
	}
}

/* Elements can be selected only in a whole tree.  The page is as deep as it may be without one: nothing
 * of this recurses. */
static int html_parse_tree(html *h, htmlParserCtxt *context, const htmlSAXHandler *sax,
			   const xs_page_options *o)
{
	int rc = XS_OK;

	context->options |= XML_PARSE_HUGE;
	htmlParseDocument(context);
	if (!context->myDoc)
		return XS_OK;
	rc = xs_html_select(context->myDoc, h->place, o->keep, o->drop);
	if (rc == XS_OK)
		xs_html_tree_tell(context->myDoc, sax, h, &h->selected);
	xmlFreeDoc(context->myDoc);
	context->myDoc = NULL;
	return rc;
}

static int html_parse(html *h, const char *bytes, size_t len, const xs_page_options *o)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	htmlSAXHandler sax = {.startElement = html_start,
			      .endElement = html_end,
			      .characters = html_text,
			      .ignorableWhitespace = html_text};
	htmlParserCtxtPtr context;
	int rc = XS_OK;

	pthread_once(&once, xmlInitParser);
	/* The parser makes no contexts for nothing. */
	if (!len)
		return XS_OK;
	context = htmlCreateMemoryParserCtxt(bytes, (int)len);
	if (!context)
		return xs_fail(XS_EINTERNAL, "libxml2 has made no HTML parser for %zu bytes", len);
	/* Errors in the markup are the rule: the parser mends them, and says nothing.  The bytes are UTF-8
	 * whatever the page declares. */
	htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					    HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8);
	if ((o->keep && *o->keep) || (o->drop && *o->drop)) {
		rc = html_parse_tree(h, context, &sax, o);
	} else {
		*context->sax = sax;
		context->userData = h;
		htmlParseDocument(context);
	}
	htmlFreeParserCtxt(context);
	return rc;
}

/* Whether the page only leads to another: no text is on it but such as "Redirecting to ...". */
static bool html_is_stub(const html *h)
{
	int words = xs_html_facts_moves(&h->facts, h->url);

	return words && xs_outline_words(h->outline) <= (size_t)words;
}

int xs_html_page(xs_page *page, xs_arena *a, const char *bytes, size_t len, bool slugs,
		 const xs_page_options *o)
{
	html h = {.outline = xs_outline_new(), .url = page->url, .pending = ""};
	xs_generated made;
	int rc;

	if (len > INT_MAX - 1) {
		xs_outline_free(h.outline);
		return xs_fail(XS_EINPUT, "an HTML page has %zu bytes, expected less than 2 GiB",
			       len);
	}
	h.a = xs_arena_new();
	h.place = page->place;
	/* Markdown has no menus, and neither has a part of a page, which has no title. */
	xs_outline_trims(h.outline, !slugs);
	h.slugs = slugs;
	h.slug = xs_slugs_new();
	xs_html_facts_init(&h.facts, h.a);
	rc = html_parse(&h, bytes, len, o);
	while (h.depth)
		html_close(&h);
	made = xs_generator_page(h.facts.generator ? h.facts.generator : "", page->path);
	if (rc == XS_OK)
		page->stub = html_is_stub(&h);
	page->noindex |= page->stub || h.facts.searches || made == XS_GENERATED_TOOL;
	if (rc == XS_OK)
		xs_html_facts_fill(page, a, &h.facts);
	/* Ends the last block as well. */
	xs_outline_break(h.outline, 0);
	if (!h.titled)
		xs_outline_trims(h.outline, false);
	if (rc == XS_OK && !page->noindex)
		xs_outline_page(page, a, h.outline, o);
	page->links |= made == XS_GENERATED_INDEX;
	xs_html_facts_fini(&h.facts);
	xs_slugs_free(h.slug);
	xs_outline_free(h.outline);
	xs_arena_free(h.a);
	free(h.levels);
	free(h.sections);
	free(h.values);
	return rc;
}
