/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facet.h - what pages are counted by, and what they may be restricted to: type, section, language,
 * month, and fields of their metadata.
 *
 * Knows records, and nothing of Xapian.  A page's facets are one string of bytes: for each value a
 * letter, the value, and a NUL.  Letters: T type, S section, L language, D year and month
 * ("202405"), and from XS_FACET_META on the metadata fields in the order of the options. */
#ifndef XS_INDEX_FACET_H
#define XS_INDEX_FACET_H

#include <stddef.h>

#include "base/buf.h"
#include "index/record.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	XS_FACET_META = 'a',
	XS_FACET_FIELDS = 26, /* metadata fields, at most */
	XS_FACET_VALUES = 16, /* of one field of one page; others are left out */
	XS_FACET_ROOM = 120   /* bytes of a value; a longer one is left out */
};

/* Lists end with NULL; NULL is an empty one. */
typedef struct xs_facet_options {
	const char *const *fields; /* of the metadata */
	const char *const
		*roots; /* URLs below which sections begin; the longest that fits counts */
} xs_facet_options;

/* Adds the facets of a record's page.  In values, quotes are made apostrophes: they could not be
 * written in a question. */
void xs_facet_put(xs_buf *out, const xs_record *r, const xs_facet_options *o);

/* The section of a URL: its first folder below a root.  Points into `url`; *len 0: none. */
const char *xs_facet_section(size_t *len, const char *url, const char *const *roots);

#ifdef __cplusplus
}
#endif
#endif
