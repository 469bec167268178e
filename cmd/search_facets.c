/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search_facets.c - counts of a question's pages by type, section and the like. */
#include <inttypes.h>
#include <stdio.h>

#include "cmd/print.h"
#include "cmd/search.h"
#include "plugin/query.h"

/* A query of its own beside the search: it counts all pages that match, not the candidates. */
int search_facets(xs_facets *out, const xs_query *q, const xs_cmd *c, xs_index *ix)
{
	xs_facet_request request = {
		.text = xs_query_searched(q),
		.filters = q->filters,
		.n_filters = q->n_filters,
		.names = c->conf->search.facets.items,
	};

	request.added = xs_query_added(&request.n_added, q);
	return xs_index_facets(out, xs_query_arena(q), ix, &request);
}

/* A facet without values is left out: the line would only say that the site does not use it. */
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
		/* Dots say that there are more values than are listed. */
		puts(facet->more ? ", ..." : "");
	}
}
