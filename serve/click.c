/* SPDX-License-Identifier: GPL-2.0-or-later */
/* click.c - POST /click: which result of a search was chosen.  Nothing is noted of who chose. */
#include <stdlib.h>
#include <string.h>

#include "index/query_log.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

int xs_click_run(xs_call *c)
{
	const char *search = xs_call_param(c, "s"), *url = xs_call_param(c, "u");
	unsigned long long name;
	char *end;
	long rank;
	int rc = xs_call_number(&rank, c, "r", 1, 1, 1000000);

	if (rc != XS_OK)
		return rc;
	name = search ? strtoull(search, &end, 16) : 0;
	if (!search || strlen(search) != 16 || *end)
		return xs_fail(XS_EINPUT,
			       "s: expected the name of a search, \"search\" in its reply");
	if (!url || !*url)
		return xs_fail(XS_EINPUT, "u: the address of a result is missing");
	xs_query_log_click(xs_site_log(c->site), name, url, (size_t)rank);
	return xs_reply_bytes(c, 204, NULL, "", 0);
}
