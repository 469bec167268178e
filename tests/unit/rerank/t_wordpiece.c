/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_wordpiece.c - the tokenizer equals the reference, on every line of golden/tokenizer.jsonl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rerank/wordpiece.h"
#include "tests/unit/rerank/lines.h"

static const char *test_path(const char *name)
{
	static char path[4096];
	const char *top = getenv("top_srcdir");

	snprintf(path, sizeof path, "%s/%s", top ? top : ".", name);
	return path;
}

static size_t encode(const void *w, const char *text, size_t len, int32_t *ids, size_t room)
{
	return xs_wordpiece_encode(ids, room, w, text, len);
}

static void equals_the_reference(void **state)
{
	xs_map vocabulary;
	xs_wordpiece *w;

	(void)state;
	assert_int_equal(xs_map_open(&vocabulary, test_path("models/default/vocab.txt")), XS_OK);
	assert_int_equal(xs_wordpiece_new(&w, (const char *)vocabulary.data, vocabulary.len,
					  "vocab.txt", &xs_wordpiece_uncased),
			 XS_OK);
	assert_int_equal(xs_wordpiece_count(w), 30522);
	lines_equal(test_path("tests/data/golden/tokenizer.jsonl"), 214, encode, w);
	xs_wordpiece_free(w);
	xs_map_close(&vocabulary);
}

/* Cased with accents dropped, cased as it is, uncased with accents. */
static void folds_as_tokenizer_json_says(void **state)
{
	static const char *const names[] = {"bert-bare", "wordpiece-cased", "wordpiece-accents"};
	char path[256];
	xs_map json;
	xs_wordpiece *w;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "tests/data/golden/%s/tokenizer.json", names[i]);
		assert_int_equal(xs_map_open(&json, test_path(path)), XS_OK);
		assert_int_equal(xs_wordpiece_from_json(&w, (const char *)json.data, json.len, NULL,
							path),
				 XS_OK);
		xs_map_close(&json);
		snprintf(path, sizeof path, "tests/data/golden/%s/tokenizer.jsonl", names[i]);
		lines_equal(test_path(path), 75, encode, w);
		xs_wordpiece_free(w);
	}
}

static void ids_are_counted_beyond_the_room(void **state)
{
	static const char vocabulary[] = "[UNK]\nhe\n##llo\nworld\n";
	int32_t ids[2] = {-1, -1};
	xs_wordpiece *w;

	(void)state;
	assert_int_equal(xs_wordpiece_new(&w, vocabulary, strlen(vocabulary), "v",
					  &xs_wordpiece_uncased),
			 XS_OK);
	assert_int_equal(xs_wordpiece_encode(ids, 2, w, "Hello World x \xff\xfe", 16), 4);
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
	assert_int_equal(xs_wordpiece_new(&b, lines, strlen(lines), "v", &xs_wordpiece_uncased),
			 XS_OK);
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
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		xs_fail(XS_OK, "t.json");
		assert_int_equal(xs_wordpiece_from_json(&w, bad[i].json, strlen(bad[i].json), NULL,
							"t.json"),
				 bad[i].rc);
		assert_null(w);
		assert_non_null(strstr(xs_error(), "t.json"));
	}
	assert_int_equal(xs_wordpiece_new(&w, "", 0, "v", &xs_wordpiece_uncased), XS_EFORMAT);
	assert_int_equal(xs_wordpiece_new(&w, "a\n", 2, "v", &xs_wordpiece_uncased), XS_EFORMAT);
	assert_int_equal(xs_wordpiece_new(&w, "[UNK]\n\xff\n", 8, "v", &xs_wordpiece_uncased),
			 XS_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_reference),
		cmocka_unit_test(folds_as_tokenizer_json_says),
		cmocka_unit_test(ids_are_counted_beyond_the_room),
		cmocka_unit_test(json_gives_the_same),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
