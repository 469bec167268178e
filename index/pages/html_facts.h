/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_facts.h - what an HTML page says about itself: title, dates, language, canonical URL, metadata.
 *
 * Knows nothing of the page's text.  For html.c alone. */
#ifndef XS_INDEX_PAGES_HTML_FACTS_H
#define XS_INDEX_PAGES_HTML_FACTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "index/pages/page.h"

enum { XS_HTML_TITLE_MAX = 1000 }; /* bytes; the rest of a longer one is of no use */

/* How an author gives a value. */
typedef enum xs_said {
	XS_SAID_META,	 /* the first of a name counts */
	XS_SAID_DEFAULT, /* if nothing else gives it */
	XS_SAID_FILTER,	 /* all of a name count */
	XS_SAID_SORT	 /* only dates sort pages */
} xs_said;

/* As it is collected.  Strings live in `a` and are NULL until the page says them; the first that it
 * says counts. */
typedef struct xs_html_facts {
	xs_arena *a;
	xs_buf title; /* of <title>, as it is written */
	const char *og_title, *canonical, *language, *published, *date, *modified;
	const char *named, *dated;  /* title and date, of the author's attributes */
	const char *generator;	    /* that made the page */
	const char *base, *refresh; /* of <base>, resolved; where a browser goes on by itself */
	xs_buf told;		    /* what pictures show and abbreviations mean, a line each */
	xs_buf versions;	    /* "TAG URL" a line, of links to the page in other languages */
	size_t n_versions;
	bool noindex;	  /* robots are to leave the page out */
	bool script;	  /* a script goes to another page */
	bool searches;	  /* it is the form by which its site is searched */
	json_t *meta;	  /* an object: xs_page.meta */
	json_t *defaults; /* an object: values where `meta` has none */
} xs_html_facts;

void xs_html_facts_init(xs_html_facts *f, xs_arena *a);
void xs_html_facts_fini(xs_html_facts *f);

/* The value of an attribute in libxml2's list; "" if it is not there.  Borrowed from the list. */
const char *xs_html_attribute(const unsigned char **list, const char *name);

/* Take the attributes of a <meta>, and of a <link> and a <base> in the page of this address. */
void xs_html_facts_meta(xs_html_facts *f, const unsigned char **list);
void xs_html_facts_link(xs_html_facts *f, const unsigned char **list, const char *url);
void xs_html_facts_base(xs_html_facts *f, const unsigned char **list, const char *url);

/* Takes what an <img> or <abbr> says beside the text. */
void xs_html_facts_told(xs_html_facts *f, const unsigned char **list);

/* Takes words to find the page by that are not shown. */
void xs_html_facts_show(xs_html_facts *f, const char *text);

/* Takes a value that the page gives by its attributes; "title" and "date" are those of the page. */
void xs_html_facts_say(xs_html_facts *f, xs_said said, const char *name, const char *value);

/* Takes a piece of a script. */
void xs_html_facts_script(xs_html_facts *f, const char *text, size_t len);

/* How many words a page of this address may have to be no more than the way to another one; 0: it
 * leads nowhere. */
int xs_html_facts_moves(const xs_html_facts *f, const char *url);

/* Takes the language that an element says its contents have; "" for none. */
void xs_html_facts_language(xs_html_facts *f, const char *tag);

/* Fills title, language, versions, meta, date, noindex and a canonical url of the page, as far as they
 * were said; strings in `a`.  A title that the page has already stays. */
void xs_html_facts_fill(xs_page *page, xs_arena *a, const xs_html_facts *f);

#endif
