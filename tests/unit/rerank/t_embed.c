/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_embed.c - vectors of texts against those that others computed, and what they may not depend on. */
#define _GNU_SOURCE /* mkdtemp */
#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "rerank/verify.h"
#include "tests/unit/rerank/golden.h"

static xs_model *open_model(xs_arena *a, const char *name)
{
	xs_model *m;

	if (xs_embedder_model_open(&m, name ? golden_path(a, name) : NULL) < 0)
		fail_msg("%s", xs_error());
	return m;
}

static xs_embedder *new_embedder(const xs_model *m, const xs_embed_options *o, xs_pool *pool)
{
	xs_embedder *e;

	if (xs_embedder_new(&e, m, o, pool) < 0)
		fail_msg("%s", xs_error());
	return e;
}

/* The least cosine, after the ids were compared. */
static double golden(const xs_model *m, xs_arena *a, xs_precision precision, const char *path)
{
	xs_embedder *e = new_embedder(m, &(xs_embed_options){.precision = precision}, NULL);
	xs_embed_report report;

	if (xs_embedder_verify(&report, a, e, golden_path(a, path)) < 0)
		fail_msg("%s", xs_error());
	assert_true(report.n > 0);
	assert_int_equal(report.ids_wrong, 0);
	xs_embedder_free(e);
	print_message("%s, precision %d: cosine %.7f at least\n", path, (int)precision,
		      report.worst);
	return report.worst;
}

/* The built-in model is the int8 form of that which gave the answers. */
static void built_in_model(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, NULL);

	(void)state;
	for (int p = XS_PRECISION_F32; p <= XS_PRECISION_INT8; p++)
		assert_true(golden(m, a, (xs_precision)p, "embedder/golden.json") >= .998);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Folders that sentence-transformers wrote: CLS; the last token in an older layout, with prompts; RoBERTa
 * with the mean and prompts.  The int8 forms are read by the same code. */
static void folders(void **state)
{
	static const char *const names[] = {"embed-cls", "embed-last", "embed-roberta"};
	xs_arena *a = xs_arena_new();
	char to[] = "/tmp/xs-embed-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(to));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path = xs_arena_printf(a, "%s/golden.json", names[i]);
		const char *copy = xs_file_join(a, to, names[i]);
		xs_model *m = open_model(a, names[i]);

		assert_true(golden(m, a, XS_PRECISION_F32, path) >= .999999);
		assert_true(golden(m, a, XS_PRECISION_INT8, path) >= .998);
		xs_model_close(m);
		if (xs_model_quantize(golden_path(a, names[i]), copy) < 0 ||
		    xs_embedder_model_open(&m, copy) < 0)
			fail_msg("%s", xs_error());
		assert_true(golden(m, a, XS_PRECISION_INT8, path) >= .99);
		xs_model_close(m);
	}
	assert_int_equal(system(xs_arena_printf(a, "rm -r %s", to)), 0);
	xs_arena_free(a);
}

