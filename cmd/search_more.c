/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search_more.c - what `search` does beside asking. */
#include "cmd/search_more.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "cmd/print.h"
#include "plugin/extras.h"
#include "plugin/json.h"

int search_facets(xs_facets *out, xs_arena *a, const xs_cmd *c, xs_index *ix, const char *text,
		  search_filters filters)
{
	xs_facet_request request = {
		.text = text,
		.filters = filters.items,
		.n_filters = filters.n,
		.names = c->conf->search.facets.items,
	};

	return xs_index_facets(out, a, ix, &request);
}

void search_facets_print(const xs_facets *f, bool colour)
{
	for (size_t i = 0; i < f->n; i++) {
		const xs_facet *facet = &f->items[i];

		if (!facet->n)
			continue;
		print_styled(colour, PRINT_BOLD, facet->name);
		putchar(':');
		for (size_t k = 0; k < facet->n; k++) {
			fputs(k ? ", " : " ", stdout);
			print_text(stdout, facet->values[k].value);
			printf(" (%" PRIu64 ")", facet->values[k].pages);
		}
		puts(facet->more ? ", ..." : "");
	}
}

int search_suggest(xs_cmd *c, xs_index *ix, const char *text, search_filters filters, size_t n,
		   bool json)
{
	xs_suggest_request request = {.text = text,
				      .filters = filters.items,
				      .n_filters = filters.n,
				      .n = n};
	int64_t begin = xs_clock_ns();
	xs_suggestions found;
	int rc = xs_index_suggest(&found, c->arena, ix, &request);

	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (json)
		print_json(json_pack("{s:o, s:o}", "suggestions", xs_extras_suggestions(&found),
				     "ms", xs_json_ms(xs_clock_ms(begin))));
	for (size_t i = 0; i < found.n && !json; i++) {
		print_text(stdout, found.items[i].text);
		putchar('\n');
	}
	return found.n ? CMD_OK : CMD_NONE;
}

int search_similar(xs_cmd *c, xs_index *ix, const char *url, search_filters filters, size_t n,
		   bool json)
{
	xs_similar_request request = {.url = url,
				      .filters = filters.items,
				      .n_filters = filters.n,
				      .n = n};
	xs_search_result found;
	int rc = xs_index_similar(&found, c->arena, ix, &request);

	if (rc == XS_ENOTFOUND) {
		cmd_say(c, "xapian-search: the index has no page %s", url);
		return CMD_NONE;
	}
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (json)
		print_json(json_pack("{s:s, s:o}", "url", url, "similar", xs_extras_pages(&found)));
	for (size_t i = 0; i < found.n_pages && !json; i++) {
		printf("%2zu. ", i + 1);
		print_styled(c->colour, PRINT_BOLD,
			     *found.hits[i].title ? found.hits[i].title : found.hits[i].url);
		fputs("\n    ", stdout);
		print_styled(c->colour, PRINT_LINK, found.hits[i].url);
		putchar('\n');
	}
	return found.n_pages ? CMD_OK : CMD_NONE;
}
