/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_values.c - settings whose texts have a meaning: places, addresses, origins, languages, keys. */
#include "cmd/check_values.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include <libxml/uri.h>
#include <unicode/uloc.h>

#include "conf/value.h"
#include "crawl/url.h"
#include "index/pages/html_select.h"
#include "index/pages/meta.h"
#include "serve/keys.h"

/* What all checks need. */
typedef struct values {
	const xs_conf *conf;
	xs_arena *a;
} values;

static int values_fail(const values *v, const char *key, const char *text, const char *expected)
{
	return xs_fail(XS_EINPUT, "%s: %s is %s; expected %s", xs_conf_origin(v->conf, v->a, key),
		       key, xs_value_quote(text, v->a), expected);
}

/* "" is right: the setting is optional.  A fragment is refused: the path of a page is put behind
 * the address, and would be a part of it. */
static int values_url(const values *v, const char *key, const char *text)
{
	xmlURI *uri = xmlParseURI(text);
	bool web = uri && uri->scheme &&
		   (!strcasecmp(uri->scheme, "http") || !strcasecmp(uri->scheme, "https"));
	bool right = web && uri->server && *uri->server && !uri->fragment;

	/* Without a scheme, a path of whatever server shows the links; file: on this machine. */
	if (uri && !right)
		right = uri->scheme ? !strcasecmp(uri->scheme, "file") : *text == '/';
	xmlFreeURI(uri);
	if (!*text || right)
		return XS_OK;
	return values_fail(v, key, text,
			   "an address such as https://example.org/ or a path that begins with /");
}

/* As the crawler will take it. */
static int values_crawl(const values *v, const char *text)
{
	const char *url;

	if (!*text || xs_url_resolve(&url, v->a, NULL, text, NULL) == XS_OK)
		return XS_OK;
	return values_fail(v, "sources.crawl", text,
			   "an address such as https://example.org/, without a user");
}

/* libxml2 splits it as the authority of an address; the names are looked up by who listens. */
static bool values_is_place(const char *text, xs_arena *a)
{
	const char *port = strrchr(text, ':');
	xmlURI *uri;
	bool right;

	if (strncmp(text, "unix:", 5) == 0)
		return text[5] != '\0';
	/* ":65535" has six bytes; more digits are no port.  Port 0 is right: the system then
	 * chooses one. */
	if (!port || !port[1] || strlen(port) > 6 ||
	    strspn(port + 1, "0123456789") != strlen(port + 1))
		return false;
	/* ":8080" has no host, which libxml2 would refuse; any name does for its sake. */
	if (port == text)
		text = xs_arena_printf(a, "localhost%s", text);
	uri = xmlParseURI(xs_arena_printf(a, "http://%s", text));
	right = uri && uri->server && *uri->server && !uri->user && !uri->path && uri->port >= 0 &&
		uri->port <= 65535;
	xmlFreeURI(uri);
	return right;
}

static int values_listen(const values *v)
{
	const char *text = v->conf->serve.listen;

	if (values_is_place(text, v->a))
		return XS_OK;
	return values_fail(v, "serve.listen", text,
			   "host:port such as 127.0.0.1:8080 or [::]:8080, or unix:PATH");
}

/* As browsers send it, in lower case: it is compared letter by letter.  "null" is what browsers
 * send for a page without an origin, such as a local file. */
static bool values_is_origin(const char *text)
{
	xmlURI *uri = xmlParseURI(text);
	bool right = uri && uri->scheme && uri->server && *uri->server && !uri->user &&
		     !uri->path && !uri->query && !uri->fragment &&
		     !strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	xmlFreeURI(uri);
	return right || strcmp(text, "*") == 0 || strcmp(text, "null") == 0;
}

static int values_cors(const values *v)
{
	const xs_conf_list *list = &v->conf->serve.cors;

	for (size_t i = 0; i < list->n; i++)
		if (!values_is_origin(list->items[i]))
			return values_fail(v, "serve.cors", list->items[i],
					   "an origin without a path, in lower case, such as "
					   "https://example.org, or *");
	return XS_OK;
}

/* No names: the list is compared with the address of a connection as text, and nothing is looked up
 * while a request waits. */
