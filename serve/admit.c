/* SPDX-License-Identifier: GPL-2.0-or-later */
/* admit.c - whether a call may be answered, as whose, and with what left out. */
#include "serve/admit.h"

#include <string.h>
#include <strings.h>

#include "serve/keys.h"
#include "serve/reply.h"
#include "serve/route.h"
#include "serve/site.h"

static bool admit_lists(const xs_conf_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->items[i], text))
			return true;
	return false;
}

/* Behind a proxy of ours: the last address of X-Forwarded-For that is not a proxy's.  What stands before it
 * the client may have invented. */
static void admit_address(xs_call *c, const xs_conf *conf)
{
	const char *header = xs_call_header(c, "X-Forwarded-For"), *comma;
	char *list;

	/* Only a proxy that the settings name is believed: anybody can send this header. */
	if (!header || !admit_lists(&conf->serve.proxies, c->address))
		return;
	list = xs_arena_dup(c->arena, header);
	do {
		char *last = strrchr(list, ','), *end;

		comma = last;
		last = last ? last + 1 : list;
		last += strspn(last, " \t");
		end = last + strlen(last);
		while (end > last && strchr(" \t", end[-1]))
			*--end = '\0';
		/* No address is longer; the log and the table of rates need not keep what
		 * somebody made up. */
		if (*last && strlen(last) < 64)
			c->address = last;
		if (comma)
			list[comma - list] = '\0';
	} while (comma && admit_lists(&conf->serve.proxies, c->address));
}

/* Cross-origin resource sharing: the headers of each reply, errors too.  True: the call is a browser's
 * question whether it may ask. */
static bool admit_origin(xs_call *c, const xs_conf *conf)
{
	const char *origin = xs_call_header(c, "Origin");
	bool any = admit_lists(&conf->serve.cors, "*");
	bool asks = !strcmp(c->method, "OPTIONS");

	/* Also without Origin: a cache must not give one site the reply that was made for
	 * another, nor what one key may see to another. */
	xs_reply_header(c, "Vary",
			xs_site_keys(c->site) ? "Origin, Authorization, X-API-Key" : "Origin");
	if (origin && (any || admit_lists(&conf->serve.cors, origin))) {
		xs_reply_header(c, "Access-Control-Allow-Origin", any ? "*" : origin);
		xs_reply_header(c, "Access-Control-Expose-Headers", "Retry-After, X-Warning");
		if (asks) {
			xs_reply_header(c, "Access-Control-Allow-Methods", "GET, POST");
			xs_reply_header(c, "Access-Control-Allow-Headers",
					"Authorization, Content-Type, X-API-Key");
			xs_reply_header(c, "Access-Control-Max-Age", "600");
		}
	}
	return asks;
}

/* Whether credentials are of a scheme that a proxy in front asks for, and so no key of ours. */
static bool admit_foreign(const char *text)
{
	static const char *const schemes[] = {"Basic ", "Digest ", "Negotiate ", "NTLM "};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (!strncasecmp(text, schemes[i], strlen(schemes[i])))
			return true;
	return false;
}

/* The key that a call brings: "Authorization: Bearer KEY", the key alone there, "X-API-Key: KEY", or for a
 * form the parameter `key`.  NULL: none. */
static const char *admit_secret(const xs_call *c)
{
	const char *text = xs_call_header(c, "Authorization");

	if (text && !strncasecmp(text, "bearer ", 7))
		text += 7;
	if (text && !admit_foreign(text))
		return text + strspn(text, " ");
	text = xs_call_header(c, "X-API-Key");
	return text ? text : xs_call_param(c, "key");
}

/* 401: a key, or another one, is needed. */
static bool admit_unknown(xs_call *c, bool secret)
{
	xs_reply_header(c, "WWW-Authenticate", "Bearer realm=\"xapian-search\"");
	xs_reply_error(c, 401,
		       secret ? "the API key is not known here"
			      : "an API key is needed: Authorization: Bearer KEY");
	return false;
}

static bool admit_allows(const xs_key *key, unsigned flags)
{
	if (flags & XS_ROUTE_METRICS)
		return key->metrics;
	if (flags & (XS_ROUTE_SCORES | XS_ROUTE_EMBEDS))
		return (flags & XS_ROUTE_SCORES && key->rerank) ||
		       (flags & XS_ROUTE_EMBEDS && key->embed);
	return key->search;
}

