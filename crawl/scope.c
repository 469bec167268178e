/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope.c - hosts, the start's folder, patterns. */
#define _GNU_SOURCE
#include "crawl/scope.h"

#include <fnmatch.h>
#include <string.h>

/* The host of a URL, with a port only if that is not the scheme's own: http and https of one host are one
 * site. */
static size_t scope_host(const char **host, const char *url)
{
	*host = strstr(url, "://") + 3;
	return strcspn(*host, "/");
}

static bool scope_is(const char *url, const char *name)
{
	const char *host;
	size_t len = scope_host(&host, url);

	return len == strlen(name) && !strncmp(host, name, len);
}

/* "host" or "host:port" in normal form. */
static int scope_name(const char **out, xs_arena *a, const char *text)
{
	const char *url, *host;
	size_t len;

	if (!*text || strpbrk(text, "/?#@ ") ||
	    xs_url_resolve(&url, a, NULL, xs_arena_printf(a, "https://%s/", text), NULL) != XS_OK)
		return xs_fail(
			XS_EINPUT,
			"\"%s\" among the hosts of a crawl: expected one such as www.example.org",
			text);
	len = scope_host(&host, url);
	*out = xs_arena_dupn(a, host, len);
	return XS_OK;
}

int xs_scope_init(xs_scope *out, xs_arena *a, const xs_crawl_settings *settings)
{
	const char *path, *end, *host;
	int rc = XS_OK;
	size_t n = 0;

	*out = (xs_scope){.settings = settings,
			  .rules = {.drop = settings->drop, .sort = settings->sort_query}};
	if (xs_url_resolve(&out->start, a, NULL, settings->start, &out->rules) != XS_OK)
		return xs_fail(XS_EINPUT,
			       "the source %s: expected an address such as "
			       "https://example.org/, without a user",
			       settings->start);
	path = xs_url_path(out->start);
	end = path + strcspn(path, "?");
	while (end > path && end[-1] != '/')
		end--;
	out->folder = xs_arena_dupn(a, path, (size_t)(end - path));
	n = scope_host(&host, out->start);
	out->host = xs_arena_dupn(a, host, n);
	for (n = 0; settings->hosts && settings->hosts[n];)
		n++;
	out->hosts = xs_arena_array(a, n + 1, sizeof *out->hosts);
	for (; rc == XS_OK && out->n < n; out->n++)
		rc = scope_name(&out->hosts[out->n], a, settings->hosts[out->n]);
	return rc;
}

bool xs_scope_own(const xs_scope *s, const char *url)
{
	size_t scheme = strcspn(s->start, ":") + 1;

	return scope_is(url, s->host) && !strncmp(url, s->start, scheme);
}

static bool scope_further(const xs_scope *s, const char *url)
{
	for (size_t i = 0; i < s->n; i++)
		if (scope_is(url, s->hosts[i]))
			return true;
	return false;
}

bool xs_scope_host(const xs_scope *s, const char *url)
{
	return scope_is(url, s->host) || scope_further(s, url);
}

const char *xs_scope_path(const xs_scope *s, const char *url)
{
	const char *path = xs_url_path(url);
	size_t len = strlen(s->folder);

	return scope_is(url, s->host) && !strncmp(path, s->folder, len) ? path + len : path + 1;
}

static bool scope_matches(const char *const *patterns, const char *path)
{
	for (; patterns && *patterns; patterns++)
		if (!fnmatch(*patterns, path, 0))
			return true;
	return false;
}

bool xs_scope_listed(const xs_scope *s, const char *url)
{
	const xs_crawl_settings *set = s->settings;
	const char *path = xs_scope_path(s, url);

	if (set->include && set->include[0] && !scope_matches(set->include, path))
		return false;
	return !scope_matches(set->exclude, path);
}

bool xs_scope_has(const xs_scope *s, const char *url)
{
	if (!strcmp(url, s->start))
		return true;
	if (!scope_further(s, url) &&
	    (!scope_is(url, s->host) ||
	     strncmp(xs_url_path(url), s->folder, strlen(s->folder)) != 0))
		return false;
	return xs_scope_listed(s, url);
}
