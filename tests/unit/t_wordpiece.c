/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_wordpiece.c - the tokenizer equals the reference, on every line of golden/tokenizer.jsonl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "rerank/wordpiece.h"

enum { ROOM = 4096 };

static const char *test_path(const char *name)
{
	static char path[4096];
	const char *top = getenv("top_srcdir");

	snprintf(path, sizeof(path), "%s/%s", top ? top : ".", name);
	return path;
}

static void line_equals(const xs_wordpiece *w, const char *line, size_t len)
{
	json_t *o = json_loadb(line, len, JSON_ALLOW_NUL, NULL), *text, *wanted;
	int32_t ids[ROOM];
	size_t i, n;

	assert_non_null(o);
	text = json_object_get(o, "text");
	wanted = json_object_get(o, "ids");
	n = xs_wordpiece_encode(w, json_string_value(text), json_string_length(text), ids, ROOM);
	if (n != json_array_size(wanted))
		fail_msg("%zu tokens: %.*s", n, (int)len, line);
	for (i = 0; i < n; i++)
		if (ids[i] != json_integer_value(json_array_get(wanted, i)))
			fail_msg("token %zu is %d: %.*s", i, ids[i], (int)len, line);
	json_decref(o);
}

static void equals_the_reference(void **state)
{
	xs_map vocabulary, golden;
	xs_wordpiece *w;
	const char *p, *end, *stop;
	int lines = 0;

	(void)state;
	assert_int_equal(xs_map_open(&vocabulary, test_path("models/default/vocab.txt")), XS_OK);
	assert_int_equal(xs_map_open(&golden, test_path("tests/data/golden/tokenizer.jsonl")), XS_OK);
	assert_int_equal(xs_wordpiece_new(&w, (const char *)vocabulary.data, vocabulary.len, "vocab.txt",
					  &xs_wordpiece_uncased),
			 XS_OK);
	assert_int_equal(xs_wordpiece_count(w), 30522);
	p = (const char *)golden.data;
	for (end = p + golden.len; p < end; p = stop + 1, lines++) {
		stop = memchr(p, '\n', (size_t)(end - p));
		assert_non_null(stop);
		line_equals(w, p, (size_t)(stop - p));
	}
	assert_int_equal(lines, 214);
	xs_wordpiece_free(w);
	xs_map_close(&golden);
	xs_map_close(&vocabulary);
}

static void ids_are_counted_beyond_the_room(void **state)
{
	static const char vocabulary[] = "[UNK]\nhe\n##llo\nworld\n";
	int32_t ids[2] = {-1, -1};
	xs_wordpiece *w;

	(void)state;
	assert_int_equal(xs_wordpiece_new(&w, vocabulary, strlen(vocabulary), "v", &xs_wordpiece_uncased), XS_OK);
	assert_int_equal(xs_wordpiece_encode(w, "Hello World x \xff\xfe", 16, ids, 2), 4);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 2);
	assert_int_equal(xs_wordpiece_id(w, "world"), 3);
	assert_int_equal(xs_wordpiece_id(w, "absent"), -1);
	xs_wordpiece_free(w);
}

static void json_gives_the_same(void **state)
{
	static const char json[] = "{\"model\":{\"type\":\"WordPiece\",\"vocab\":"
				   "{\"he\":1,\"[UNK]\":0,\"##llo\":2}}}";
	static const char lines[] = "[UNK]\nhe\n##llo\n";
	xs_wordpiece *a, *b;

	(void)state;
	assert_int_equal(xs_wordpiece_from_json(&a, json, strlen(json), NULL, "t.json"), XS_OK);
	assert_int_equal(xs_wordpiece_new(&b, lines, strlen(lines), "v", &xs_wordpiece_uncased), XS_OK);
	assert_true(xs_wordpiece_hash(a) == xs_wordpiece_hash(b));
	xs_wordpiece_free(a);
	xs_wordpiece_free(b);
}

static void damage_is_told(void **state)
{
	static const struct {
		const char *json;
		int rc;
	} bad[] = {
		{"{\"model\":", XS_EFORMAT},
		{"{\"model\":{\"type\":\"BPE\"}}", XS_ENOTFOUND},
		{"{\"model\":{\"type\":\"WordPiece\",\"continuing_subword_prefix\":\"\",\"vocab\":{}}}",
		 XS_EUNSUPPORTED},
		{"{\"model\":{\"vocab\":[1]}}", XS_EFORMAT},
		{"{\"model\":{\"vocab\":{\"a\":0,\"b\":0}}}", XS_EFORMAT},
		{"{\"model\":{\"vocab\":{\"a\":7}}}", XS_EFORMAT},
		{"{\"model\":{\"vocab\":{\"a\":\"0\"}}}", XS_EFORMAT},
	};
	xs_wordpiece *w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		xs_fail(XS_OK, "%s", "");
		assert_int_equal(xs_wordpiece_from_json(&w, bad[i].json, strlen(bad[i].json), NULL, "t.json"),
				 bad[i].rc);
		assert_null(w);
		assert_non_null(strstr(xs_error(), "t.json"));
	}
	assert_int_equal(xs_wordpiece_new(&w, "", 0, "v", &xs_wordpiece_uncased), XS_EFORMAT);
	assert_int_equal(xs_wordpiece_new(&w, "a\n", 2, "v", &xs_wordpiece_uncased), XS_EFORMAT);
	assert_int_equal(xs_wordpiece_new(&w, "[UNK]\n\xff\n", 8, "v", &xs_wordpiece_uncased), XS_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_reference),
		cmocka_unit_test(ids_are_counted_beyond_the_room),
		cmocka_unit_test(json_gives_the_same),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
