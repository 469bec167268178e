/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extras.c - what stands beside the hits, as JSON. */
#include "plugin/extras.h"

#include "plugin/json.h"

/* `filter` is given ready for the query language: a client need not quote a value itself. */
json_t *xs_extras_facets(const xs_facets *f)
{
	json_t *out = json_array();

	for (size_t i = 0; i < f->n; i++) {
		const xs_facet *facet = &f->items[i];
		json_t *values = json_array();

		for (size_t k = 0; k < facet->n; k++) {
			const xs_facet_value *v = &facet->values[k];

			json_array_append_new(values, json_pack("{s:o, s:o, s:I}", "value",
								xs_json_text(v->value), "filter",
								xs_json_text(v->filter), "pages",
								(json_int_t)v->pages));
		}
		json_array_append_new(out, json_pack("{s:s, s:o, s:b}", "name", facet->name,
						     "values", values, "more", facet->more));
	}
	return out;
}

json_t *xs_extras_suggestions(const xs_suggestions *s)
{
	json_t *out = json_array();

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(out, json_pack("{s:o, s:o, s:o}", "text",
						     xs_json_text(s->items[i].text), "url",
						     xs_json_text(s->items[i].url), "anchor",
						     xs_json_text(s->items[i].anchor)));
	return out;
}

/* Fewer fields than a hit has: there was no question, so there are no snippet and no scores of it. */
json_t *xs_extras_pages(const xs_search_result *r)
{
	json_t *out = json_array();

	/* The first of the hits: one for each page (query.h). */
	for (size_t i = 0; i < r->n_pages; i++) {
		const xs_hit *h = &r->hits[i];

		json_array_append_new(out, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:f}", "url",
						     xs_json_text(h->url), "title",
						     xs_json_text(h->title), "heading",
						     xs_json_text(h->heading), "anchor",
						     xs_json_text(h->anchor), "type",
						     xs_json_text(h->type), "language",
						     xs_json_text(h->language), "score", h->score));
	}
	return out;
}

const char *xs_extras_similar_by(const xs_search_result *r)
{
	return r->meaning == XS_MEANING_DONE ? "meaning" : "words";
}
