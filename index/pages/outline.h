/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outline.h - what a page says, in its order: text and headings, each with the zone it stands in.
 *
 * A reader of a format (html.c, text.c) adds pieces as they come; which zone holds the main text
 * is known only at the end, and xs_outline_page() then makes the passages.  Knows no markup.
 * One thread at a time. */
#ifndef XS_INDEX_PAGES_OUTLINE_H
#define XS_INDEX_PAGES_OUTLINE_H

#include "base/arena.h"
#include "index/pages/page.h"

typedef struct xs_outline xs_outline;

/* Where a piece stands; a set of bits. */
enum {
	XS_ZONE_MAIN = 1,    /* marked as the main text */
	XS_ZONE_ARTICLE = 2, /* in an article */
	XS_ZONE_ASIDE = 4,   /* probably no part of the main text */
	XS_ZONE_NAV = 8,     /* surely none: navigation */
	XS_ZONE_BODY = 16,   /* its author says that it is the text */
	XS_ZONE_KEEP = 32    /* a setting says so */
};

/* Headings have levels 1 … 6; entries (a function in a reference) count from here, by depth. */
enum { XS_LEVEL_ENTRY = 10, XS_LEVEL_MAX = 200 };

/* An empty outline; never NULL.  The caller frees it. */
xs_outline *xs_outline_new(void);
void xs_outline_free(xs_outline *o); /* NULL is fine */

/* Adds UTF-8 text; white space is collapsed ('\n' as well, unless `lines` is set: then it ends a
 * block).  Returns whether there was anything else. */
bool xs_outline_text(xs_outline *o, unsigned zone, const char *text, size_t len, bool lines);

/* How much the text that comes counts (page.h).  Headings have weights of their own. */
void xs_outline_weigh(xs_outline *o, int weight);

/* Separates words; separates blocks. */
void xs_outline_space(xs_outline *o, unsigned zone);
void xs_outline_break(xs_outline *o, unsigned zone);

/* Text between these two is a heading.  They do not nest. */
void xs_outline_heading(xs_outline *o, unsigned zone, int level);
void xs_outline_heading_end(xs_outline *o, const char *anchor, bool own);

/* The text of the heading that is open.  Borrowed until the next call. */
const char *xs_outline_heading_text(size_t *len, xs_outline *o);

/* Takes the bytes [from, to) out of that text. */
void xs_outline_heading_cut(xs_outline *o, size_t from, size_t to);

/* Notes that the last `len` bytes of text are a link to elsewhere; XS_OUTLINE_WHOLE: so is all of the
 * heading. */
enum { XS_OUTLINE_WHOLE = 1 << 20 };
void xs_outline_linked(xs_outline *o, unsigned zone, size_t len);

/* Whether menus are to be told from text where no zone tells them (outline_trim.c): from now on it is noted
 * where blocks end and what is linked, or this was for nothing. */
void xs_outline_trims(xs_outline *o, bool trims);

/* What follows goes on under the same heading, but has an anchor of its own: a page of a printed document. */
void xs_outline_place(xs_outline *o, unsigned zone, const char *anchor);

/* A line is drawn. */
void xs_outline_rule(xs_outline *o, unsigned zone);

/* A link to another page begins; whether the text that comes is of it. */
void xs_outline_link(xs_outline *o);
void xs_outline_linking(xs_outline *o, bool linking);

/* Notes that an article begins that is in no other. */
void xs_outline_article(xs_outline *o);

/* Words of all text and headings but navigation. */
size_t xs_outline_words(const xs_outline *o);

/* What follows belongs to the last heading above this level again. */
void xs_outline_pop(xs_outline *o, unsigned zone, int level);

/* Chooses the zone, takes menus off if it is all but asides, and cuts the passages.  page->title is taken as the title, freed of a
 * site's name after the main heading; if it is "", the first heading becomes the title.
 * page->links is set if most of the text is links. */
void xs_outline_page(xs_page *page, xs_arena *a, xs_outline *o, const xs_page_options *options);

#endif
