/* SPDX-License-Identifier: GPL-2.0-or-later */
/* front.c - where the block ends, and its three readers. */
#define _GNU_SOURCE
#include "index/pages/front.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "index/pages/front_yaml.h"
#include "index/pages/toml.h"

enum { FRONT_BYTES = 1 << 20 };

/* The line at `s`, without blanks at its end; *next is where the next one begins. */
static size_t front_line(const char *s, const char *stop, const char **next)
{
	const char *end = memchr(s, '\n', (size_t)(stop - s));

	*next = end ? end + 1 : stop;
	end = end ? end : stop;
	while (end > s && memchr(" \t\r", end[-1], 3))
		end--;
	return (size_t)(end - s);
}

static bool front_is(const char *line, size_t len, const char *mark)
{
	return len == strlen(mark) && !memcmp(line, mark, len);
}

/* The block between a first line `open` and a later line `close` (or `other`); false: there is none. */
static bool front_block(const char **body, size_t *body_len, size_t *len, const char *text,
			size_t text_len, const char *open, const char *close, const char *other)
{
	const char *stop = text + text_len, *line = text, *next;
	size_t n = front_line(line, stop, &next);

	/* The first line alone opens it: any other "---" is a rule of Markdown. */
	if (!front_is(line, n, open))
		return false;
	*body = next;
	for (line = next; line < stop; line = next) {
		n = front_line(line, stop, &next);
		if (front_is(line, n, close) || front_is(line, n, other)) {
			*body_len = (size_t)(line - *body);
			*len = (size_t)(next - text);
			return true;
		}
	}
	return false;
}

static void front_wrong(xs_front *out, xs_arena *a, long line, const char *problem)
{
	out->line = line;
	out->problem = xs_arena_dup(a, problem);
}

static void front_toml(xs_front *out, xs_arena *a, const char *body, size_t len)
{
	char *json;
	long line;

	if (xs_toml_json(&json, &line, body, len) < 0) {
		/* The block begins in the page's second line. */
		front_wrong(out, a, line ? line + 1 : 0, xs_error());
		return;
	}
	out->values = json_loads(json, 0, NULL);
	if (!json_is_object(out->values)) {
		json_decref(out->values);
		out->values = NULL;
		front_wrong(out, a, 0, "a value that JSON does not have");
	}
	free(json);
}

/* Where damaged JSON ends: behind the first line that is a brace alone; 0: there is none. */
static size_t front_brace(const char *text, size_t len)
{
	const char *stop = text + len, *line, *next;

	for (line = text; line < stop; line = next)
		if (front_is(line, front_line(line, stop, &next), "}"))
			return (size_t)(next - text);
	return 0;
}

/* An object at the first byte.  Braces that begin something else are the page's text. */
static void front_json(xs_front *out, xs_arena *a, const char *text, size_t len)
{
	size_t most = len < FRONT_BYTES ? len : FRONT_BYTES, i = 1;
	json_error_t error;

	/* The last test: strchr() finds a NUL as well. */
	while (i < len && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	if (len < 2 || *text != '{' || i == len || (text[i] != '"' && text[i] != '}'))
		return;
	/* The page's text follows the object. */
	out->values = json_loadb(text, most, JSON_DISABLE_EOF_CHECK, &error);
	if (out->values) {
		out->len = (size_t)error.position;
		return;
	}
	out->len = front_brace(text, len);
	if (out->len)
		front_wrong(out, a, error.line, error.text);
}

void xs_front_read(xs_front *out, xs_arena *a, const char *text, size_t len)
{
	const char *body = NULL;
	size_t n = 0;
	bool yaml;

	*out = (xs_front){0};
	/* "..." ends a document of YAML too. */
	yaml = front_block(&body, &n, &out->len, text, len, "---", "---", "...");
	if (!yaml && !front_block(&body, &n, &out->len, text, len, "+++", "+++", "+++")) {
		front_json(out, a, text, len);
		return;
	}
	/* Its end is known, so the page behind it is still read. */
	if (n > FRONT_BYTES) {
		front_wrong(out, a, 0, "more than 1 MiB");
	} else if (!yaml) {
		front_toml(out, a, body, n);
	} else {
		out->values = xs_front_yaml(&out->problem, &out->line, a, body, n);
		out->line += out->line > 0;
		/* Prose between two rules. */
		if (!out->values && !out->problem)
			out->len = 0;
	}
}

void xs_front_fini(xs_front *f)
{
	json_decref(f->values);
	f->values = NULL;
}
