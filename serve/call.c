/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.c - one HTTP request on its way to its reply. */
#include "serve/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugin/json.h"
#include "serve/recent.h"
#include "serve/site.h"

/* The call lives in its own arena: one free() ends both, and a handler frees nothing. */
xs_call *xs_call_new(void)
{
	xs_arena *a = xs_arena_new();
	xs_call *c = xs_arena_alloc(a, sizeof *c);

	c->arena = a;
	/* Strings are never NULL, so that no reader has to ask; the deadline ends early when
	 * the client goes, see peers.h. */
	c->method = c->path = c->body = c->address = c->client = "";
	c->deadline.cancel = &c->cancel;
	return c;
}

void xs_call_free(xs_call *c)
{
	if (!c)
		return;
	/* Before the site: the answer is held in the cache of that site. The body is from
	 * malloc(), as the HTTP library takes it and frees it itself. */
	if (c->answer)
		xs_recent_release(xs_site_recent(c->site), c->answer);
	xs_site_release(c->site);
	free(c->reply.body);
	xs_arena_free(c->arena);
}

const char *xs_call_param(const xs_call *c, const char *name)
{
	for (size_t i = 0; i < c->n_params; i++)
		if (!strcmp(c->params[i].name, name))
			return c->params[i].value;
	return NULL;
}

const char *const *xs_call_params(size_t *n, xs_call *c, const char *name)
{
	/* One more than there are: the list ends with a NULL (arenas give zeroed memory). */
	const char **all = xs_arena_array(c->arena, c->n_params + 1, sizeof *all);

	*n = 0;
	for (size_t i = 0; i < c->n_params; i++)
		if (!strcmp(c->params[i].name, name))
			all[(*n)++] = c->params[i].value;
	return all;
}

int xs_call_number(long *out, const xs_call *c, const char *name, long fallback, long min, long max)
{
	const char *text = xs_call_param(c, name);
	char *end;

	*out = fallback;
	if (!text || !*text)
		return XS_OK;
	/* An empty parameter is one that a form was sent with and nobody filled in: the
	 * fallback, and no error. strtol() says only by errno that a number is out of range. */
	errno = 0;
	*out = strtol(text, &end, 10);
	if (errno || *end || *out < min || *out > max)
		return xs_fail(XS_EINPUT,
			       "%s: expected a whole number from %ld to %ld, found \"%.40s\"", name,
			       min, max, text);
	return XS_OK;
}

int xs_call_switch(bool *out, const xs_call *c, const char *name, bool fallback)
{
	static const char *const words[] = {"off", "on", "false", "true", "0", "1", "no", "yes"};
	const char *text = xs_call_param(c, name);

	*out = fallback;
	if (!text || !*text)
		return XS_OK;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!strcmp(text, words[i])) {
			/* They stand in pairs: off, on. */
			*out = i % 2;
			return XS_OK;
		}
	}
	return xs_fail(XS_EINPUT, "%s: expected on or off, found \"%.40s\"", name, text);
}

const char *xs_call_header(const xs_call *c, const char *name)
{
	for (size_t i = 0; i < c->n_headers; i++)
		/* Names of headers have no case (RFC 9110, section 5.1). */
		if (!strcasecmp(c->headers[i].name, name))
			return c->headers[i].value;
	return NULL;
}

int xs_call_json(json_t **out, const xs_call *c)
{
	json_error_t e;

	*out = NULL;
	if (c->body_len == 0)
		return xs_fail(XS_EINPUT, "the body is empty; expected a JSON object");
	/* A key that comes twice is refused: clients and proxies disagree on which of the two
	 * counts, so a filter in front of us could check one and we obey the other. */
	*out = xs_json_parse(c->body, c->body_len, JSON_REJECT_DUPLICATES, &e);
	if (!*out && json_error_code(&e) == json_error_invalid_utf8)
		return xs_fail(XS_EINPUT, "the body is not UTF-8, as JSON has to be: byte %d",
			       e.position);
	if (!*out)
		return xs_fail(XS_EINPUT, "the body is not JSON: line %d, column %d: %s", e.line,
			       e.column, e.text);
	if (json_is_object(*out))
		return XS_OK;
	json_decref(*out);
	*out = NULL;
	return xs_fail(XS_EINPUT, "the body is JSON, but no object");
}

const char *const *xs_call_filters(size_t *n, xs_call *c)
{
	size_t more;
	const char *const *asked = xs_call_params(&more, c, "filter");
	const char **all = xs_arena_array(c->arena, c->n_filters + more + 1, sizeof *all);

	*n = 0;
	/* Those of the key first: they hold whatever the request adds. */
	for (size_t i = 0; i < c->n_filters; i++)
		all[(*n)++] = c->filters[i];
	for (size_t i = 0; i < more; i++)
		if (asked[i][strspn(asked[i], " \t")])
			all[(*n)++] = asked[i];
	return all;
}
