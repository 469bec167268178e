/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.h - a passage with all of its page that a hit shows, and its bytes in a Xapian document.
 *
 * Knows neither SQLite nor Xapian.  The bytes may come from another machine (a shard), so reading
 * trusts none of them. */
#ifndef XS_INDEX_RECORD_H
#define XS_INDEX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "index/pages/page.h"

typedef struct xs_record {
	uint64_t docid;	     /* the passage's number: in SQLite and in Xapian */
	uint64_t page;	     /* xs_record_page() */
	uint64_t vocabulary; /* of the tokens */
	int64_t ordinal;     /* of the passage in its page, from 0 */
	int64_t date;
	const char *url, *title, *heading, *anchor, *text, *path, *type, *language, *meta;
	const char *versions; /* xs_page.versions */
	const void *tokens;   /* token ids as xs_record_pack() makes them; NULL: none stored */
	size_t tokens_len;    /* bytes */
	/* To make a document; its bytes do not have them, and they are NULL and false when read: */
	const char *aside;   /* xs_page.aside */
	const char *weights; /* xs_passage.weights */
	const char *aliases; /* URLs of pages that are the same, one a line */
	bool links;	     /* xs_page.links */
} xs_record;

/* A page's number, the same in every shard: by its URL, so that copies that name one canonical URL are
 * one page; by its key where the URL does not say on which site it is. */
uint64_t xs_record_page(const char *key, const char *url);

/* Fills a record with a passage of the page of `key`; docid and tokens are the caller's to set.
 * Borrows all strings. */
void xs_record_fill(xs_record *out, const char *key, const xs_page *page, size_t ordinal);

/* A hash of what is embedded of a passage: title, heading and text.  Never 0. */
uint64_t xs_record_content(const xs_record *r);

/* Adds the bytes of a record; all but docid. */
void xs_record_put(xs_buf *out, const xs_record *r);

/* Reads them; strings live in `a`, tokens point into `bytes`.  XS_EFORMAT: damaged, or of a newer
 * release. */
int xs_record_get(xs_record *out, xs_arena *a, const void *bytes, size_t len);

/* Token ids as bytes (7 bits a byte, low first), and back: ids live in `a`.  Negative ids are
 * written as 0.  XS_EFORMAT: cut short, or a number that is no id. */
void xs_record_pack(xs_buf *out, const int32_t *ids, size_t n);
int xs_record_unpack(int32_t **ids, size_t *n, xs_arena *a, const void *bytes, size_t len);

#endif
