/* SPDX-License-Identifier: GPL-2.0-or-later */
/* url.c - RFC 3986, sections 5 and 6. */
#define _GNU_SOURCE
#include "crawl/url.h"

#include <ctype.h>
#include <curl/curl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/uidna.h>

/* Parts of a path that are compared, and how often one may be in it. */
enum { URL_PARTS = 100, URL_REPEATS = 3 };

/* What separates; encoded and plain they mean different things, so they stay as they are written. */
static bool url_plain(int c)
{
	return c > 0x20 && c < 0x7f && !strchr("\"<>\\^`{|}%", c);
}

static bool url_unreserved(int c)
{
	return (c < 0x80 && isalnum(c)) || (c && strchr("-._~", c));
}

char *xs_url_escape(xs_arena *a, const char *text, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = xs_arena_alloc(a, 3 * len + 1), *to = out;

	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)text[i];
		bool coded = c == '%' && i + 2 < len && isxdigit((unsigned char)text[i + 1]) &&
			     isxdigit((unsigned char)text[i + 2]);

		if (coded) {
			const char hex[3] = {text[i + 1], text[i + 2], '\0'};

			c = (int)strtol(hex, NULL, 16);
			i += 2;
		}
		if (coded ? url_unreserved(c) : url_plain(c)) {
			*to++ = (char)c;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	*to = '\0';
	return out;
}

static bool url_dropped(const xs_url_rules *rules, xs_arena *a, const char *part, size_t len)
{
	const char *name =
		xs_arena_dupn(a, part, strcspn(part, "=") < len ? strcspn(part, "=") : len);

	for (const char *const *p = rules ? rules->drop : NULL; p && *p; p++)
		if (!fnmatch(*p, name, FNM_CASEFOLD))
			return true;
	return false;
}

/* Takes parameters behind ";" out of a path, such as Java's jsessionid. */
static char *url_parameters(xs_arena *a, char *path, const xs_url_rules *rules)
{
	char *out = xs_arena_alloc(a, strlen(path) + 1), *to = out;
	size_t len;

	while (*path) {
		len = strcspn(path + 1, ";/") + 1;
		if (*path != ';' || !url_dropped(rules, a, path + 1, len - 1)) {
			memcpy(to, path, len);
			to += len;
		}
		path += len;
	}
	*to = '\0';
	return out;
}

/* "." and ".." go (5.2.4), after the escapes: "%2e" is a dot. */
static char *url_dots(xs_arena *a, const char *path)
{
	char *out = xs_arena_alloc(a, strlen(path) + 2), *to = out;
	size_t len;

	while (*path == '/') {
		len = strcspn(path + 1, "/");
		if (len == 2 && path[1] == '.' && path[2] == '.') {
			while (to > out && *--to != '/')
				;
			if (!path[3])
				*to++ = '/';
		} else if (len == 1 && path[1] == '.') {
			if (!path[2])
				*to++ = '/';
		} else {
			memcpy(to, path, len + 1);
			to += len + 1;
		}
		path += len + 1;
	}
	if (to == out)
		*to++ = '/';
	*to = '\0';
	return out;
}

static int url_compare(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;
	size_t n = strcspn(*a, "="), m = strcspn(*b, "=");
	int order = strncmp(*a, *b, n < m ? n : m);

	order = order ? order : (n > m) - (n < m);
	/* They lie in one text, one behind the other. */
	return order ? order : (*a > *b) - (*a < *b);
}

/* The query as it is kept; "" for none. */
static const char *url_query(xs_arena *a, char *query, const xs_url_rules *rules)
{
	const char **parts = xs_arena_array(a, strlen(query) + 1, sizeof *parts);
	char *out = xs_arena_alloc(a, strlen(query) + 2), *to = out, *at = query, *next;
	size_t n = 0, i, len;

	for (; at; at = next) {
		next = strchr(at, '&');
		if (next)
			*next++ = '\0';
		if (*at && !url_dropped(rules, a, at, strlen(at)))
			parts[n++] = at;
	}
	if (rules && rules->sort)
		qsort(parts, n, sizeof *parts, url_compare);
	for (i = 0; i < n; i++) {
		*to++ = i ? '&' : '?';
		len = strlen(parts[i]);
		memcpy(to, parts[i], len);
		to += len;
	}
	*to = '\0';
	return out;
}

/* One part of a URL in `a`; NULL: it has none. */
static const char *url_get(xs_arena *a, CURLU *u, CURLUPart part, unsigned flags)
{
	char *text = NULL;
	const char *out = NULL;

	if (!curl_url_get(u, part, &text, flags) && text)
		out = xs_arena_dup(a, text);
	curl_free(text);
	return out;
}

/* Blanks around a link do not count, and line ends within are no part of it (WHATWG URL, 4.4). */
static char *url_clean(xs_arena *a, const char *text)
{
	char *out, *to;

	while (*text && (unsigned char)*text <= 0x20)
		text++;
	to = out = xs_arena_alloc(a, strlen(text) + 1);
	for (; *text; text++)
		if (!strchr("\t\r\n", *text))
			*to++ = *text;
	while (to > out && (unsigned char)to[-1] <= 0x20)
		to--;
	*to = '\0';
	/* What is behind "#" is the browser's. */
	out[strcspn(out, "#")] = '\0';
	return out;
}

