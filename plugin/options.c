/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c - settings made into what index/ takes. */
#include "plugin/options.h"

#include <string.h>

/* The fields of metadata among the facets. */
static const char *const *options_facets(const xs_conf *conf, xs_arena *a)
{
	const xs_conf_list *all = &conf->search.facets;
	const char **out = xs_arena_array(a, all->n + 1, sizeof *out);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		/* Every page has the other facets; fields of its metadata have to be named. */
		if (strncmp(all->items[i], "meta.", 5) == 0)
			out[n++] = all->items[i] + 5;
	return out;
}

/* The folder in which a site begins that is crawled. */
static const char *options_folder(const char *start, xs_arena *a)
{
	const char *host = strstr(start, "://"), *slash = strrchr(start, '/');

	return host && slash > host + 2 ? xs_arena_dupn(a, start, (size_t)(slash - start) + 1)
					: start;
}

/* Where sections begin: the roots of the site and of its sources. */
static const char *const *options_roots(const xs_conf *conf, xs_arena *a)
{
	const char **out = xs_arena_array(a, conf->sources.n + 2, sizeof *out);
	size_t n = 0;

	if (*conf->site.url)
		out[n++] = conf->site.url;
	for (size_t i = 0; i < conf->sources.n; i++)
		if (*conf->sources.items[i].url)
			out[n++] = conf->sources.items[i].url;
		else if (*conf->sources.items[i].crawl)
			out[n++] = options_folder(conf->sources.items[i].crawl, a);
	return out;
}

xs_index_options xs_options_index(const xs_conf *conf, const char *path, xs_arena *a)
{
	return (xs_index_options){
		.path = path,
		.language = conf->index.language,
		.shards = conf->index.shards.n ? conf->index.shards.items : NULL,
		.title_weight = conf->index.title_weight,
		.heading_weight = conf->index.heading_weight,
		.facets = options_facets(conf, a),
		.roots = options_roots(conf, a),
		/* index/ knows no settings: all that it takes from them is listed here. */
		.threads = (unsigned)conf->index.threads,
		.page = {.max_bytes = (size_t)conf->index.max_page_bytes,
			 .passage_words = conf->index.passage_words,
			 .passage_overlap = conf->index.passage_overlap,
			 .reader = {.seconds = conf->index.document_seconds,
				    .memory = conf->index.document_memory}},
		.batch_pages = (size_t)conf->index.batch_pages,
	};
}
