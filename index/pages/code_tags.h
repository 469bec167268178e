/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_tags.h - the functions, classes and methods of source code, as Universal Ctags finds them. */
#ifndef XS_INDEX_PAGES_CODE_TAGS_H
#define XS_INDEX_PAGES_CODE_TAGS_H

#include "base/arena.h"
#include "index/pages/page.h"

typedef struct xs_code_tag {
	const char *name; /* as it is written, "boil" */
	const char *
		scope; /* what it is in, as the language writes it, "kettle::Pot"; "" for nothing */
	size_t line, end; /* its first line, counted from 1, and its last; 0: not known */
} xs_code_tag;

/* Finds them by ctags; `name` of the file tells the language.  Sorted by line, each with one at most.  In `a`.
 * XS_EUNSUPPORTED: ctags cannot be run; else as xs_filter_run().  Sentences begin with `place`. */
int xs_code_tags_find(xs_code_tag **out, size_t *n, xs_arena *a, const char *place,
		      const char *name, const char *bytes, size_t len, const xs_page_options *o);

/* The same of what ctags wrote.  What is none of its JSON is passed over. */
void xs_code_tags_parse(xs_code_tag **out, size_t *n, xs_arena *a, const char *json, size_t len);

#endif
