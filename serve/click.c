/* SPDX-License-Identifier: GPL-2.0-or-later */
/* click.c - POST /click: which result of a search was chosen.  Nothing is noted of who chose.
 *
 * Its fields come in the query string (the attribute `ping` and sendBeacon() send no others), as a form, or as
 * JSON. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <microhttpd.h>

#include "index/query.h"
#include "index/query_log.h"
#include "serve/body.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

typedef struct click {
	const char *search, *url;
	long rank;
} click;

/* Takes one field of a form, name=value, which is encoded. */
static int click_field(click *k, char *field)
{
	char *value = field + strcspn(field, "="), *end;

	if (*value)
		*value++ = '\0';
	/* A form has "+" for a blank; all else is as in addresses. */
	for (char *plus = value; (plus = strchr(plus, '+'));)
		*plus = ' ';
	MHD_http_unescape(value);
	if (!strcmp(field, "s"))
		k->search = value;
	else if (!strcmp(field, "u"))
		k->url = value;
	else if (!strcmp(field, "r")) {
		k->rank = strtol(value, &end, 10);
		if (*end || k->rank < 1 || k->rank > 1000000)
			return xs_fail(XS_EINPUT,
				       "r: expected a whole number from 1 to 1000000, found "
				       "\"%.40s\"",
				       value);
	}
	return XS_OK;
}

static int click_form(click *k, xs_call *c)
{
	char *rest = xs_arena_dupn(c->arena, c->body, c->body_len), *field;
	int rc = XS_OK;

	while (rc == XS_OK && (field = strsep(&rest, "&")))
		rc = click_field(k, field);
	return rc;
}

static int click_json(click *k, xs_call *c)
{
	json_t *body;
	int rc = xs_call_json(&body, c);

	if (rc == XS_OK)
		rc = xs_body_text(&k->search, body, "s");
	if (rc == XS_OK)
		rc = xs_body_text(&k->url, body, "u");
	if (rc == XS_OK)
		rc = xs_body_int(&k->rank, body, "r", 1, 1000000);
	/* The texts are the body's, which goes. */
	k->search = k->search ? xs_arena_dup(c->arena, k->search) : NULL;
	k->url = k->url ? xs_arena_dup(c->arena, k->url) : NULL;
	json_decref(body);
	return rc;
}

static int click_read(click *k, xs_call *c)
{
	const char *type = xs_call_header(c, "Content-Type");
	int rc = xs_call_number(&k->rank, c, "r", 1, 1, 1000000);

	k->search = xs_call_param(c, "s");
	k->url = xs_call_param(c, "u");
	if (rc != XS_OK || k->search || k->url || !c->body_len)
		return rc;
	return type && !strncasecmp(type, "application/x-www-form-urlencoded", 33)
		       ? click_form(k, c)
		       : click_json(k, c);
}

/* XS_ENOTFOUND: the index has no page of that address, or the key may not see it. */
static int click_known(const char *url, xs_call *c)
{
	xs_similar_request request = {.url = url, .n = 1};
	xs_search_result found;
	xs_index *ix;
	int rc = xs_site_take(&ix, c->site);

	if (rc != XS_OK)
		return rc;
	request.filters = xs_call_filters(&request.n_filters, c);
	rc = xs_index_similar(&found, c->arena, ix, &request);
	xs_site_give(c->site, ix, rc);
	return rc;
}

int xs_click_run(xs_call *c)
{
	click k = {.rank = 1};
	unsigned long long name;
	char *end;
	int rc = click_read(&k, c);

	if (rc != XS_OK)
		return rc;
	name = k.search ? strtoull(k.search, &end, 16) : 0;
	if (!k.search || strlen(k.search) != 16 || *end)
		return xs_fail(XS_EINPUT,
			       "s: expected the name of a search, \"search\" in its reply");
	if (!k.url || !*k.url)
		return xs_fail(XS_EINPUT, "u: the address of a result is missing");
	/* Else anybody could write addresses of his own into the reports of the site. */
	rc = click_known(k.url, c);
	if (rc == XS_ENOTFOUND)
		return xs_reply_error(c, 404, "the index has no page %.500s", k.url);
	if (rc != XS_OK)
		return rc;
	xs_query_log_click(xs_site_log(c->site), name, k.url, (size_t)k.rank);
	return xs_reply_bytes(c, 204, NULL, "", 0);
}
