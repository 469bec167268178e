/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_request.c - any request, from its head to its reply, and any file of keys.
 *
 * The input looks like HTTP: "METHOD PATH?NAME=VALUE&...", headers, an empty line, the body.  The body of
 * "KEYS" is a file of keys.  There is no index, no embedder, and reranking is switched off, so all is read
 * and refused late. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "serve/admit.h"
#include "serve/keys.h"
#include "serve/metrics.h"
#include "serve/reply.h"
#include "serve/route.h"
#include "serve/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_PAIRS = 20 };

static xs_site *site;
static xs_metrics *metrics;
static xs_rates *rates;

static void fuzz_open(void)
{
	xs_conf *conf = xs_conf_new();

	if (xs_conf_set(conf, "rerank.enabled", "false") ||
	    xs_conf_set(conf, "embed.model", "/nonexistent/embedder") ||
	    xs_conf_set(conf, "index.path", "/nonexistent/index") ||
	    xs_conf_set(conf, "serve.proxies", "[192.0.2.1, 192.0.2.2]") ||
	    xs_conf_set(conf, "serve.cors", "[https://example.org]") ||
	    xs_conf_set(conf, "serve.model_names", "[rerank-v3.5]") ||
	    xs_conf_set(conf, "serve.embedding_names", "[text-embedding-3-small]") ||
	    xs_conf_set(conf, "serve.max_texts", "5") ||
	    xs_conf_set(conf, "serve.max_text", "100") || xs_site_open(&site, conf))
		abort();
	metrics = xs_metrics_new();
	rates = xs_rates_new();
}

static void fuzz_keys(const char *text, size_t len)
{
	xs_keys *keys;

	if (xs_keys_parse(&keys, "keys", text, len) == XS_OK) {
		xs_keys_find(keys, NULL);
		xs_keys_find(keys, text);
	} else if (strncmp(xs_error(), "keys:", 5) != 0) {
		abort();
	}
	xs_keys_free(keys);
}

/* Splits `text` at `between` into pairs that are split at `within`. */
static size_t fuzz_pairs(xs_pair *pairs, char *text, const char *between, const char *within)
{
	char *next, *item;
	size_t n = 0;

	for (item = strtok_r(text, between, &next); item && n < FUZZ_PAIRS;
	     item = strtok_r(NULL, between, &next)) {
		char *value = item + strcspn(item, within);

		if (*value)
			*value++ = '\0';
		pairs[n++] = (xs_pair){item, value};
	}
	return n;
}

static void fuzz_reply(const xs_call *c)
{
	json_t *value;

	if (c->reply.status < 200 || c->reply.status > 599)
		abort();
	if (!c->reply.type || strcmp(c->reply.type, "application/json") != 0)
		return;
	value = json_loadb(c->reply.body, c->reply.len, 0, NULL);
	if (!value)
		abort();
	json_decref(value);
}

static void fuzz_request(char *head, const char *body, size_t len)
{
	xs_call *c = xs_call_new();
	xs_pair params[FUZZ_PAIRS], headers[FUZZ_PAIRS];
	char *lines = head + strcspn(head, "\n"), *path, *query;
	int rc;

	if (*lines)
		*lines++ = '\0';
	path = head + strcspn(head, " ");
	if (*path)
		*path++ = '\0';
	query = path + strcspn(path, "?");
	if (*query)
		*query++ = '\0';
	c->method = head;
	c->path = path;
	c->params = params;
	c->n_params = fuzz_pairs(params, query, "&", "=");
	c->headers = headers;
	c->n_headers = fuzz_pairs(headers, lines, "\n", ":");
	c->address = "192.0.2.1";
	c->body = body;
	c->body_len = len;
	c->site = xs_site_hold(site);
	c->metrics = metrics;
	if (xs_admit(c, rates)) {
		rc = c->route->run(c);
		if (rc)
			xs_reply_failed(c, rc);
	}
	fuzz_reply(c);
	xs_call_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	char *text = xs_arena_dupn(a, (const char *)data, size), *body = strstr(text, "\n\n");
	size_t len = 0;

	if (!site)
		fuzz_open();
	if (body) {
		*body = '\0';
		body += 2;
		len = size - (size_t)(body - text);
	}
	if (!strcmp(text, "KEYS") && body)
		fuzz_keys(body, len);
	else
		fuzz_request(text, body ? body : "", len);
	xs_arena_free(a);
	return 0;
}