static int values_proxies(const values *v)
{
	const xs_conf_list *list = &v->conf->serve.proxies;
	/* Large enough for an address of either kind. */
	struct in6_addr room;

	for (size_t i = 0; i < list->n; i++) {
		const char *text = list->items[i];

		if (strcmp(text, "unix") && inet_pton(AF_INET, text, &room) != 1 &&
		    inet_pton(AF_INET6, text, &room) != 1)
			return values_fail(v, "serve.proxies", text,
					   "an IP address such as 10.0.0.1, or unix");
	}
	return XS_OK;
}

/* ISO 639 as ICU has it. */
static bool values_is_code(const char *text)
{
	for (const char *const *code = uloc_getISOLanguages(); *code; code++)
		if (strcmp(text, *code) == 0)
			return true;
	return false;
}

/* A name such as "german" is as good: Xapian has it.  Up to three letters it is meant as a code, so
 * a wrong code is not tried as a name.  Signs make it a locale such as de_DE.utf8, of which only a
 * part would count. */
static int values_language(const values *v, const char *key, const char *text)
{
	if (!*text || !strcmp(text, "none") || values_is_code(text) ||
	    (strlen(text) > 3 && !strpbrk(text, "-_.@") && *xs_meta_language(v->a, text)))
		return XS_OK;
	return values_fail(v, key, text, "the code of a language such as en or de, or none");
}

/* "model" and "all" are words of rerank.languages alone. */
static int values_languages(const values *v)
{
	const xs_conf *conf = v->conf;
	int rc = values_language(v, "index.language", conf->index.language);

	for (size_t i = 0; rc == XS_OK && i < conf->sources.n; i++)
		rc = values_language(v, "sources.language", conf->sources.items[i].language);
	for (size_t i = 0; rc == XS_OK && i < conf->rerank.languages.n; i++) {
		const char *code = conf->rerank.languages.items[i];

		if (strcmp(code, "model") && strcmp(code, "all") && !values_is_code(code))
			rc = values_fail(v, "rerank.languages", code,
					 "the code of a language such as en or de, model or all");
	}
	return rc;
}

static int values_urls(const values *v)
{
	const xs_conf *conf = v->conf;
	int rc = values_url(v, "site.url", conf->site.url);

	for (size_t i = 0; rc == XS_OK && i < conf->sources.n; i++)
		rc = values_url(v, "sources.url", conf->sources.items[i].url);
	for (size_t i = 0; rc == XS_OK && i < conf->sources.n; i++)
		rc = values_crawl(v, conf->sources.items[i].crawl);
	return rc == XS_OK ? values_url(v, "serve.url", conf->serve.url) : rc;
}

static int values_selects(const values *v, const char *key, const xs_conf_list *list)
{
	const char *setting =
		xs_arena_printf(v->a, "%s: %s", xs_conf_origin(v->conf, v->a, "sources"), key);
	int rc = XS_OK;

	for (size_t i = 0; rc == XS_OK && i < list->n; i++)
		rc = xs_html_select_check(setting, list->items[i]);
	return rc;
}

static int values_elements(const values *v)
{
	const xs_conf *conf = v->conf;
	int rc = XS_OK;

	for (size_t i = 0; rc == XS_OK && i < conf->sources.n; i++) {
		const xs_conf_source *s = &conf->sources.items[i];

		rc = values_selects(v, "sources.keep_elements", &s->keep_elements);
		if (rc == XS_OK)
			rc = values_selects(v, "sources.drop_elements", &s->drop_elements);
	}
	return rc;
}

/* The sentence of the file's reader has its name and line. */
static int values_keys(const values *v)
{
	xs_keys *keys = NULL;
	int rc = *v->conf->serve.keys ? xs_keys_open(&keys, v->conf->serve.keys) : XS_OK;

	xs_keys_free(keys);
	return rc;
}

/* The first wrong value ends it, as when settings are read: the next run finds the next one. */
int check_values(const xs_conf *conf, xs_arena *a)
{
	static int (*const checks[])(const values *v) = {
		values_urls, values_languages, values_listen,	values_keys,
		values_cors, values_proxies,   values_elements,
	};
	values v = {conf, a};
	int rc = XS_OK;

	for (size_t i = 0; rc == XS_OK && i < sizeof checks / sizeof *checks; i++)
		rc = checks[i](&v);
	return rc;
}
