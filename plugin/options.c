/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c - settings made into what index/ takes. */
#include "plugin/options.h"

xs_index_options xs_options_index(const xs_conf *conf, const char *path)
{
	return (xs_index_options){
		.path = path,
		.language = conf->index.language,
		.shards = conf->index.shards.n ? conf->index.shards.items : NULL,
		.title_weight = conf->index.title_weight,
		.heading_weight = conf->index.heading_weight,
		.threads = (unsigned)conf->index.threads,
		.page = {.max_bytes = (size_t)conf->index.max_page_bytes,
			 .passage_words = conf->index.passage_words,
			 .passage_overlap = conf->index.passage_overlap},
		.batch_pages = (size_t)conf->index.batch_pages,
	};
}
