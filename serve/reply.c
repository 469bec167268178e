/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reply.c - how a handler answers. */
#include "serve/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/route.h"

/* The one table from result codes to statuses. */
static const struct {
	int rc, status;
} reply_codes[] = {
	{XS_OK, 200},	   {XS_ENOTFOUND, 404}, {XS_EINPUT, 400}, {XS_EUNSUPPORTED, 422},
	{XS_EFORMAT, 503}, {XS_EIO, 503},	{XS_EBUSY, 503},  {XS_ESTALE, 503},
	{XS_ECANCEL, 503}, {XS_EINTERNAL, 500},
};

static int reply_status(int rc)
{
	for (size_t i = 0; i < sizeof reply_codes / sizeof *reply_codes; i++)
		if (reply_codes[i].rc == rc)
			return reply_codes[i].status;
	return 500;
}

int xs_reply_take(xs_call *c, int status, const char *type, char *body, size_t len)
{
	/* A later reply replaces an earlier one: an error that comes up while a reply is
	 * written counts. */
	free(c->reply.body);
	c->reply.status = status;
	c->reply.type = type;
	c->reply.body = body;
	c->reply.len = len;
	return XS_OK;
}

int xs_reply_bytes(xs_call *c, int status, const char *type, const void *bytes, size_t len)
{
	char *body = xs_malloc(len + 1);

	if (len)
		memcpy(body, bytes, len);
	/* Not sent; the tests read replies as strings. */
	body[len] = '\0';
	return xs_reply_take(c, status, type, body, len);
}

int xs_reply_json(xs_call *c, int status, json_t *value)
{
	/* Nine digits give back a float. */
	char *body = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(9) | JSON_ENCODE_ANY);

	json_decref(value);
	if (!body)
		return xs_fail(XS_EINTERNAL, "the reply could not be written as JSON");
	return xs_reply_take(c, status, "application/json", body, strlen(body));
}

int xs_reply_error(xs_call *c, int status, const char *format, ...)
{
	char sentence[1024];
	json_t *text, *value;
	va_list args;

	va_start(args, format);
	/* Cut at 1023 bytes: sentences quote what the client sent, of which 40 bytes or so are
	 * enough to know it again. */
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	/* Each API has its own form of an error, and its clients show nothing of another. */
	if (c->error)
		return c->error(c, status, sentence);
	/* NULL where the cut went through a character. */
	text = json_string(sentence);
	value = json_pack("{s:o, s:i}", "error", text ? text : json_string("the request was wrong"),
			  "status", status);
	return xs_reply_json(c, status, value);
}

int xs_reply_later(xs_call *c, int status, int seconds, const char *sentence)
{
	char text[16];

	snprintf(text, sizeof text, "%d", seconds < 1 ? 1 : seconds);
	xs_reply_header(c, "Retry-After", text);
	return xs_reply_error(c, status, "%s", sentence);
}

int xs_reply_failed(xs_call *c, int rc)
{
	const char *sentence = xs_error();
	int status = reply_status(rc);

	if (!*sentence)
		sentence = rc == XS_ENOTFOUND ? "there is no such thing" : "the request failed";
	/* What failed for want of a file or a lock may work in a second; clients that know
	 * Retry-After repeat it by themselves. */
	if (status == 503)
		return xs_reply_later(c, status, 1, sentence);
	return xs_reply_error(c, status, "%s", sentence);
}

void xs_reply_header(xs_call *c, const char *name, const char *value)
{
	xs_reply *r = &c->reply;
	size_t i = 0;

	/* A header that is set again replaces the one before: none of ours may come twice. */
	while (i < r->n_headers && strcmp(r->headers[i].name, name))
		i++;
	if (i == sizeof r->headers / sizeof *r->headers)
		return; /* the table of routes is ours: no handler sets so many */
	r->headers[i] = (xs_pair){name, xs_arena_dup(c->arena, value)};
	if (i == r->n_headers)
		r->n_headers++;
}
