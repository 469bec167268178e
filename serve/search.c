/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.c - GET /search: results as JSON. */
#include "plugin/answer.h"
#include "plugin/extras.h"
#include "plugin/json.h"
#include "serve/ask.h"
#include "serve/handlers.h"
#include "serve/reply.h"

static json_t *search_texts(const char *const *texts, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, xs_json_text(texts[i]));
	return out;
}

static json_t *search_json(const xs_ask *a)
{
	const xs_query *q = a->query;
	json_t *out = xs_answer_json(q, a->ms);

	json_object_set_new(out, "page", json_integer(a->page));
	json_object_set_new(out, "n", json_integer(a->n));
	json_object_set_new(out, "sort", json_string(a->newest ? "date" : "relevance"));
	json_object_set_new(out, "filters", search_texts(a->filters, a->n_filters));
	json_object_set_new(out, "window", json_string(a->window));
	json_object_set_new(out, "search", json_string(a->search));
	if (a->facets) {
		json_object_set_new(out, "facets", xs_extras_facets(&a->counted));
		json_object_set_new(out, "results", json_integer((json_int_t)a->counted.pages));
	}
	if (a->explain)
		json_object_set_new(out, "terms", search_texts(q->terms, q->n_terms));
	return out;
}

int xs_search_run(xs_call *c)
{
	xs_ask a;
	int rc = xs_ask_read(&a, c, false);

	/* Missing is a mistake; empty is a search for nothing, which has its answer. */
	if (rc == XS_OK && !xs_call_param(c, "q"))
		rc = xs_fail(XS_EINPUT, "q: the question is missing");
	if (rc == XS_OK)
		rc = xs_ask_run(&a, c);
	if (rc == XS_OK)
		rc = xs_reply_json(c, 200, search_json(&a));
	xs_ask_end(&a);
	return rc;
}
