/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page.h - a page as the index sees it: what it says, cut in passages.
 *
 * Plain data, no functions.  Whoever fills a page puts its strings in one arena; no string here is
 * NULL, and all are well-formed UTF-8 without NULs (but for `path`, which is what the system gave). */
#ifndef XS_INDEX_PAGES_PAGE_H
#define XS_INDEX_PAGES_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much a word of the text counts, in quarters: XS_WEIGHT_ONE, unless its author says otherwise. */
enum { XS_WEIGHT_ONE = 4, XS_WEIGHT_MAX = 40 };

/* The unit of retrieval: about 180 words under one heading. */
typedef struct xs_passage {
	const char *heading; /* path below the title, "Chapter > Section"; "" for none */
	const char *anchor;  /* id in the page to link to; "" for its top */
	const char *text;    /* words with single spaces between; may be "" */
	const char
		*weights; /* "AT LEN WEIGHT" a line: bytes of the text that count more or less, in
			      * its order; "" for none */
} xs_passage;

typedef struct xs_page {
	const char *url;      /* the canonical URL where the page names one; not always unique */
	const char *title;    /* "" only if the file has no name either, or a JSON line says so */
	const char *path;     /* of the file, relative to the source's folder; "" for a JSON line */
	const char *type;     /* "html", "markdown", "text", "pdf" and so on (kind.c) */
	const char *language; /* ISO 639 code in lower case, "en"; "" when unknown */
	const char *meta;     /* text of a JSON object, "{}" */
	const char *aside; /* words to find it by that are not shown: its description, what pictures
			       * show; "" for none */
	const char
		*versions; /* "LANGUAGE URL" a line: the page in all of its languages, itself among
			       * them, as hreflang names them; "" where it has no other */
	uint64_t sketch;   /* of its words (sketch.h) */
	int64_t size;	   /* bytes of the file or line */
	int64_t mtime;	   /* of the file, seconds since 1970 */
	int64_t date;	   /* of the contents, seconds since 1970; 0: unknown */
	uint64_t hash[2];  /* XXH3_128bits of the bytes: low64, high64 */
	bool noindex;	   /* the page asks not to be indexed; it has no passages then */
	bool stub;	   /* it only leads to another page; noindex is set as well */
	bool links;	   /* most of its text is links: an index, a table of contents */
	xs_passage *passages; /* in the page's order; at least one unless noindex */
	size_t n;
	const char *address; /* that its front matter asks for (address.h); NULL: none */
	const char *place;   /* what notes call the page: its file, or FILE:LINE */
	const char **notes;  /* sentences about what was wrong and left out (note.h) */
	size_t n_notes;
} xs_page;

/* The process that reads a document which is no text (reader.h). */
typedef struct xs_reader {
	const char *program; /* which is started; NULL: there is none */
	int seconds;	     /* that it may take */
	int64_t memory;	     /* bytes that it may take */
} xs_reader;

/* How pages are read and cut. */
typedef struct xs_page_options {
	size_t max_bytes;    /* a larger page is an error (setting index.max_page_bytes) */
	int passage_words;   /* words of a passage, about; at least 1 */
	int passage_overlap; /* words that neighbours under one heading share, about; less than
			      * half of passage_words */
	const char *const *keep, *const *drop; /* xs_source.keep_elements, .drop_elements: a
						* source sets them for its pages */
	xs_reader reader;
} xs_page_options;

#endif