/* What the folder says, and what options say in its place. */
static void options(void **state)
{
	static const int32_t one[] = {7};
	xs_embed_options o = {.pooling = XS_POOLING_MEAN,
			      .normalise = XS_NORMALISE_OFF,
			      .max_tokens = 3,
			      .query_prompt = "",
			      .passage_prompt = "index "};
	xs_input text = xs_input_text("data data data"), id = {.ids = one, .n_ids = 1};
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "embed-last");
	xs_embedder *e = new_embedder(m, NULL, NULL), *other = new_embedder(m, &o, NULL);
	xs_embedder_info info;
	xs_embedding note;
	float vector[32], same[32];

	(void)state;
	xs_embedder_info_get(&info, e);
	assert_int_equal(info.dimensions, 32);
	assert_int_equal(info.pooling, XS_POOLING_LAST);
	assert_true(info.normalised);
	assert_int_equal(info.max_tokens, 32);
	assert_string_equal(info.query_prompt, "search: ");
	assert_string_equal(info.passage_prompt, "data: ");
	xs_embedder_info_get(&info, other);
	assert_int_equal(info.pooling, XS_POOLING_MEAN);
	assert_false(info.normalised);
	assert_int_equal(info.max_tokens, 3);
	assert_string_equal(info.query_prompt, "");
	assert_string_equal(info.passage_prompt, "index ");
	assert_true(xs_embedder_identity(e) != xs_embedder_identity(other));
	assert_int_equal(xs_embedder_run(vector, &note, other, XS_EMBED_QUERY, &text, 1, NULL),
			 XS_OK);
	assert_int_equal(note.tokens, 5);
	assert_int_equal(note.tokens_used, 3);
	/* Cut to its first token, the prompt: the same as that of ids behind the prompt. */
	assert_int_equal(xs_embedder_run(vector, NULL, other, XS_EMBED_PASSAGE, &text, 1, NULL),
			 XS_OK);
	assert_int_equal(xs_embedder_run(same, &note, other, XS_EMBED_PASSAGE, &id, 1, NULL),
			 XS_OK);
	assert_int_equal(note.tokens, 4);
	assert_memory_equal(vector, same, sizeof same);
	xs_embedder_free(e);
	xs_embedder_free(other);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Options that cannot be followed, each with its sentence. */
static void bad_options(void **state)
{
	static const struct {
		xs_embed_options o;
		const char *says;
	} cases[] = {
		{{.precision = (xs_precision)7}, "precision 7"},
		{{.pooling = (xs_pooling)4}, "pooling 4"},
		{{.normalise = (xs_normalise)-1}, "normalise -1"},
		{{.max_tokens = 2}, "max_tokens 2"},
		{{.max_tokens = -1}, "max_tokens -1"},
	};
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "embed-cls");
	xs_embedder *e;
	xs_reranker *r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(xs_embedder_new(&e, m, &cases[i].o, NULL), XS_EINPUT);
		assert_non_null(strstr(xs_error(), cases[i].says));
	}
	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_EINPUT);
	assert_non_null(strstr(xs_error(), "no classifier"));
	xs_model_close(m);
	/* Token ids alone: a prompt is text. */
	m = open_model(a, "t32");
	assert_int_equal(xs_embedder_new(&e, m, &(xs_embed_options){.query_prompt = "q: "}, NULL),
			 XS_EUNSUPPORTED);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Files of a folder that were changed: a sentence, and the code. */
