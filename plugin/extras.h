/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extras.h - what stands beside the hits, as JSON: facets, suggestions, similar pages. */
#ifndef XS_PLUGIN_EXTRAS_H
#define XS_PLUGIN_EXTRAS_H

#include <jansson.h>

#include "index/query.h"

/* [{"name", "values": [{"value", "filter", "pages"}], "more"}].  The caller gives the references
 * back. */
json_t *xs_extras_facets(const xs_facets *f);

/* [{"text", "url", "anchor"}] */
json_t *xs_extras_suggestions(const xs_suggestions *s);

/* [{"url", "title", "heading", "anchor", "type", "language", "score"}], a page each. */
json_t *xs_extras_pages(const xs_search_result *r);

/* By what xs_index_similar() found them: "meaning" or "words".  Static. */
const char *xs_extras_similar_by(const xs_search_result *r);

#endif