/* A host's name as the network knows it: lower case, letters beyond ASCII as Punycode (UTS 46); NULL: it is
 * none.  libcurl would do so by the locale's encoding. */
static char *url_name(xs_arena *a, const char *host)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode code = U_ZERO_ERROR;
	char out[256], *low = xs_arena_dup(a, host), *p;
	UIDNA *idna;
	int32_t n;

	for (p = low; *p && !((unsigned char)*p & 0x80); p++)
		*p = (char)tolower((unsigned char)*p);
	if (!*p)
		return low;
	idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &code);
	if (U_FAILURE(code))
		return NULL;
	n = uidna_nameToASCII_UTF8(idna, host, -1, out, sizeof out, &info, &code);
	uidna_close(idna);
	return U_FAILURE(code) || info.errors || n < 1 ? NULL : xs_arena_dupn(a, out, (size_t)n);
}

static int url_write(const char **out, xs_arena *a, CURLU *u, const xs_url_rules *rules)
{
	const char *scheme = url_get(a, u, CURLUPART_SCHEME, 0),
		   *host = url_get(a, u, CURLUPART_HOST, 0),
		   *port = url_get(a, u, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT),
		   *path = url_get(a, u, CURLUPART_PATH, 0),
		   *query = url_get(a, u, CURLUPART_QUERY, 0);
	char *low;
	size_t len;

	if (!scheme || !host || !*host || (strcmp(scheme, "http") && strcmp(scheme, "https")) ||
	    url_get(a, u, CURLUPART_USER, 0) || url_get(a, u, CURLUPART_PASSWORD, 0))
		return XS_EINPUT;
	low = url_name(a, host);
	if (!low)
		return XS_EINPUT;
	/* The root's dot says nothing that anyone means. */
	for (len = strlen(low); len > 1 && low[len - 1] == '.';)
		low[--len] = '\0';
	path = url_dots(a, xs_url_escape(a, path ? path : "/", path ? strlen(path) : 1));
	path = url_parameters(a, xs_arena_dup(a, path), rules);
	query = query ? url_query(a, xs_url_escape(a, query, strlen(query)), rules) : "";
	*out = xs_arena_printf(a, "%s://%s%s%s%s%s", scheme, low, port ? ":" : "", port ? port : "",
			       path, query);
	return strlen(*out) <= XS_URL_MAX ? XS_OK : XS_EINPUT;
}

int xs_url_resolve(const char **out, xs_arena *a, const char *base, const char *text,
		   const xs_url_rules *rules)
{
	CURLU *u;
	const char *clean;
	CURLUcode wrong = CURLUE_OK;
	int rc = XS_EINPUT;

	if (strlen(text) > 4 * XS_URL_MAX)
		return XS_EINPUT;
	clean = url_clean(a, text);
	u = curl_url();
	if (base)
		wrong = curl_url_set(u, CURLUPART_URL, base, 0);
	/* "" is the page itself, which libcurl does not take. */
	if (!wrong && (*clean || !base))
		wrong = curl_url_set(u, CURLUPART_URL, clean, CURLU_URLENCODE);
	if (!wrong)
		rc = url_write(out, a, u, rules);
	curl_url_cleanup(u);
	return rc;
}

const char *xs_url_path(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return host + strcspn(host, "/");
}

const char *xs_url_host(xs_arena *a, const char *url)
{
	const char *host = strstr(url, "://") + 3;
	int len = (int)strcspn(host, "/");
	/* Of an address such as [::1] the colons are no port's. */
	const char *colon = memrchr(host, ':', (size_t)len),
		   *bracket = memchr(host, ']', (size_t)len);

	if (colon && (!bracket || colon > bracket))
		return xs_arena_dupn(a, host, (size_t)len);
	return xs_arena_printf(a, "%.*s:%s", len, host, strncmp(url, "https:", 6) ? "80" : "443");
}

const char *xs_url_origin(xs_arena *a, const char *url)
{
	return xs_arena_printf(a, "%.*s://%s", (int)strcspn(url, ":"), url, xs_url_host(a, url));
}

const char *xs_url_shape(xs_arena *a, const char *url)
{
	char *out = xs_arena_alloc(a, strlen(url) + 2), *to = out;
	const char *path = xs_url_path(url);

	memcpy(to, url, (size_t)(path - url));
	to += path - url;
	for (; *path && *path != '?'; path++) {
		if (!isdigit((unsigned char)*path))
			*to++ = *path;
		else if (to[-1] != '0')
			*to++ = '0';
	}
	while (*path) {
		size_t len = strcspn(path + 1, "=&") + 1;

		memcpy(to, path, len);
		to += len;
		path += len;
		path += strcspn(path, "&");
	}
	*to = '\0';
	return out;
}

bool xs_url_repeats(const char *url)
{
	const char *parts[URL_PARTS], *path = xs_url_path(url);
	size_t lens[URL_PARTS], n = 0, same, i, k;

	while (*path == '/' && n < URL_PARTS) {
		parts[n] = ++path;
		lens[n] = strcspn(path, "/?");
		path += lens[n++];
	}
	for (i = 0; i < n; i++) {
		for (k = same = 0; lens[i] && k < n; k++)
			same += lens[k] == lens[i] && !memcmp(parts[k], parts[i], lens[i]);
		if (same > URL_REPEATS)
			return true;
	}
	return n == URL_PARTS;
}
