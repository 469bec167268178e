/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kind.h - the kinds of file that pages are read from, in one table.
 *
 * A further format is one row in kind.c, one file that reads it, and its word among those of
 * `sources.type` in conf/table.c (t_source.c compares both).  Knows nothing of folders. */
#ifndef XS_INDEX_PAGES_KIND_H
#define XS_INDEX_PAGES_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "index/pages/filter.h"
#include "index/pages/page.h"

typedef struct xs_source xs_source;	      /* source.h */
typedef struct xs_source_item xs_source_item; /* source.h */
typedef struct xs_items xs_items;	      /* jsonl.h */

/* Fills a page from a whole file, as xs_html_page() does. */
typedef int xs_kind_read(xs_page *page, xs_arena *a, const char *bytes, size_t len,
			 const xs_page_options *o);

/* Lists the pages of a file that has many, as xs_jsonl_walk() does. */
typedef int xs_kind_list(xs_items *items, xs_arena *a, const xs_source_item *file);

/* Fills a page from the bytes of one of these, as xs_jsonl_page() does. */
typedef int xs_kind_take(xs_page *page, xs_arena *a, const xs_source *s, const xs_source_item *item,
			 const char *bytes, size_t len, const xs_page_options *o);

typedef struct xs_kind {
	const char *name;	/* a word of the setting sources.type */
	const char *title;	/* for people: "JSON lines" */
	const char *page_type;	/* xs_page.type, unless the reader sets another */
	const char *extensions; /* in lower case, with spaces between */
	const char *mimes; /* types that libmagic gives it, likewise; "": contents do not tell */
	int number; /* part of the hash by which an unchanged page is known (index/update.c): another
		     * number makes all pages of the kind be read again */
	bool declares; /* names its character set as HTML does */
	bool apart;    /* a process of its own reads it (reader.h) */
	bool text;     /* but it is text, in whatever encoding */
	bool untitled; /* has no title, whatever its headings are: that is the file's name */
	bool asked; /* is read only where sources.type says so; has its path for a title and an address */
	const xs_filter
		*filter;    /* a program whose output `read` gets; NULL: that is the file itself */
	xs_kind_read *read; /* NULL: it is read apart, or the two below */
	xs_kind_list *list; /* of a file that has many pages; else NULL */
	xs_kind_take *take;
} xs_kind;

/* Row `i` of the table; NULL after the last. */
const xs_kind *xs_kind_at(size_t i);

/* The kind of that name; NULL: there is none. */
const xs_kind *xs_kind_named(const char *name);

/* The extension of a file that people read, as "pdf", of a kind that is not read here; NULL: it is none.
 * Static. */
const char *xs_kind_other(const char *path);

/* Whether it is the kind that a file's extension says (case does not count). */
bool xs_kind_has(const xs_kind *kind, const char *path);

/* The kind that a file's extension says, unless it has to be asked for; NULL: it says none.  Then *known tells
 * whether it is an extension of what people do not read as a page. */
const xs_kind *xs_kind_extension(bool *known, const char *path);

/* The kind of a MIME type; NULL: none. */
const xs_kind *xs_kind_mime(const char *type);

/* All names ("html, markdown, text or jsonl"), or titles, for a sentence.  In `a`. */
const char *xs_kind_names(xs_arena *a, bool titles);

#endif
