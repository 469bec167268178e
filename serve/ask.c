/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.c - parameters into a query, and what goes with it. */
#include "serve/ask.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <xxhash.h>

#include "plugin/pipeline.h"
#include "plugin/paging_token.h"
#include "plugin/query.h"
#include "serve/call_search.h"
#include "serve/site.h"

enum { ASK_TEXT = 4000 }; /* bytes of a question */

/* A word that is not known is refused: by the wrong order nobody sees that it was misspelt. */
static int ask_sort(bool *newest, const xs_call *c)
{
	const char *sort = xs_call_param(c, "sort");

	*newest = sort && !strcmp(sort, "date");
	if (*newest || !sort || !*sort || !strcmp(sort, "relevance"))
		return XS_OK;
	return xs_fail(XS_EINPUT, "sort: expected relevance or date, found \"%.40s\"", sort);
}

/* "on", "off", or names with commas between. */
static int ask_facets(xs_ask *a, xs_call *c, bool fallback)
{
	const char *text = xs_call_param(c, "facets");
	const char *const *all = xs_site_conf(c->site)->search.facets.items;
	size_t n = 0, len;
	const char **names;
	bool on;

	if (!text || !*text || xs_call_switch(&on, c, "facets", fallback) == XS_OK) {
		if (!text || !*text)
			on = fallback;
		a->facets = on ? all : NULL;
		return XS_OK;
	}
	/* No more names than bytes, and a NULL; checking goes on beside the reading, so that
	 * the error names the word. */
	names = xs_arena_array(c->arena, strlen(text) + 2, sizeof *names);
	for (; *text; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		if (len)
			names[n++] = xs_arena_dupn(c->arena, text, len);
		for (size_t i = 0; len && !names[n]; i++) {
			if (!all[i])
				return xs_fail(XS_EINPUT,
					       "facets: \"%.40s\" is not among search.facets",
					       names[n - 1]);
			if (!strcmp(all[i], names[n - 1]))
				break;
		}
	}
	a->facets = names;
	return XS_OK;
}

static void ask_warn(xs_query *q, const char *sentence)
{
	const char **all = xs_arena_array(xs_query_arena(q), q->n_warnings + 1, sizeof *all);

	if (q->n_warnings)
		memcpy(all, q->warnings, q->n_warnings * sizeof *all);
	all[q->n_warnings++] = xs_arena_dup(xs_query_arena(q), sentence);
	q->warnings = all;
}

/* A token that is of no use costs the promise that nothing comes twice, and that is told. */
static void ask_window(xs_ask *a, const xs_call *c)
{
	const char *token = xs_call_param(c, "window");
	xs_query *q = a->query;

	/* The token says what was shown on the pages before. Without it they are counted, and a
	 * change of the index shifts them. */
	q->offset = (size_t)a->n * (size_t)(a->page - 1);
	if (!token || !*token || xs_paging_token_read(q, token, q->offset) == XS_OK)
		return;
	ask_warn(q, xs_arena_printf(xs_query_arena(q),
				    "Results may have been shown before, or be missing: %s",
				    xs_error()));
}

int xs_ask_read(xs_ask *a, xs_call *c, bool facets)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const char *text = xs_call_param(c, "q"), *language = xs_call_param(c, "language");
	int rc;

	*a = (xs_ask){.text = text ? text : "",
		      .language = language ? language : "",
		      .page = 1,
		      .n = conf->search.results,
		      .rerank = true,
		      .search = ""};
	a->filters = xs_call_params(&a->n_filters, c, "filter");
	if ((rc = xs_call_number(&a->n, c, "n", conf->search.results, 1,
				 conf->search.max_results)) ||
	    (rc = xs_call_number(&a->page, c, "page", 1, 1, 100000)) ||
	    (rc = xs_call_switch(&a->rerank, c, "rerank", true)) ||
	    (rc = xs_call_switch(&a->explain, c, "explain", false)) ||
	    (rc = ask_sort(&a->newest, c)) || (rc = ask_facets(a, c, facets)))
		return rc;
	/* Last: an error page is to have the rest of what was asked. */
	if (strlen(a->text) > ASK_TEXT)
		return xs_fail(XS_EINPUT, "q: the question has %zu bytes; expected at most %d",
			       strlen(a->text), ASK_TEXT);
	return XS_OK;
}

static int ask_count(xs_ask *a, xs_call *c)
{
	const xs_query *q = a->query;
	xs_facet_request request = {.text = xs_query_searched(q),
				    .filters = q->filters,
				    .n_filters = q->n_filters,
				    .names = a->facets};
	xs_index *ix;
	int rc = xs_site_take(&ix, c->site);

	if (rc != XS_OK)
		return rc;
	request.added = xs_query_added(&request.n_added, q);
	rc = xs_index_facets(&a->counted, xs_query_arena(q), ix, &request);
	xs_site_give(c->site, ix, rc);
	return rc;
}

/* Keys with the same conditions share their past questions. The hash hides the conditions,
 * which may name what nobody should know of, from the log. */
const char *xs_ask_scope(xs_call *c)
{
	uint64_t hash = 0;

	if (!c->n_filters)
		return "";
	for (size_t i = 0; i < c->n_filters; i++)
		hash = XXH3_64bits_withSeed(c->filters[i], strlen(c->filters[i]), hash);
	return xs_arena_printf(c->arena, "%016" PRIx64, hash);
}

static void ask_log(xs_ask *a, xs_call *c)
{
	xs_query_log *log = xs_site_log(c->site);
	const xs_query *q = a->query;
	xs_query_entry e = {.at = time(NULL),
			    .query = q->text,
			    .scope = xs_ask_scope(c),
			    .results = q->n_pages,
			    .misspelt = q->corrected != NULL,
			    .page = (size_t)a->page,
			    .ms = a->ms,
			    .rerank = xs_rerank_status_name(q->rerank.status)};

	/* Without a random name no click could be told of, and a name that can be guessed would
	 * let anybody add clicks. GRND_NONBLOCK: a machine that has just booted serves without
	 * the log rather than not at all. */
	if (!log || getrandom(&e.search, sizeof e.search, GRND_NONBLOCK) != sizeof e.search)
		return;
	a->search = xs_arena_printf(c->arena, "%016" PRIx64, e.search);
	xs_query_log_add(log, &e);
}

int xs_ask_run(xs_ask *a, xs_call *c)
{
	int64_t begin = xs_clock_ns();
	xs_query *q = a->query = xs_query_new();
	int rc;

	xs_call_query(c, q);
	q->text = a->text;
	q->n = (size_t)a->n;
	q->newest = a->newest;
	q->explain = a->explain;
	q->no_rerank = q->no_rerank || !a->rerank;
	q->languages = *a->language ? a->language : xs_call_header(c, "Accept-Language");
	ask_window(a, c);
	/* Counted after the search: an index that cannot be searched cannot be counted, and the
	 * time of counting is told. */
	rc = xs_call_search(c, q);
	if (rc == XS_OK && a->facets)
		rc = ask_count(a, c);
	if (rc != XS_OK)
		return rc;
	a->ms = xs_clock_ms(begin);
	a->window = xs_paging_token_write(q);
	ask_log(a, c);
	return XS_OK;
}

void xs_ask_end(xs_ask *a)
{
	xs_query_free(a->query);
	a->query = NULL;
}
