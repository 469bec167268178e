/* SPDX-License-Identifier: MIT */
/* t_model.c - model folders: what is read, and what is said of damaged ones. */
#define _GNU_SOURCE /* memmem */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/rerank/model_folder.h"

static void config_is_checked(void **state)
{
	static const struct {
		const char *from, *to, *word;
		int code;
	} cases[] = {
		{"{", "[", "config.json:", XS_EFORMAT},
		{"\"hidden_size\": 64", "\"hidden_size\": 63", "multiple", XS_EFORMAT},
		{"\"hidden_size\": 64", "\"hidden_size\": 128", "config.json asks for", XS_EFORMAT},
		{"\"hidden_size\": 64", "\"hidden_size\": -1", "whole number", XS_EFORMAT},
		{"\"hidden_size\": 64,", "", "hidden_size", XS_EFORMAT},
		{"\"hidden_size\": 64", "\"hidden_size\": 4", "from 6 to 65536", XS_EFORMAT},
		{"\"hidden_size\": 64", "\"hidden_size\": 514", "at most 256", XS_EUNSUPPORTED},
		{"\"intermediate_size\": 128", "\"intermediate_size\": 5", "from 6", XS_EFORMAT},
		{"\"intermediate_size\": 128", "\"intermediate_size\": 65537", "to 65536",
		 XS_EFORMAT},
		{"\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "layer.2", XS_EFORMAT},
		{"\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", "num_hidden_layers 1",
		 XS_EFORMAT},
		{"\"num_labels\": 1", "\"num_labels\": 2", "says 2 labels", XS_EFORMAT},
		{"\"type_vocab_size\": 2", "\"type_vocab_size\": 1", "asks for 1", XS_EFORMAT},
		{"\"model_type\": \"bert\"", "\"model_type\": \"electra\"", "electra", XS_EFORMAT},
		{"\"vocab_size\": 300", "\"vocab_size\": 301", "301", XS_EFORMAT},
		{"\"cls_token_id\": 1,", "", "cls_token_id", XS_EFORMAT},
		{"\"cls_token_id\": 1,", "\"cls_token_id\": 300,", "outside", XS_EFORMAT},
		{"\"model_type\": \"bert\"", "\"model_type\": \"t5\"", "t5", XS_EUNSUPPORTED},
		{"\"hidden_act\": \"gelu\"", "\"hidden_act\": \"silu\"", "silu", XS_EUNSUPPORTED},
		{"\"num_labels\": 1", "\"num_labels\": 1, \"similarity_scale\": 0",
		 "similarity_scale", XS_EFORMAT},
		{"\"num_labels\": 1", "\"num_labels\": 1, \"similarity_scale\": \"x\"",
		 "number above 0", XS_EFORMAT},
		{"\"num_labels\": 1", "\"num_labels\": 1, \"query_own_cls\": 1", "true or false",
		 XS_EFORMAT},
		{"\"attention_window_size\": 4", "\"attention_window_size\": \"x\"", "window",
		 XS_EFORMAT},
		{"\"cls_doc_attention\": true", "\"cls_doc_attention\": 1", "true or false",
		 XS_EFORMAT},
	};
	fixture *f = *state;

	put(f, "model.safetensors", f->weights, f->n);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		config_with(f, cases[i].from, cases[i].to);
		refuses(f, cases[i].code, cases[i].word);
	}
	drop(f, "config.json");
	refuses(f, XS_EFORMAT, "config.json is missing");
}

/* The paper's own class is a BERT that says so by the keys of its pattern alone. */
static void the_papers_class_is_bert(void **state)
{
	fixture *f = *state;
	xs_model *m;

	put(f, "model.safetensors", f->weights, f->n);
	config_with(f, "\"model_type\": \"bert\"", "\"model_type\": \"sparse-cross-encoder\"");
	assert_int_equal(xs_model_open(&m, f->folder), XS_OK);
	xs_model_close(m);
}

