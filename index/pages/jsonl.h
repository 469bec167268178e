/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jsonl.h - pages from a file with a JSON object a line.
 *
 * Keys: "url" (or "_id", or "id"), a text or a number, which is needed and unique in the file; "html",
 * else "text": a text, a number, or a list of them, which are paragraphs; and what fields.h says.  All
 * others go to meta as they are.  A value that is of no use is told by line (note.h).  Empty lines are
 * passed over, and so is a byte order mark at the beginning. */
#ifndef XS_INDEX_PAGES_JSONL_H
#define XS_INDEX_PAGES_JSONL_H

#include "base/arena.h"
#include "base/error.h"
#include "index/pages/source.h"

/* An array of items that grows; malloc'ed, its strings in an arena. */
struct xs_items {
	xs_source_item *list;
	size_t n, cap;
};

/* A new item at the end, zeroed.  Valid until the next call. */
xs_source_item *xs_items_add(xs_items *items);

/* Adds an item for each line of file->path; `file` has path, rel and times.  A line that is
 * damaged, longer than 256 MiB or without URL becomes an item with an error that names file, line and
 * column.  XS_EIO: the file cannot be read (to its end). */
int xs_jsonl_walk(xs_items *items, xs_arena *a, const xs_source_item *file);

/* Fills the page from one line, as xs_source_load(). */
int xs_jsonl_page(xs_page *page, xs_arena *a, const xs_source *s, const xs_source_item *item,
		  const char *line, size_t len, const xs_page_options *o);

#endif
