/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_embed.c - vectors of texts against those that PyTorch computed, and what they may not depend on. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rerank/verify.h"

static const char *data_path(xs_arena *a, const char *name)
{
	const char *top = getenv("top_srcdir");

	return xs_arena_printf(a, "%s/tests/data/golden/%s", top ? top : ".", name);
}

static xs_model *open_model(xs_arena *a, const char *name)
{
	xs_model *m;

	if (xs_embedder_model_open(&m, name ? data_path(a, name) : NULL) < 0)
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

	if (xs_embedder_verify(&report, a, e, data_path(a, path)) < 0)
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
		assert_true(golden(m, a, (xs_precision)p, "embedder/golden.json") >= .99);
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
	static const char *const names[] = {"t32", "electra", "roberta"};
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
		cmocka_unit_test(vectors_do_not_depend_on_company),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
