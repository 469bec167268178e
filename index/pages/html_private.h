/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_private.h - a page while it is read; for html.c and the files html_*.c alone. */
#ifndef XS_INDEX_PAGES_HTML_PRIVATE_H
#define XS_INDEX_PAGES_HTML_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "index/pages/html_facts.h"
#include "index/pages/html_names.h"
#include "index/pages/outline.h"
#include "index/pages/slug.h"

/* An open element. */
typedef struct html_level {
	const xs_tag *tag;
	unsigned char zone, lists; /* how many <dl> it is in, counted to 99 */
	unsigned char weight;	   /* of its text (page.h) */
	unsigned char details; /* the level of the <summary> of the <details> it is in; 0: none */
	bool drop, pre;
	bool sealed;	     /* dropped with all that it says about the page */
	bool linked, button; /* within a link that leads elsewhere; within a button */
	bool stays;	     /* the link leads to a place in the page */
	size_t section; /* place + 1 of the innermost section with an id in html.sections; 0: none */
} html_level;

typedef struct html_section {
	const char *id;
	bool used; /* its heading has come */
} html_section;

/* An element whose text is a value that the page gives (html_author.c). */
typedef struct html_value {
	size_t depth; /* of the element */
	xs_said said;
	bool drop; /* it is no text itself: what is dropped within it is the value all the same */
	const char *name;
	xs_buf text;
} html_value;

/* A link or button within the heading that is open. */
typedef struct html_link {
	size_t depth;	      /* of its element; 0: none is open */
	size_t from;	      /* where its text begins in the heading's */
	bool own;	      /* it points to its own page */
	bool named;	      /* title, label or class say that it is a permanent link */
	const char *fragment; /* that it points to; "" for none */
} html_link;

typedef struct html {
	xs_arena *a; /* of this page's reading */
	xs_outline *outline;
	const char *url;   /* the page's own, before a canonical link */
	const char *place; /* of the page, for sentences */
	html_level *levels;
	size_t depth, cap;
	unsigned selected; /* what a setting makes of the element that begins (html_select.h) */
	html_section *sections;
	size_t n_sections, sections_cap;
	const char *pending;	/* an id since the last word; "" for none */
	size_t heading;		/* depth of the heading that is open; 0: none */
	int level;		/* of the last heading, h1 … h6; 0: there was none */
	const char *heading_id; /* its own id, */
	const char *inside;	/* the first within it, */
	const char *fragment;	/* and what a permanent link in it points to; "" for none */
	html_link link;
	size_t lead_from, lead_to; /* a permanent link's text, to be cut if the heading has more */
	size_t title;		   /* depth of the title that is open; 0: none */
	bool titled, slugs;
	xs_slugs *slug;
	html_value *values; /* that are open */
	size_t n_values, values_cap;
	xs_html_facts facts;
} html;

/* The attributes that matter, "" where they are missing. */
typedef struct html_attributes {
	const char *id, *class, *role, *name, *href, *rel, *label;
	int level;   /* aria-level; 0: none */
	int weight;  /* that its author gives it (page.h); -1: none */
	bool hidden; /* also by aria-hidden and style */
	bool open;   /* of a <dialog> */
	bool trail;  /* breadcrumbs, by label or schema.org */
	bool noindex;
	/* What authors say by names of ours and of Pagefind: */
	bool body;	     /* this is the page's text */
	bool keep;	     /* so does a setting */
	bool ignore, sealed; /* this is none; and it says nothing of the page */
	bool gives;	     /* it gives values */
} html_attributes;

/* Reads libxml2's list; the strings are borrowed from it. */
void xs_html_attributes_read(html_attributes *to, const unsigned char **list);

/* Notes that an attribute is one for authors; false: it is none. */
bool xs_html_author_attribute(html_attributes *to, const char *name, const char *value);

/* Takes the values that the innermost element gives; text, dropped or not, goes to those that are open;
 * the element at this depth ends. */
void xs_html_author_open(html *h, const html_level *l, const unsigned char **list);
void xs_html_author_text(html *h, bool drop, const char *text, size_t len);
void xs_html_author_close(html *h, size_t depth);

/* A copy of the element's id. */
const char *xs_html_id(html *h, const html_attributes *at);

/* The element at the end of `levels` begins a heading of this level, or ends the one it began. */
void xs_html_heading_open(html *h, const html_level *l, const html_attributes *at, int level);
void xs_html_heading_close(html *h, const html_level *l);

/* Notes the id of an element, which may become that of a heading. */
void xs_html_heading_id(html *h, const html_level *l, const html_attributes *at);

/* A link or button begins or ends within the heading that is open. */
void xs_html_heading_link(html *h, const html_level *l, const html_attributes *at);
void xs_html_heading_unlink(html *h);

#endif