static void bad_folders(void **state)
{
#define MODULES(second, third)                                                       \
	"[{\"path\": \"\", \"type\": \"a.Transformer\"}, {\"path\": \"1_Pooling\", " \
	"\"type\": \"a." second "\"}" third "]"
	static const struct {
		const char *file, *text;
		int code;
		const char *says;
	} cases[] = {
		{"modules.json", "[", XS_EFORMAT, "modules.json:1:1"},
		{"modules.json", "{}", XS_EFORMAT, "expected a list of modules"},
		{"modules.json", "[{}, {}]", XS_EFORMAT, "module 0: expected a type and a path"},
		{"modules.json", "[{\"path\": \"../x\", \"type\": \"Transformer\"}, {}]",
		 XS_EFORMAT, "within the folder"},
		{"modules.json", MODULES("Dense", ""), XS_EUNSUPPORTED, "module 1, a.Dense"},
		{"modules.json", MODULES("Pooling", ", {\"path\": \"2\", \"type\": \"a.Dense\"}"),
		 XS_EUNSUPPORTED, "module 2, a.Dense"},
		{"1_Pooling/config.json", NULL, XS_EFORMAT, "1_Pooling/config.json is missing"},
		{"1_Pooling/config.json", "[]", XS_EFORMAT, "expected a JSON object"},
		{"1_Pooling/config.json", "{}", XS_EUNSUPPORTED, "none of its poolings"},
		{"1_Pooling/config.json", "{\"pooling_mode\": \"max\"}", XS_EUNSUPPORTED,
		 "the pooling max"},
		{"1_Pooling/config.json", "{\"pooling_mode\": \"median\"}", XS_EUNSUPPORTED,
		 "none of its poolings"},
		{"1_Pooling/config.json",
		 "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}",
		 XS_EUNSUPPORTED, "more than one"},
		{"1_Pooling/config.json", "{\"pooling_mode_mean_sqrt_len_tokens\": true}",
		 XS_EUNSUPPORTED, "mean_sqrt_len_tokens"},
		{"1_Pooling/config.json",
		 "{\"pooling_mode\": \"cls\", \"embedding_dimension\": 31}", XS_EFORMAT,
		 "31; hidden_size is 32"},
		{"1_Pooling/config.json", "{\"pooling_mode\": \"cls\", \"include_prompt\": false}",
		 XS_EUNSUPPORTED, "include_prompt"},
		{"sentence_bert_config.json", "{\"max_seq_length\": 2}", XS_EFORMAT,
		 "max_seq_length"},
		{"sentence_bert_config.json", "{\"max_seq_length\": \"a\"}", XS_EFORMAT,
		 "max_seq_length"},
		{"config_sentence_transformers.json",
		 "{\"prompts\": {}, \"default_prompt_name\": \"query\"}", XS_EFORMAT,
		 "default_prompt_name"},
		{"config.json", "{}", XS_EFORMAT, "config.json"},
		{"model.safetensors", NULL, XS_EFORMAT, "model.safetensors"},
	};
#undef MODULES
	xs_arena *a = xs_arena_new();
	char to[] = "/tmp/xs-embed-XXXXXX";
	xs_model *m;

	(void)state;
	assert_non_null(mkdtemp(to));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *copy = xs_file_join(a, to, "copy");
		const char *path = xs_file_join(a, copy, cases[i].file);

		assert_int_equal(
			system(xs_arena_printf(a, "rm -rf %s && cp -R %s %s && chmod -R u+w %s",
					       copy, golden_path(a, "embed-cls"), copy, copy)),
			0);
		if (cases[i].text)
			assert_int_equal(xs_file_write(path, cases[i].text, strlen(cases[i].text)),
					 XS_OK);
		else
			assert_int_equal(remove(path), 0);
		assert_int_equal(xs_embedder_model_open(&m, copy), cases[i].code);
		if (!strstr(xs_error(), cases[i].says))
			fail_msg("case %zu: \"%s\" lacks \"%s\"", i, xs_error(), cases[i].says);
	}
	assert_int_equal(system(xs_arena_printf(a, "rm -r %s", to)), 0);
	assert_true(xs_embedder_model_open(&m, "/nowhere") < 0);
	xs_arena_free(a);
}

/* Texts that cannot be read, and a deadline: the others have their vectors. */
static void bad_texts(void **state)
{
	static const int32_t wrong[] = {5, 180}, right[] = {5, 6};
	const xs_input in[] = {{.ids = right, .n_ids = 2},
			       {.ids = wrong, .n_ids = 2},
			       {.len = 3},
			       {.ids = right, .n_ids = 2}};
	static const float zero[32];
	atomic_int cancel = 1;
	xs_deadline over = {.cancel = &cancel};
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "embed-cls");
	xs_embedder *e = new_embedder(m, NULL, NULL);
	xs_embedding notes[4];
	float vectors[4][32];

	(void)state;
	assert_int_equal(xs_embedder_run(vectors[0], notes, e, XS_EMBED_TEXT, in, 4, NULL),
			 XS_EINPUT);
	assert_non_null(strstr(xs_error(), "token id 180 at place 1"));
	assert_int_equal(notes[1].rc, XS_EINPUT);
	assert_int_equal(notes[2].rc, XS_EINPUT);
	assert_int_equal(notes[3].rc, XS_OK);
	assert_memory_equal(vectors[1], zero, sizeof zero);
	assert_memory_not_equal(vectors[0], zero, sizeof zero);
	assert_memory_equal(vectors[0], vectors[3], sizeof zero);
	assert_int_equal(xs_embedder_run(vectors[0], notes, e, XS_EMBED_TEXT, in, 4, &over),
			 XS_ECANCEL);
	assert_int_equal(notes[0].rc, XS_ECANCEL);
	assert_memory_equal(vectors[0], zero, sizeof zero);
	assert_int_equal(xs_embedder_run(vectors[0], NULL, e, (xs_embed_kind)3, in, 1, NULL),
			 XS_EINPUT);
	assert_int_equal(xs_embedder_run(vectors[0], NULL, e, XS_EMBED_TEXT, in, 0, NULL), XS_OK);
	xs_embedder_free(e);
	xs_model_close(m);
	xs_arena_free(a);
}

