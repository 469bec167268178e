/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.h - what the named values of a page mean: of front matter and of JSON lines alike.
 *
 * Names are compared without regard to case.  A value of a kind that cannot be used is told (note.h). */
#ifndef XS_INDEX_PAGES_FIELDS_H
#define XS_INDEX_PAGES_FIELDS_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "index/pages/page.h"

/* What is laid over what the page's own markup says. */
typedef struct xs_fields {
	const char *language; /* "": not given */
	int64_t date;	      /* 0: not given */
} xs_fields;

/* Takes out of the object `values` what has a place of its own:
 *
 *	title                               text or a number
 *	language, lang, locale
 *	date, published …, updated …        the first that can be read (fields.c has the list)
 *	draft, unlisted, noindex, search_exclude, exclude_from_search: true;
 *	published, search, pagefind: false; search: {exclude: true}; robots: noindex
 *	                                    the page is not indexed
 *
 * Title and noindex are set in the page, the rest in `out`.  Strings live in `a`. */
void xs_fields_take(xs_fields *out, xs_page *page, xs_arena *a, json_t *values);

/* Takes the page's address (permalink, url or slug) into page->address. */
void xs_fields_address(xs_page *page, xs_arena *a, json_t *values);

/* Sets language and date where they are given, and adds what is left in `values` to page->meta; of tags,
 * keywords and categories a text with commas becomes a list. */
void xs_fields_lay(xs_page *page, xs_arena *a, const xs_fields *f, json_t *values);

/* A text, a number or a truth value as text in `a`; NULL: something else. */
const char *xs_fields_text(xs_arena *a, const json_t *value);

#endif
