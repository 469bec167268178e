/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opensearch.c - GET /opensearch.xml: by which browsers offer the site's search as their own. */
#include <string.h>

#include "serve/handlers.h"
#include "serve/markup.h"
#include "serve/reply.h"
#include "serve/site.h"

/* The address that ends in "/" and that browsers know us by: serve.url, else as the request says. */
static const char *opensearch_base(xs_call *c)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]";
	const char *set = xs_site_conf(c->site)->serve.url, *host = xs_call_header(c, "Host");
	const char *scheme = xs_call_header(c, "X-Forwarded-Proto");
	size_t n = strlen(set);

	if (n)
		return xs_arena_printf(c->arena, "%s%s", set, set[n - 1] == '/' ? "" : "/");
	/* Host is what the client wrote. Only letters that an address can have get into the
	 * reply, which caches may keep. */
	if (!host || !*host || host[strspn(host, plain)])
		host = "localhost";
	return xs_arena_printf(c->arena, "%s://%s/",
			       scheme && !strcmp(scheme, "https") ? "https" : "http", host);
}

static void opensearch_url(xs_buf *b, const char *type, const char *base, const char *rest)
{
	xs_buf_printf(b, "<Url type=\"%s\" template=\"", type);
	xs_markup_text(b, base);
	xs_markup_text(b, rest);
	xs_buf_puts(b, "\"/>\n");
}

int xs_opensearch_run(xs_call *c)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const char *name = *conf->site.name ? conf->site.name : "Search",
		   *base = opensearch_base(c);
	size_t len;
	xs_buf b;

	xs_buf_init(&b);
	xs_buf_puts(
		&b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n<ShortName>");
	xs_markup_text(&b, name);
	xs_buf_puts(&b, "</ShortName>\n<Description>Search ");
	xs_markup_text(&b, name);
	xs_buf_puts(&b, "</Description>\n<InputEncoding>UTF-8</InputEncoding>\n");
	opensearch_url(&b, "text/html", base, "?q={searchTerms}");
	opensearch_url(&b, "application/x-suggestions+json", base,
		       "suggest?form=opensearch&q={searchTerms}");
	opensearch_url(&b, "application/opensearchdescription+xml", base, "opensearch.xml");
	xs_buf_puts(&b, "</OpenSearchDescription>\n");
	len = b.len;
	return xs_reply_take(c, 200, "application/opensearchdescription+xml", xs_buf_take(&b), len);
}
