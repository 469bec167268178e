/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.h - a search as a request asks for it, for the page and for JSON alike.
 *
 * Knows parameters and queries, nothing of how the answer is written. */
#ifndef XS_SERVE_ASK_H
#define XS_SERVE_ASK_H

#include "index/query.h"
#include "plugin/plugin.h"
#include "serve/call.h"

/* All lives in the call's arena or the query's. */
typedef struct xs_ask {
	const char *text; /* as it was asked; "": nothing was */
	const char *
		language; /* the parameter, what the visitor reads; "": the browser's header says it */
	const char *const *filters; /* that the request names: not those of its key */
	size_t n_filters;
	long n, page;
	bool newest, rerank, explain;
	const char *const *facets; /* names, ends with NULL; NULL: none are counted */

	xs_query *query; /* after xs_ask_run() */
	xs_facets counted;
	const char *window; /* the token for further pages of results (plugin/paging_token.h) */
	const char *
		search; /* a random name of this search, to tell of clicks on its results; "" if none
			     * are kept */
	double ms;
} xs_ask;

/* Reads q, n, page, window, language, filter, sort, rerank, explain and facets; `facets` is what counts where the
 * request does not say.  The caller ends it, also after a failure.  XS_EINPUT. */
int xs_ask_read(xs_ask *a, xs_call *c, bool facets);
/* Runs it, counts what is to be counted, and tells the log of questions.  Codes of xs_call_search(). */
int xs_ask_run(xs_ask *a, xs_call *c);
void xs_ask_end(xs_ask *a);

/* The scope in the log of questions of what this call asks and may be told. */
const char *xs_ask_scope(xs_call *c);

#endif