enum { TEXTS = 24, LONGEST = 300 };
static int32_t text_ids[TEXTS][LONGEST];
static xs_input texts[TEXTS];

/* Of growing length, the first of none; ids that differ from text to text, below `vocabulary`. */
static void make_texts(int vocabulary)
{
	for (size_t t = 0; t < TEXTS; t++) {
		for (size_t i = 0; i < LONGEST; i++)
			text_ids[t][i] =
				(int32_t)((i * i * 7 + t * 31) % (size_t)(vocabulary - 5)) + 5;
		texts[t] =
			(xs_input){.ids = text_ids[t], .n_ids = t * t * LONGEST / (TEXTS * TEXTS)};
	}
}

/* The same bits alone, among others, in another order, with 1 to 8 threads; and length 1. */
static void check_company(const xs_model *m, const xs_embed_options *o)
{
	static const unsigned threads[] = {1, 2, 3, 8};
	xs_embedder *e = new_embedder(m, o, NULL);
	xs_embedder_info info;
	xs_input turned[TEXTS];
	float *alone, *together;
	size_t len, width;

	xs_embedder_info_get(&info, e);
	width = (size_t)info.dimensions;
	len = width * sizeof *alone;
	alone = xs_calloc(TEXTS, len);
	together = xs_calloc(TEXTS, len);
	for (size_t t = 0; t < TEXTS; t++) {
		turned[TEXTS - 1 - t] = texts[t];
		assert_int_equal(xs_embedder_run(alone + t * width, NULL, e, XS_EMBED_TEXT,
						 &texts[t], 1, NULL),
				 XS_OK);
	}
	xs_embedder_free(e);
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		xs_pool *pool = xs_pool_new(threads[i]);

		e = new_embedder(m, o, pool);
		assert_int_equal(xs_embedder_run(together, NULL, e, XS_EMBED_TEXT, texts, TEXTS,
						 NULL),
				 XS_OK);
		assert_memory_equal(alone, together, TEXTS * len);
		assert_int_equal(xs_embedder_run(together, NULL, e, XS_EMBED_TEXT, turned, TEXTS,
						 NULL),
				 XS_OK);
		for (size_t t = 0; t < TEXTS; t++)
			assert_memory_equal(alone + t * width, together + (TEXTS - 1 - t) * width,
					    len);
		xs_embedder_free(e);
		xs_pool_free(pool);
	}
	free(alone);
	free(together);
}

static void vectors_do_not_depend_on_company(void **state)
{
	static const char *const names[] = {"t32", "electra", "embed-roberta"};
	xs_arena *a = xs_arena_new();

	(void)state;
	make_texts(180);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		xs_model *m = open_model(a, names[i]);

		for (int p = XS_PRECISION_F32; p <= XS_PRECISION_INT8; p++)
			for (int pooling = XS_POOLING_MEAN; pooling <= XS_POOLING_LAST; pooling++)
				check_company(m, &(xs_embed_options){
							 .precision = (xs_precision)p,
							 .pooling = (xs_pooling)pooling,
							 .normalise = XS_NORMALISE_ON,
						 });
		xs_model_close(m);
	}
	xs_arena_free(a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_model),
		cmocka_unit_test(folders),
		cmocka_unit_test(options),
		cmocka_unit_test(bad_options),
		cmocka_unit_test(bad_folders),
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(vectors_do_not_depend_on_company),
	};

	if (argc > 1)
		cmocka_set_skip_filter(argv[1]);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
