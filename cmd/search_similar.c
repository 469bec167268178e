/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search_similar.c - `search --similar`: pages like the page of a URL. */
#include <stdio.h>

#include "cmd/print.h"
#include "cmd/search.h"
#include "plugin/extras.h"

/* An unknown page is no error: as with a search, nothing was found. */
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
		print_json(json_pack("{s:s, s:s, s:o}", "url", url, "by",
				     xs_extras_similar_by(&found), "similar",
				     xs_extras_pages(&found)));
	for (size_t i = 0; i < found.n_pages && !json; i++) {
		printf("%2zu. ", i + 1);
		/* A page without a title is shown by its address. */
		print_styled(c->colour, PRINT_BOLD,
			     *found.hits[i].title ? found.hits[i].title : found.hits[i].url);
		fputs("\n    ", stdout);
		print_styled(c->colour, PRINT_LINK, found.hits[i].url);
		putchar('\n');
	}
	return found.n_pages ? CMD_OK : CMD_NONE;
}