static void weights_are_checked(void **state)
{
	fixture *f = *state;
	char *bytes = xs_arena_alloc(f->a, f->n), *at;

	config_with(f, "{", "{");
	drop(f, "model.safetensors");
	refuses(f, XS_EFORMAT, "model.safetensors is missing");
	for (size_t n = 0; n < f->n; n += n < 16 ? 1 : f->n / 50) {
		put(f, "model.safetensors", f->weights, n);
		refuses(f, XS_EFORMAT, "model.safetensors");
	}
	memcpy(bytes, f->weights, f->n);
	memset(bytes, 0xff, 8); /* a header longer than memory */
	put(f, "model.safetensors", bytes, f->n);
	refuses(f, XS_EFORMAT, "header");
	memcpy(bytes, f->weights, f->n);
	at = memmem(bytes, f->n, "\"shape\":[64]", 12);
	assert_non_null(at);
	memcpy(at, "\"shape\":[65]", 12);
	put(f, "model.safetensors", bytes, f->n);
	refuses(f, XS_EFORMAT, "its shape needs");
	memcpy(bytes, f->weights, f->n);
	at = memmem(bytes, f->n, "\"F32\"", 5);
	memcpy(at, "\"Q32\"", 5);
	put(f, "model.safetensors", bytes, f->n);
	refuses(f, XS_EFORMAT, "unknown dtype Q32");
}

/* The folder of another model, whose files the test changes. */
static void take(const fixture *f, const char *folder, const char *const *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *bytes,
			*path = xs_arena_printf(f->a, "%s/%s", golden_path(f->a, folder), files[i]);
		size_t len;

		assert_int_equal(xs_file_read(&bytes, &len, f->a, path, 1 << 24), XS_OK);
		put(f, files[i], bytes, len);
	}
}

static void several_files_are_one_model(void **state)
{
	static const char *const files[] = {"config.json", "tokenizer.json",
					    "model.safetensors.index.json",
					    "model-00001-of-00002.safetensors",
					    "model-00002-of-00002.safetensors"};
	fixture *f = *state;
	uint64_t stamp;
	char *index, *at;
	xs_model *m;

	take(f, "bert-bare", files, 5);
	assert_int_equal(xs_model_open(&m, f->folder), XS_OK);
	xs_model_close(m);
	stamp = xs_model_stamp(f->folder);
	drop(f, files[4]);
	assert_true(xs_model_stamp(f->folder) != stamp);
	refuses(f, XS_EFORMAT, "model-00002-of-00002.safetensors is missing");
	put(f, files[4], f->weights, f->n);
	refuses(f, XS_EFORMAT, "is not in");
	assert_int_equal(xs_file_read(&index, NULL, f->a, xs_file_join(f->a, f->folder, files[2]),
				      1 << 20),
			 XS_OK);
	at = strstr(index, "model-00001");
	memcpy(at, "../../../xx", 11);
	put(f, files[2], index, strlen(index));
	refuses(f, XS_EFORMAT, "in the same folder");
	put(f, files[2], "{}", 2);
	refuses(f, XS_EFORMAT, "weight_map");
	for (size_t i = 2; i < 5; i++)
		drop(f, files[i]);
	refuses(f, XS_EFORMAT, "pytorch_model.bin");
}

/* What another family's configuration says of the same tensors. */
static void families_are_checked(void **state)
{
	static const char *const electra[] = {"config.json", "vocab.txt", "pytorch_model.bin"};
	static const struct {
		const char *from, *to, *word;
		int code;
	} cases[] = {
		{"\"embedding_size\": 16", "\"embedding_size\": 32", "asks for 180 × 32",
		 XS_EFORMAT},
		{"\"model_type\": \"electra\"", "\"model_type\": \"bert\"", "embedding_size 16",
		 XS_EUNSUPPORTED},
		{"\"model_type\": \"electra\"", "\"model_type\": \"roberta\"", "roberta",
		 XS_EFORMAT},
		{"\"model_type\": \"electra\"", "\"model_type\": \"xlm-roberta\"",
		 "xlm-roberta, ElectraForSequenceClassification is not supported", XS_EUNSUPPORTED},
		{"\"0\": \"LABEL_0\"", "\"0\": \"no\", \"1\": \"yes\"", "says 2 labels",
		 XS_EFORMAT},
	};
	fixture *f = *state;

	take(f, "electra", electra, 3);
	assert_int_equal(xs_file_read(&f->config, NULL, f->a,
				      golden_path(f->a, "electra/config.json"), 1 << 20),
			 XS_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		config_with(f, cases[i].from, cases[i].to);
		refuses(f, cases[i].code, cases[i].word);
	}
}

