/* SPDX-License-Identifier: GPL-2.0-or-later */
/* route.c - the table of routes. */
#include "serve/route.h"

#include <string.h>

#include "serve/handlers.h"
#include "serve/site.h"

static xs_lane_id route_score_lane(const xs_call *c)
{
	(void)c;
	return XS_LANE_SCORE;
}

/* The lane of /search and the like: by the parameter `rerank`, the settings and the key. */
static xs_lane_id route_search_lane(const xs_call *c)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const char *q = xs_call_param(c, "q");
	bool on;

	if (c->no_rerank || !conf->rerank.enabled || !q || !q[strspn(q, " ")])
		return XS_LANE_SEARCH;
	/* What is wrong with the parameter, the handler says. */
	if (xs_call_switch(&on, c, "rerank", true) || !on)
		return XS_LANE_SEARCH;
	return XS_LANE_RERANK;
}

/* Sorted by method and path, for people; it is searched from the beginning, which costs nothing
 * beside a request. */
static const xs_route route_table[] = {
	{"GET", "/", xs_page_run, route_search_lane, xs_page_error, 0},
	{"GET", "/assets/", xs_asset_run, NULL, NULL, XS_ROUTE_OPEN | XS_ROUTE_NOW | XS_ROUTE_LIKE},
	{"GET", "/favicon.ico", xs_asset_run, NULL, NULL, XS_ROUTE_OPEN | XS_ROUTE_NOW},
	{"GET", "/healthz", xs_healthz_run, NULL, NULL, XS_ROUTE_OPEN | XS_ROUTE_NOW},
	{"GET", "/info", xs_tei_info_run, NULL, xs_tei_error, XS_ROUTE_SCORES | XS_ROUTE_EMBEDS},
	{"GET", "/metrics", xs_metrics_run, NULL, NULL, XS_ROUTE_METRICS},
	{"GET", "/opensearch.xml", xs_opensearch_run, NULL, NULL, XS_ROUTE_OPEN | XS_ROUTE_NOW},
	{"GET", "/readyz", xs_readyz_run, NULL, NULL, XS_ROUTE_OPEN},
	{"GET", "/search", xs_search_run, route_search_lane, NULL, 0},
	{"GET", "/similar", xs_similar_run, NULL, NULL, 0},
	{"GET", "/suggest", xs_suggest_run, NULL, NULL, 0},
	{"GET", "/v1/models", xs_models_run, NULL, xs_cohere_error,
	 XS_ROUTE_SCORES | XS_ROUTE_EMBEDS},
	{"GET", "/v1/models/", xs_models_one_run, NULL, xs_openai_error,
	 XS_ROUTE_SCORES | XS_ROUTE_EMBEDS | XS_ROUTE_LIKE},
	{"GET", "/xapian-search.js", xs_asset_run, NULL, NULL, XS_ROUTE_OPEN | XS_ROUTE_NOW},
	{"POST", "/click", xs_click_run, NULL, NULL, 0},
	{"POST", "/embed", xs_tei_embed_run, route_score_lane, xs_tei_error,
	 XS_ROUTE_EMBEDS | XS_ROUTE_JSON},
	{"POST", "/embeddings", xs_openai_embeddings_run, route_score_lane, xs_openai_error,
	 XS_ROUTE_EMBEDS | XS_ROUTE_JSON},
	{"POST", "/rerank", xs_tei_rerank_run, route_score_lane, xs_tei_error,
	 XS_ROUTE_SCORES | XS_ROUTE_JSON},
	{"POST", "/reranking", xs_tei_rerank_run, route_score_lane, xs_tei_error,
	 XS_ROUTE_SCORES | XS_ROUTE_JSON},
	{"POST", "/similarity", xs_tei_similarity_run, route_score_lane, xs_tei_error,
	 XS_ROUTE_EMBEDS | XS_ROUTE_JSON},
	{"POST", "/v1/embeddings", xs_openai_embeddings_run, route_score_lane, xs_openai_error,
	 XS_ROUTE_EMBEDS | XS_ROUTE_JSON},
	{"POST", "/v1/rerank", xs_cohere_v1_run, route_score_lane, xs_cohere_error,
	 XS_ROUTE_SCORES | XS_ROUTE_JSON},
	{"POST", "/v1/reranking", xs_cohere_v1_run, route_score_lane, xs_cohere_error,
	 XS_ROUTE_SCORES | XS_ROUTE_JSON},
	{"POST", "/v2/rerank", xs_cohere_v2_run, route_score_lane, xs_cohere_error,
	 XS_ROUTE_SCORES | XS_ROUTE_JSON},
};

enum { ROUTE_N = sizeof route_table / sizeof *route_table };

/* Compares as if each run of slashes in the path were one, and none stood at its end: a client adds its path
 * to a base address, which may end in one. */
static bool route_has(const xs_route *r, const char *path)
{
	const char *row = r->path;

	for (; *row; row++, path++) {
		while (path[0] == '/' && path[1] == '/')
			path++;
		if (*row != *path)
			return false;
	}
	return r->flags & XS_ROUTE_LIKE || !path[strspn(path, "/")];
}

const xs_route *xs_route_find(const xs_route **other, const char *method, const char *path)
{
	if (!strcmp(method, "HEAD"))
		method = "GET";
	*other = NULL;
	for (const xs_route *r = route_table; r < route_table + ROUTE_N; r++) {
		if (!route_has(r, path))
			continue;
		if (!strcmp(r->method, method))
			return r;
		*other = r;
	}
	return NULL;
}

xs_route_error *xs_route_errors(const char *path)
{
	while (path[0] == '/' && path[1] == '/')
		path++;
	/* A client that asks below these is one of Cohere's or Jina's. */
	return !strncmp(path, "/v1/", 4) || !strncmp(path, "/v2/", 4) ? xs_cohere_error : NULL;
}
