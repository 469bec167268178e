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

/* Cross-origin resource sharing.  True: the call was a browser's question whether it may ask, and has its
 * answer. */
static bool admit_origin(xs_call *c, const xs_conf *conf)
{
	const char *origin = xs_call_header(c, "Origin");
	bool any = admit_lists(&conf->serve.cors, "*");
	bool asks = !strcmp(c->method, "OPTIONS");

	/* Also without Origin: a cache must not give one site the reply that was made for
	 * another. */
	if (conf->serve.cors.n)
		xs_reply_header(c, "Vary", "Origin");
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
	if (asks)
		xs_reply_bytes(c, 204, NULL, "", 0);
	return asks;
}

/* The key that a call brings: "Authorization: Bearer KEY", the key alone there, "X-API-Key: KEY", or for a
 * form the parameter `key`.  NULL: none. */
static const char *admit_secret(const xs_call *c)
{
	const char *text = xs_call_header(c, "Authorization");

	if (text && !strncasecmp(text, "bearer ", 7))
		text += 7;
	if (text)
		return text + strspn(text, " ");
	text = xs_call_header(c, "X-API-Key");
	return text ? text : xs_call_param(c, "key");
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
	if (!c->key) {
		xs_reply_header(c, "WWW-Authenticate", "Bearer realm=\"xapian-search\"");
		xs_reply_error(c, 401,
			       secret ? "the API key is not known here"
				      : "an API key is needed: Authorization: Bearer KEY");
		return false;
	}
	c->filters = c->key->filters;
	c->n_filters = c->key->n_filters;
	if (!c->key->anonymous)
		/* With "key:", so that no key can be named like an address and take its turns. */
		c->client = xs_arena_printf(c->arena, "key:%s", c->key->name);
	if (!c->key->rerank)
		c->no_rerank = "the key does not allow reranking";
	if (flags & XS_ROUTE_METRICS  ? c->key->metrics
	    : flags & XS_ROUTE_SCORES ? c->key->rerank
				      : c->key->search)
		return true;
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

bool xs_admit(xs_call *c, xs_rates *rates)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const char *other;

	/* The address first, which the log tells even of calls that are refused; then what a
	 * browser asks, which brings no key; then route, key and rate. */
	admit_address(c, conf);
	c->client = c->address;
	if (c->reply.status || admit_origin(c, conf))
		return false;
	c->route = xs_route_find(&other, c->method, c->path);
	if (!c->route && other) {
		xs_reply_header(c, "Allow", other);
		xs_reply_error(c, 405, "%s cannot be asked with %s", c->path, c->method);
	} else if (!c->route) {
		xs_reply_error(c, 404, "there is nothing at %.200s", c->path);
	}
	return c->route && admit_key(c, xs_site_keys(c->site)) && admit_rate(c, conf, rates);
}