static void not_a_number_is_not_imported(void **state)
{
	static const float nan_bytes = NAN;
	fixture *f = *state;
	char *bytes = xs_arena_alloc(f->a, f->n), *to = xs_file_join(f->a, f->folder, "imported");

	config_with(f, "{", "{");
	put(f, "model.safetensors", f->weights, f->n);
	assert_int_equal(xs_model_import(f->folder, NULL), XS_OK);
	assert_int_equal(xs_model_import(f->folder, f->folder), XS_EINPUT);
	memcpy(bytes, f->weights, f->n);
	memcpy(bytes + f->n - 4, &nan_bytes, 4);
	put(f, "model.safetensors", bytes, f->n);
	assert_int_equal(xs_model_import(f->folder, to), XS_EFORMAT);
	assert_non_null(strstr(xs_error(), "is not finite"));
	assert_int_equal(access(to, F_OK), -1);
}

static void int8_form_is_near(void **state)
{
	fixture *f = *state;
	xs_model *m, *small;
	float row[64], near_row[64];
	xs_model_info info;

	assert_int_equal(xs_model_quantize(golden_path(f->a, "t32"), f->folder), XS_OK);
	assert_int_equal(xs_model_open(&m, golden_path(f->a, "t32")), XS_OK);
	assert_int_equal(xs_model_open(&small, f->folder), XS_OK);
	xs_model_info_get(&info, small);
	assert_string_equal(info.stored, "I8");
	assert_int_equal(info.layers, 2);
	for (int64_t r = 0; r < 64; r++) {
		float most = 0;

		xs_tensor_row(row, &m->layer[1].key.weight, r);
		xs_tensor_row(near_row, &small->layer[1].key.weight, r);
		for (int c = 0; c < 64; c++)
			most = row[c] > most ? row[c] : -row[c] > most ? -row[c] : most;
		for (int c = 0; c < 64; c++)
			assert_true(near_row[c] - row[c] <= most / 253 &&
				    row[c] - near_row[c] <= most / 253);
	}
	xs_tensor_row(row, &m->layer[1].key.bias, 0);
	xs_tensor_row(near_row, &small->layer[1].key.bias, 0);
	assert_memory_equal(row, near_row, sizeof row);
	xs_model_close(m);
	xs_model_close(small);
	assert_int_equal(xs_model_quantize(f->folder, f->folder), XS_EINPUT);
	assert_non_null(strstr(xs_error(), "one folder"));
	assert_int_equal(xs_model_quantize(f->folder, xs_file_join(f->a, f->folder, "again")),
			 XS_EINPUT);
	assert_non_null(strstr(xs_error(), "I8 already"));
}

static void built_in_model(void **state)
{
	xs_model_info info;
	xs_model *m;
	int32_t ids[8];

	(void)state;
	assert_int_equal(xs_model_open(&m, NULL), XS_OK);
	xs_model_info_get(&info, m);
	assert_string_equal(info.name, "default");
	assert_string_equal(info.stored, "I8");
	assert_int_equal(info.vocabulary, 30522);
	assert_int_equal(info.cls, 101);
	assert_int_equal(info.patterns[5].window, 4);
	assert_false(info.patterns[0].query_doc);
	assert_int_equal(xs_model_tokenize(ids, 8, m, "Hello", 5), 1);
	assert_int_equal(ids[0], 7592);
	xs_model_close(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(config_is_checked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_papers_class_is_bert, set_up, tear_down),
		cmocka_unit_test_setup_teardown(weights_are_checked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(several_files_are_one_model, set_up, tear_down),
		cmocka_unit_test_setup_teardown(families_are_checked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_a_number_is_not_imported, set_up, tear_down),
		cmocka_unit_test_setup_teardown(int8_form_is_near, set_up, tear_down),
		cmocka_unit_test(built_in_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
