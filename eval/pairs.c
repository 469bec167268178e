/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pairs.c - files of labelled pairs of texts: duplicates, entailment, answers. */
#include "eval/pairs.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

/* Where a line stands, for sentences. */
typedef struct pairs_place {
	const char *path;
	long line;
} pairs_place;

/* XS_ENOTFOUND: the value is no label. */
static int pairs_json_label(bool *out, const json_t *value)
{
	if (json_is_boolean(value))
		*out = json_is_true(value);
	else if (json_is_integer(value) &&
		 (json_integer_value(value) == 0 || json_integer_value(value) == 1))
		*out = json_integer_value(value) == 1;
	else
		return XS_ENOTFOUND;
	return XS_OK;
}

static int pairs_json(xs_labelled_pair *pair, xs_arena *arena, const char *text, size_t len,
		      pairs_place at)
{
	json_error_t error;
	json_t *object = json_loadb(text, len, 0, &error), *a, *b;
	int rc = XS_OK;

	/* Of NULL and of what is no object this is NULL: the tests below tell which it was. */
	a = json_object_get(object, "a");
	b = json_object_get(object, "b");
	if (!json_is_object(object))
		rc = xs_fail(XS_EINPUT, "%s:%ld: expected a JSON object: %s", at.path, at.line,
			     object ? "another kind of value stands here" : error.text);
	else if (!json_is_string(a) || !json_is_string(b))
		rc = xs_fail(XS_EINPUT, "%s:%ld: expected the texts \"a\" and \"b\"", at.path,
			     at.line);
	else if (pairs_json_label(&pair->label, json_object_get(object, "label")) != XS_OK)
		rc = xs_fail(XS_EINPUT, "%s:%ld: expected 0, 1, true or false as \"label\"",
			     at.path, at.line);
	if (rc == XS_OK) {
		pair->a = xs_arena_dup(arena, json_string_value(a));
		pair->b = xs_arena_dup(arena, json_string_value(b));
	}
	json_decref(object);
	return rc;
}

/* XS_ENOTFOUND: the line is the heading. */
static int pairs_tabs(xs_labelled_pair *pair, xs_arena *arena, const char *text, size_t len,
		      pairs_place at)
{
	char *line = xs_arena_dupn(arena, text, len), *b = strchr(line, '\t'), *label;
	int fields = 1;

	for (const char *p = line; (p = strchr(p, '\t')); p++)
		fields++;
	/* The second: a NUL would end the text where nobody sees it. */
	if (fields != 3 || strlen(line) != len)
		return xs_fail(
			XS_EINPUT,
			"%s:%ld: expected 3 fields with tabs between them (a, b, label), got %d",
			at.path, at.line, fields);
	label = strrchr(line, '\t');
	*b++ = *label++ = '\0';
	if (at.line == 1 && strcmp(label, "label") == 0)
		return XS_ENOTFOUND;
	if ((*label != '0' && *label != '1') || label[1])
		return xs_fail(XS_EINPUT, "%s:%ld: expected 0 or 1 as label, got \"%.40s\"",
			       at.path, at.line, label);
	*pair = (xs_labelled_pair){line, b, *label == '1'};
	return XS_OK;
}

/* Reads the lines from `at` to `end`.  The caller frees *rows. */
static int pairs_lines(xs_labelled_pair **rows, xs_pairs *out, xs_arena *a, const char *at,
		       const char *end, const char *path)
{
	pairs_place place = {path, 0};
	size_t cap = 0;
	/* The first byte decides for the whole file: a text may begin with "{" in one line of a
	 * table. */
	bool json = at < end && *at == '{';

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);
		xs_labelled_pair pair;
		int rc;

		place.line++;
		/* Lines of Windows end in CR LF; the CR is no part of a label. */
		len -= len && at[len - 1] == '\r';
		/* An empty line and a heading are passed over alike. */
		rc = len == 0 ? XS_ENOTFOUND
			      : (json ? pairs_json : pairs_tabs)(&pair, a, at, len, place);
		if (rc != XS_OK && rc != XS_ENOTFOUND)
			return rc;
		if (rc == XS_OK) {
			*rows = xs_grow(*rows, out->n, &cap, sizeof **rows);
			(*rows)[out->n++] = pair;
			out->positive += pair.label;
		}
		at = newline ? newline + 1 : end;
	}
	return out->n ? XS_OK : xs_fail(XS_EINPUT, "%s: there is no pair in it", path);
}

int xs_pairs_read(xs_pairs *out, xs_arena *a, const char *path)
{
	xs_labelled_pair *rows = NULL;
	xs_map map = {0};
	int rc = xs_map_open(&map, path);

	*out = (xs_pairs){0};
	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EINPUT, "%s: there is no such file", path);
	if (rc != XS_OK)
		return rc;
	rc = pairs_lines(&rows, out, a, (const char *)map.data, (const char *)map.data + map.len,
			 path);
	xs_map_close(&map);
	if (rc == XS_OK) {
		out->rows = xs_arena_array(a, out->n, sizeof *rows);
		memcpy(out->rows, rows, out->n * sizeof *rows);
	}
	free(rows);
	return rc;
}