/* True: the call goes on. */
static bool admit_key(xs_call *c, const xs_keys *keys)
{
	const char *secret = admit_secret(c);
	unsigned flags = c->route->flags;

	if (!keys || flags & XS_ROUTE_OPEN)
		return true;
	/* A wrong key is refused, and not taken for none: its owner would wonder at the missing
	 * pages. */
	c->key = xs_keys_find(keys, secret);
	if (!c->key)
		return admit_unknown(c, secret != NULL);
	c->filters = c->key->filters;
	c->n_filters = c->key->n_filters;
	if (!c->key->anonymous)
		/* With "key:", so that no key can be named like an address and take its turns. */
		c->client = xs_arena_printf(c->arena, "key:%s", c->key->name);
	if (!c->key->rerank)
		c->no_rerank = "the key does not allow reranking";
	if (admit_allows(c->key, flags))
		return true;
	/* Who came without a key may come back with one. */
	if (c->key->anonymous)
		return admit_unknown(c, false);
	xs_reply_error(c, 403, "the key %s does not allow %s", c->key->name, c->route->path);
	return false;
}

static bool admit_rate(xs_call *c, const xs_conf *conf, xs_rates *rates)
{
	double rate = c->key ? c->key->rate : conf->serve.rate, wait;

	/* Probes and the files of the page cost nothing and must not use up what searches may. */
	if (c->route->flags & XS_ROUTE_OPEN)
		return true;
	wait = xs_rates_take(rates, c->client, rate);
	if (wait > 0)
		xs_reply_later(c, 429, wait < 86400 ? (int)(wait + 0.999) : 86400,
			       xs_arena_printf(c->arena,
					       "more than %g requests a second; try again later",
					       rate));
	return wait <= 0;
}

/* Finds the route.  False: there is none, and a reply says so. */
static bool admit_route(xs_call *c)
{
	const xs_route *other;

	c->route = xs_route_find(&other, c->method, c->path);
	c->error = c->route ? c->route->error : other ? other->error : xs_route_errors(c->path);
	if (c->route)
		return true;
	if (other) {
		xs_reply_header(c, "Allow",
				strcmp(other->method, "GET") ? "POST, OPTIONS"
							     : "GET, HEAD, OPTIONS");
		xs_reply_error(c, 405, "%s cannot be asked with %.40s", c->path, c->method);
	} else {
		xs_reply_error(c, 404, "there is nothing at %.200s", c->path);
	}
	return false;
}

/* Pages of other sites can make a browser send forms and plain text without asking us first (the Fetch
 * standard's CORS-safelisted types), and bodies with the visitor's rights at our address; JSON they
 * cannot.  Programs such as curl name the type of a form unasked, so that one is refused to browsers alone. */
static bool admit_type(xs_call *c)
{
	static const char *const browsers[] = {"Origin", "Referer", "Sec-Fetch-Site"};
	const char *type = xs_call_header(c, "Content-Type");
	bool browser = false;

	if (!(c->route->flags & XS_ROUTE_JSON))
		return true;
	for (size_t i = 0; i < sizeof browsers / sizeof *browsers; i++)
		browser = browser || xs_call_header(c, browsers[i]);
	if (type ? strncasecmp(type, "text/plain", 10) && strncasecmp(type, "multipart/", 10) &&
			    (!browser || strncasecmp(type, "application/x-www-form", 22))
		 : !browser)
		return true;
	xs_reply_error(c, 415, "Content-Type: expected application/json, found %.60s",
		       type ? type : "none");
	return false;
}

bool xs_admit(xs_call *c, xs_rates *rates)
{
	const xs_conf *conf = xs_site_conf(c->site);
	bool asks;

	/* The address first, which the log tells even of calls that are refused; then what a
	 * browser asks, which brings no key; then route, key and rate. */
	admit_address(c, conf);
	c->client = c->address;
	/* Unless a handler says otherwise. */
	xs_reply_header(c, "Cache-Control", "private, no-store");
	asks = admit_origin(c, conf);
	if (c->reply.status)
		return false;
	if (asks) {
		xs_reply_bytes(c, 204, NULL, "", 0);
		return false;
	}
	return admit_route(c) && admit_key(c, xs_site_keys(c->site)) && admit_type(c) &&
	       admit_rate(c, conf, rates);
}
