/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.h - the parts of the command `search`: facets, suggestions, similar pages. */
#ifndef XS_CMD_SEARCH_H
#define XS_CMD_SEARCH_H

#include <jansson.h>

#include "cmd/cmd.h"
#include "index/index.h"
#include "index/query.h"
#include "plugin/plugin.h"

typedef struct search_filters {
	const char *const *items;
	size_t n;
} search_filters;

/* Counts the pages that a query matches, which has run, by search.facets; in its arena. */
int search_facets(xs_facets *out, const xs_query *q, const xs_cmd *c, xs_index *ix);
/* Prints them, a line each. */
void search_facets_print(const xs_facets *f, bool colour);

/* Prints what may be meant by a text typed so far, or pages like that of a URL; exit codes. */
int search_suggest(xs_cmd *c, xs_index *ix, const char *text, search_filters filters, size_t n,
		   bool json);
int search_similar(xs_cmd *c, xs_index *ix, const char *url, search_filters filters, size_t n,
		   bool json);

#endif
