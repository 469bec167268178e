/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search_suggest.c - `search --suggest`: what may be meant by a text typed so far. */
#include <stdio.h>

#include "base/clock.h"
#include "cmd/print.h"
#include "cmd/search.h"
#include "plugin/extras.h"
#include "plugin/json.h"

/* From titles and headings alone.  The server's suggestions have questions of others too; here is no
 * log to ask. */
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
