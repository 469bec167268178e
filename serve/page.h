/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page.h - pieces of the search page; for the files page*.c alone. */
#ifndef XS_SERVE_PAGE_H
#define XS_SERVE_PAGE_H

#include "base/buf.h"
#include "serve/ask.h"

/* A page that is being written. */
typedef struct xs_page_out {
	xs_buf b;
	xs_call *call;
	const xs_ask *ask; /* as it was run */
	const char *name;  /* of the site */
} xs_page_out;

/* What a link to the same search changes. */
typedef struct page_change {
	const char *text;   /* another question */
	const char *filter; /* one more condition */
	const char *sort;   /* another order */
	size_t without;	    /* leaves out that condition, from 1; 0: none */
	bool all;	    /* leaves out all conditions */
	long page;	    /* of results; 0: the first */
	bool scores;	    /* with the scores */
} page_change;

/* Adds the address of the same search with a change, escaped. */
void page_link(xs_page_out *p, const page_change *change);

/* Adds to an address the key that the request brought as a parameter, if it did. */
void page_key(xs_page_out *p);

/* Adds the results of a search, with all that stands around them. */
void page_results(xs_page_out *p);

/* Adds the facets that tell results apart. */
void page_facets(xs_page_out *p);
/* Whether there are any. */
bool page_has_facets(const xs_ask *a);

#endif
