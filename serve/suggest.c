/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suggest.c - GET /suggest: how what is typed may go on. */
#include <string.h>
#include <strings.h>

#include "index/query_log.h"
#include "plugin/json.h"
#include "serve/ask.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

/* A list that is taken in at a glance; at most three of it are past questions, so that titles
 * of pages have their place. What is typed beyond 200 bytes is no beginning of a question any
 * more. */
enum { SUGGEST_N = 8, SUGGEST_MOST = 20, SUGGEST_TEXT = 200, SUGGEST_PAST = 3 };

typedef struct suggest_list {
	json_t *items, *texts;
	size_t n, room;
} suggest_list;

static void suggest_add(suggest_list *l, const char *text, const char *kind, const char *url,
			const char *anchor)
{
	if (l->n == l->room)
		return;
	for (size_t i = 0; i < l->n; i++)
		/* A question and a title that differ in case alone are one line to the reader. */
		if (!strcasecmp(json_string_value(json_array_get(l->texts, i)), text))
			return;
	json_array_append_new(l->texts, xs_json_text(text));
	json_array_append_new(l->items,
			      json_pack("{s:o, s:s, s:o, s:o}", "text", xs_json_text(text), "kind",
					kind, "url", xs_json_text(url), "anchor",
					xs_json_text(anchor)));
	l->n++;
}

/* Questions that were asked before under the same conditions: their words may tell of pages, so they are
 * for nobody else, nor for a search within some pages. */
static void suggest_past(suggest_list *l, xs_call *c, const char *text, size_t n_filters)
{
	const char *past[SUGGEST_PAST];
	xs_query_log *log = xs_site_log(c->site);
	size_t n = 0;

	if (log && n_filters == c->n_filters)
		n = xs_query_log_past(past, SUGGEST_PAST, c->arena, log, xs_ask_scope(c), text,
				      xs_site_conf(c->site)->search.suggest_after);
	for (size_t i = 0; i < n; i++)
		suggest_add(l, past[i], "question", "", "");
}

static int suggest_names(suggest_list *l, xs_call *c, const xs_suggest_request *request)
{
	xs_suggestions found;
	xs_index *ix;
	int rc = xs_site_take(&ix, c->site);

	if (rc != XS_OK)
		return rc;
	rc = xs_index_suggest(&found, c->arena, ix, request);
	xs_site_give(c->site, ix, rc);
	for (size_t i = 0; rc == XS_OK && i < found.n; i++)
		suggest_add(l, found.items[i].text, *found.items[i].anchor ? "heading" : "title",
			    found.items[i].url, found.items[i].anchor);
	return rc;
}

int xs_suggest_run(xs_call *c)
{
	int64_t begin = xs_clock_ns();
	const char *text = xs_call_param(c, "q"), *form = xs_call_param(c, "form");
	xs_suggest_request request = {.text = text ? text : ""};
	suggest_list l = {0};
	long n;
	int rc = xs_call_number(&n, c, "n", SUGGEST_N, 1, SUGGEST_MOST);

	if (rc == XS_OK && strlen(request.text) > SUGGEST_TEXT)
		rc = xs_fail(XS_EINPUT, "q: expected at most %d bytes", SUGGEST_TEXT);
	if (rc != XS_OK)
		return rc;
	request.filters = xs_call_filters(&request.n_filters, c);
	request.n = l.room = (size_t)n;
	l.items = json_array();
	l.texts = json_array();
	/* Questions before titles: others wanted to know that, with these words. */
	suggest_past(&l, c, request.text, request.n_filters);
	rc = suggest_names(&l, c, &request);
	if (rc == XS_OK && form && !strcmp(form, "opensearch")) {
		rc = xs_reply_json(c, 200,
				   json_pack("[o, O]", xs_json_text(request.text), l.texts));
		/* The form that browsers ask for (opensearch.xml names it): a list of the text
		 * and its completions. */
		c->reply.type = "application/x-suggestions+json";
	} else if (rc == XS_OK) {
		rc = xs_reply_json(c, 200,
				   json_pack("{s:o, s:O, s:o}", "query", xs_json_text(request.text),
					     "suggestions", l.items, "ms",
					     xs_json_ms(xs_clock_ms(begin))));
	}
	json_decref(l.items);
	json_decref(l.texts);
	return rc;
}
