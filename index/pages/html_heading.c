/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_heading.c - headings: their anchors, and permanent links, which are none of their words. */
#include <string.h>

#include "index/pages/html_link.h"
#include "index/pages/html_private.h"

const char *xs_html_id(html *h, const html_attributes *at)
{
	return *at->id ? xs_arena_dup(h->a, at->id) : "";
}

/* The id is kept for the end: only then is it known whether one stands within. */
void xs_html_heading_open(html *h, const html_level *l, const html_attributes *at, int level)
{
	xs_outline_heading(h->outline, l->zone, level);
	if (level < XS_LEVEL_ENTRY)
		h->level = level;
	h->heading = h->depth;
	h->heading_id = xs_html_id(h, at);
	h->inside = h->fragment = "";
	h->link = (html_link){0};
	h->lead_from = h->lead_to = 0;
}

/* The anchor of the heading that ends: its own id, one within it, its section's, one just before
 * it, what its permanent link names, else that of the section around it, which is not its own. */
static const char *heading_anchor(bool *own, html *h, const html_level *l)
{
	html_section *s = l->section ? &h->sections[l->section - 1] : NULL;
	const char *text, *around = s ? s->id : "";
	size_t len;
	bool first = s && !s->used, entry = l->tag->kind == XS_TAG_DT;

	if (s && !entry)
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
	if (*h->fragment)
		return h->fragment;
	if (h->slugs && !entry) {
		text = xs_outline_heading_text(&len, h->outline);
		return xs_slugs_make(h->slug, h->a, text, len);
	}
	*own = false;
	return around;
}

/* Takes a permanent link off that stood first, now that it is seen whether words follow.  A heading
 * whose words are all in it keeps them. */
static void heading_lead(html *h)
{
	size_t len;
	const char *text = xs_outline_heading_text(&len, h->outline);

	if (!h->lead_to || h->lead_to > len)
		return;
	if (!xs_html_link_signs(text + h->lead_to, len - h->lead_to) ||
	    xs_html_link_marks(text, len))
		xs_outline_heading_cut(h->outline, h->lead_from, h->lead_to);
}

void xs_html_heading_close(html *h, const html_level *l)
{
	bool own;
	const char *anchor;

	if (h->link.depth)
		xs_html_heading_unlink(h);
	heading_lead(h);
	anchor = heading_anchor(&own, h, l);
	xs_outline_heading_end(h->outline, anchor, own);
	h->heading = 0;
	h->pending = "";
}

void xs_html_heading_id(html *h, const html_level *l, const html_attributes *at)
{
	xs_tag_kind kind = l->tag->kind;
	const char *id = *at->id ? at->id : kind == XS_TAG_ANCHOR ? at->name : "";
	bool within = h->heading && h->heading != h->depth;

	/* Ids of boxes name parts of the layout. */
	if (!*id || l->zone & XS_ZONE_NAV ||
	    (kind != XS_TAG_ANCHOR && kind != XS_TAG_INLINE && kind != XS_TAG_BLOCK &&
	     kind != XS_TAG_CELL && !(within && kind == XS_TAG_HEADING)))
		return;
	if (within && !*h->inside)
		h->inside = xs_arena_dup(h->a, id);
	else if (!h->heading)
		h->pending = xs_arena_dup(h->a, id);
}

void xs_html_heading_link(html *h, const html_level *l, const html_attributes *at)
{
	const char *hash = strchr(at->href, '#'), *base = h->facts.base ? h->facts.base : h->url;
	bool button = l->tag->kind == XS_TAG_BUTTON;

	if (h->link.depth)
		return;
	h->link.depth = h->depth;
	xs_outline_heading_text(&h->link.from, h->outline);
	h->link.own = button || xs_html_link_own(at->href, base, h->url);
	h->link.named = xs_html_link_named(at->label, strlen(at->label)) ||
			xs_html_mark(at->class) == XS_MARK_DROP;
	h->link.fragment = hash && h->link.own ? xs_arena_dup(h->a, hash + 1) : "";
}

/* What is a sign alone is off, whatever it points to; words are off if they name a permanent link,
 * but for those that stand first: more may follow. */
void xs_html_heading_unlink(html *h)
{
	html_link link = h->link;
	size_t to;
	const char *text = xs_outline_heading_text(&to, h->outline), *words = text + link.from;
	size_t len = to - link.from;
	bool permanent = xs_html_link_signs(words, len) ||
			 (link.own && (link.named || xs_html_link_named(words, len)));

	h->link = (html_link){0};
	if (!permanent)
		return;
	if (link.own && !*h->fragment)
		h->fragment = link.fragment;
	if (!len)
		return;
	if (!xs_html_link_signs(text, link.from)) {
		xs_outline_heading_cut(h->outline, link.from, to);
	} else if (xs_html_link_marks(words, len)) {
		xs_outline_heading_cut(h->outline, link.from, to);
	} else if (!h->lead_to) {
		h->lead_from = link.from;
		h->lead_to = to;
	}
}
