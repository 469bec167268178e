/* SPDX-License-Identifier: MIT */
/* t_model_vocabulary.c - the vocabulary of a model folder, and what tells folders apart: hash and stamp. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/rerank/model_folder.h"

/* A vocabulary of n tokens, the first as told. */
static void put_vocabulary(const fixture *f, const char *first, int n)
{
	xs_buf lines = {0};

	xs_buf_puts(&lines, first);
	for (const char *p = first; (p = strchr(p, '\n')); p++)
		n--;
	for (; n > 0; n--)
		xs_buf_printf(&lines, "w%d\n", n);
	put(f, "vocab.txt", lines.data, lines.len);
	xs_buf_fini(&lines);
}

/* Opens the folder and compares the ids of a text. */
static void tokens_are(const fixture *f, const char *text, const int32_t *expected, int n)
{
	int32_t ids[16];
	xs_model *m;

	if (xs_model_open(&m, f->folder) < 0)
		fail_msg("%s", xs_error());
	assert_int_equal(xs_model_tokenize(ids, 16, m, text, strlen(text)), n);
	assert_memory_equal(ids, expected, (size_t)n * sizeof *ids);
	xs_model_close(m);
}

static const char small_vocabulary[] =
	"[PAD]\n[CLS]\n[SEP]\n[UNK]\na\nb\n##b\n\303\244\nA\n\344\270\255\n##a\n";

static void vocabulary_must_fit(void **state)
{
	fixture *f = *state;

	put(f, "model.safetensors", f->weights, f->n);
	config_with(f, "{", "{");
	put_vocabulary(f, small_vocabulary, 300);
	tokens_are(f, "ABB b", (int32_t[]){4, 6, 6, 5}, 4);
	put_vocabulary(f, small_vocabulary, 301);
	refuses(f, XS_EFORMAT, "has 301 tokens; vocab_size says 300");
	put_vocabulary(f, small_vocabulary, 299);
	refuses(f, XS_EFORMAT, "has 299 tokens; vocab_size says 300");
	put(f, "vocab.txt", "\xff\xfe", 2);
	refuses(f, XS_EFORMAT, "UTF-8");
	put(f, "vocab.txt", "a\nb\n", 4);
	refuses(f, XS_EFORMAT, "[UNK]");
}

/* What tokenizer_config.json says of case, accents and Chinese characters. */
static void words_are_folded_as_told(void **state)
{
	static const struct {
		const char *config;
		int32_t ids[4];
		int n;
	} cases[] = {
		{"{}", {4, 4, 9, 4}, 4},
		{"{\"do_lower_case\": true}", {4, 4, 9, 4}, 4},
		{"{\"do_lower_case\": false}", {8, 7, 9, 4}, 4},
		{"{\"do_lower_case\": false, \"strip_accents\": true}", {8, 4, 9, 4}, 4},
		{"{\"do_lower_case\": true, \"strip_accents\": false}", {4, 7, 9, 4}, 4},
		{"{\"tokenize_chinese_chars\": false}", {4, 4, 9, 10}, 4},
	};
	fixture *f = *state;

	put(f, "model.safetensors", f->weights, f->n);
	config_with(f, "{", "{");
	put_vocabulary(f, small_vocabulary, 300);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(f, "tokenizer_config.json", cases[i].config, strlen(cases[i].config));
		tokens_are(f, "A \303\244 \344\270\255a", cases[i].ids, cases[i].n);
	}
}

/* tokenizer.json goes before vocab.txt, tokenizer_config.json before what it says of case. */
static void tokenizer_json_is_read(void **state)
{
	fixture *f = *state;
	xs_buf json = {0};

	put(f, "model.safetensors", f->weights, f->n);
	config_with(f, "{", "{");
	put_vocabulary(f, small_vocabulary, 300);
	xs_buf_puts(&json,
		    "{\"normalizer\":{\"type\":\"BertNormalizer\",\"lowercase\":false},"
		    "\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[UNK]\":0,\"A\":1,\"b\":2,"
		    "\"a\":3");
	for (int i = 4; i < 300; i++)
		xs_buf_printf(&json, ",\"w%d\":%d", i, i);
	xs_buf_puts(&json, "}}}");
	put(f, "tokenizer.json", json.data, json.len);
	xs_buf_fini(&json);
	tokens_are(f, "b A", (int32_t[]){2, 1}, 2);
	put(f, "tokenizer_config.json", "{\"do_lower_case\": true}", 23);
	tokens_are(f, "b A", (int32_t[]){2, 3}, 2);
}

static uint64_t hash_of(const fixture *f)
{
	xs_model *m;
	uint64_t hash;

	assert_int_equal(xs_model_open(&m, f->folder), XS_OK);
	hash = xs_model_hash(m);
	assert_true(hash == xs_model_hash(m));
	xs_model_close(m);
	return hash;
}

/* Equal files have one hash; any byte of configuration, vocabulary or weights makes another. */
static void hash_tells_models_apart(void **state)
{
	fixture *f = *state;
	uint64_t same, other;
	xs_model *m;

	put(f, "model.safetensors", f->weights, f->n);
	config_with(f, "{", "{");
	same = hash_of(f);
	assert_int_equal(xs_model_open(&m, golden_path(f->a, "t32")), XS_OK);
	assert_true(xs_model_hash(m) == same);
	xs_model_close(m);
	config_with(f, "\"attention_window_size\": 4", "\"attention_window_size\": 5");
	assert_true(hash_of(f) != same);
	config_with(f, "{", "{");
	put_vocabulary(f, small_vocabulary, 300);
	other = hash_of(f);
	assert_true(other != same);
	put(f, "tokenizer_config.json", "{\"do_lower_case\": false}", 24);
	assert_true(hash_of(f) != other && hash_of(f) != same);
	drop(f, "tokenizer_config.json");
	drop(f, "vocab.txt");
	f->weights[f->n - 2] ^= 1;
	put(f, "model.safetensors", f->weights, f->n);
	assert_true(hash_of(f) != same);
}

/* A file that is written again, came or went makes another stamp, whatever is in it. */
static void stamp_tells_states_apart(void **state)
{
	fixture *f = *state;
	uint64_t before, after;

	assert_int_equal(xs_model_stamp(f->folder), 0);
	assert_int_equal(xs_model_stamp("/nowhere"), 0);
	put(f, "model.safetensors", f->weights, f->n);
	config_with(f, "{", "{");
	before = xs_model_stamp(f->folder);
	assert_true(before != 0);
	assert_true(xs_model_stamp(f->folder) == before);
	config_with(f, "{", "{");
	after = xs_model_stamp(f->folder);
	assert_true(after != before);
	put(f, "vocab.txt", "x", 1);
	assert_true(xs_model_stamp(f->folder) != after);
	assert_true(xs_model_stamp(NULL) == xs_model_stamp(NULL));
	assert_true(xs_model_stamp(NULL) != after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(vocabulary_must_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_are_folded_as_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tokenizer_json_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hash_tells_models_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stamp_tells_states_apart, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
