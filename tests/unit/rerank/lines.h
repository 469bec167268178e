/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines.h - a tokenizer against a file of {"text", "ids"} a line, which another made. */
#ifndef XS_TESTS_UNIT_RERANK_LINES_H
#define XS_TESTS_UNIT_RERANK_LINES_H

#include <jansson.h>
#include <string.h>

#include "base/file.h"

enum { LINES_ROOM = 4096 };

/* Writes the ids of a text as a tokenizer does. */
typedef size_t lines_encode(const void *tokenizer, const char *text, size_t len, int32_t *ids,
			    size_t room);

static void line_equals(lines_encode *encode, const void *tokenizer, const char *line, size_t len)
{
	json_t *o = json_loadb(line, len, JSON_ALLOW_NUL, NULL), *text, *wanted;
	int32_t ids[LINES_ROOM];
	size_t i, n;

	assert_non_null(o);
	text = json_object_get(o, "text");
	wanted = json_object_get(o, "ids");
	n = encode(tokenizer, json_string_value(text), json_string_length(text), ids, LINES_ROOM);
	if (n != json_array_size(wanted))
		fail_msg("%zu tokens: %.*s", n, (int)len, line);
	for (i = 0; i < n; i++)
		if (ids[i] != json_integer_value(json_array_get(wanted, i)))
			fail_msg("token %zu is %d: %.*s", i, ids[i], (int)len, line);
	json_decref(o);
}

/* Compares every line of the file, of which there are `lines`. */
static void lines_equal(const char *path, int lines, lines_encode *encode, const void *tokenizer)
{
	const char *p, *end, *stop;
	xs_map golden;

	assert_int_equal(xs_map_open(&golden, path), XS_OK);
	p = (const char *)golden.data;
	for (end = p + golden.len; p < end; p = stop + 1, lines--) {
		stop = memchr(p, '\n', (size_t)(end - p));
		assert_non_null(stop);
		line_equals(encode, tokenizer, p, (size_t)(stop - p));
	}
	assert_int_equal(lines, 0);
	xs_map_close(&golden);
}

#endif
