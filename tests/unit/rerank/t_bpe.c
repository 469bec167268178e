/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_bpe.c - byte-level BPE equals the reference, whatever files it is read from, and damage is
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/bpe.h"
#include "tests/unit/rerank/lines.h"

static const char *golden_path(const char *name)
{
	static char path[4096];
	const char *top = getenv("top_srcdir");

	snprintf(path, sizeof path, "%s/tests/data/golden/%s", top ? top : ".", name);
	return path;
}

static size_t encode(const void *b, const char *text, size_t len, int32_t *ids, size_t room)
{
	return xs_bpe_encode(ids, room, b, text, len);
}

static xs_bpe *from_json(const char *name)
{
	xs_map json;
	xs_bpe *b;

	assert_int_equal(xs_map_open(&json, golden_path(name)), XS_OK);
	if (xs_bpe_from_json(&b, (const char *)json.data, json.len, name) < 0)
		fail_msg("%s", xs_error());
	xs_map_close(&json);
	return b;
}

static void tokenizer_json_equals_the_reference(void **state)
{
	xs_bpe *b = from_json("roberta/tokenizer.json");

	(void)state;
	assert_int_equal(xs_bpe_count(b), 500);
	assert_int_equal(xs_bpe_id(b, "</s>"), 2);
	assert_int_equal(xs_bpe_id(b, "absent"), -1);
	lines_equal(golden_path("roberta/tokenizer.jsonl"), 75, encode, b);
	xs_bpe_free(b);
	b = from_json("bpe-prefix/tokenizer.json");
	lines_equal(golden_path("bpe-prefix/tokenizer.jsonl"), 75, encode, b);
	xs_bpe_free(b);
}

static void files_equal_the_reference(void **state)
{
	xs_map vocabulary, merges;
	xs_bpe *b, *json = from_json("roberta/tokenizer.json");

	(void)state;
	assert_int_equal(xs_map_open(&vocabulary, golden_path("roberta-bin/vocab.json")), XS_OK);
	assert_int_equal(xs_map_open(&merges, golden_path("roberta-bin/merges.txt")), XS_OK);
	assert_int_equal(xs_bpe_from_files(&b, (const char *)vocabulary.data, vocabulary.len,
					   (const char *)merges.data, merges.len, "v", "m"),
			 XS_OK);
	lines_equal(golden_path("roberta-bin/tokenizer.jsonl"), 75, encode, b);
	assert_true(xs_bpe_hash(b) == xs_bpe_hash(json));
	xs_bpe_free(b);
	xs_bpe_free(json);
	xs_map_close(&vocabulary);
	xs_map_close(&merges);
}

/* n log n: a word of a megabyte takes no longer than many words of as many bytes. */
static void long_words_end(void **state)
{
	enum { LEN = 1 << 20 };
	xs_bpe *b = from_json("roberta/tokenizer.json");
	char *text = xs_malloc(LEN);
	int32_t ids[2];

	(void)state;
	for (size_t i = 0; i < LEN; i++)
		text[i] = (char)('a' + i * i % 7);
	assert_true(xs_bpe_encode(ids, 2, b, text, LEN) > LEN / 8);
	free(text);
	xs_bpe_free(b);
}

#define BPE(vocabulary, rest)                                                      \
	"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\"," \
	"\"vocab\":" vocabulary "," rest "}}"

static void damage_is_told(void **state)
{
	static const struct {
		const char *json, *word;
		int rc;
	} bad[] = {
		{"{", "t.json:1:1", XS_EFORMAT},
		{"{\"model\":{\"type\":\"Unigram\"}}", "Unigram; expected WordPiece or BPE",
		 XS_EUNSUPPORTED},
		{"{\"model\":{\"type\":\"BPE\"}}", "expected ByteLevel", XS_EUNSUPPORTED},
		{BPE("{}", "\"merges\":[]"), "model.vocab", XS_EFORMAT},
		{BPE("{\"a\":1}", "\"merges\":[]"), "an id of its own", XS_EFORMAT},
		{BPE("{\"a\":0,\"b\":0}", "\"merges\":[]"), "an id of its own", XS_EFORMAT},
		{BPE("{\"a\":\"0\"}", "\"merges\":[]"), "an id of its own", XS_EFORMAT},
		{BPE("{\"a\":0}", "\"x\":[]"), "a list model.merges", XS_EFORMAT},
		{BPE("{\"a\":0}", "\"merges\":[\"a\"]"), "expected two tokens", XS_EFORMAT},
		{BPE("{\"a\":0}", "\"merges\":[7]"), "expected two tokens", XS_EFORMAT},
		{BPE("{\"a\":0}", "\"merges\":[[\"a\",\"a\"]]"), "not in the vocabulary",
		 XS_EFORMAT},
		{BPE("{\"a\":0}", "\"merges\":[],\"ignore_merges\":true"), "ignore_merges",
		 XS_EUNSUPPORTED},
		{BPE("{\"a\":0}", "\"merges\":[],\"end_of_word_suffix\":\"</w>\""),
		 "end_of_word_suffix", XS_EUNSUPPORTED},
	};
	xs_bpe *b;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(xs_bpe_from_json(&b, bad[i].json, strlen(bad[i].json), "t.json"),
				 bad[i].rc);
		assert_null(b);
		if (!strstr(xs_error(), bad[i].word))
			fail_msg("\"%s\" does not say \"%s\"", xs_error(), bad[i].word);
	}
	assert_int_equal(xs_bpe_from_files(&b, "{\"a\":0}", 7, "a b\n", 4, "v", "m"), XS_EFORMAT);
	assert_non_null(strstr(xs_error(), "m: merge 0"));
	assert_int_equal(xs_bpe_from_files(&b, "[]", 2, "", 0, "v", "m"), XS_EFORMAT);
	assert_non_null(strstr(xs_error(), "v: expected an object"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokenizer_json_equals_the_reference),
		cmocka_unit_test(files_equal_the_reference),
		cmocka_unit_test(long_words_end),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
