/* SPDX-License-Identifier: MIT */
/* t_librerank.c - what a program that is linked with librerank relies on: structs of other releases,
 * the switches of patterns, the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rerank/golden.h"

/* Structs of a program that was built with an older header are shorter, with a newer one longer. */
static void structs_may_be_of_another_release(void **state)
{
	static const int32_t ids[] = {7, 8};
	struct {
		xs_rerank_options known;
		long later;
	} options = {.known = {.precision = XS_PRECISION_F32}};
	struct {
		xs_input known;
		long later;
	} in[2] = {{.known = {.ids = ids, .n_ids = 2}}, {.known = {.ids = ids, .n_ids = 1}}};
	struct {
		xs_score known;
		long later;
	} longer[2];
	struct {
		float logit, score;
	} shorter[2];
	struct {
		const char *name, *architecture;
	} info;
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, "t32");
	xs_reranker *r;
	xs_request *q;

	(void)state;
	xs_model_info_get_sized((void *)&info, sizeof(info), m);
	assert_string_equal(info.name, "t32");
	assert_int_equal(xs_reranker_new_sized(&r, m, &options.known, sizeof options, NULL), XS_OK);
	assert_int_equal(xs_request_new_sized(&q, r, &in[0].known, sizeof in[0]), XS_OK);
	memset(longer, 0xff, sizeof longer);
	assert_int_equal(xs_request_score_sized(&longer[0].known, sizeof longer[0], q, &in[0].known,
						sizeof in[0], 2, NULL),
			 XS_OK);
	assert_int_equal(longer[0].known.tokens, 2);
	assert_int_equal(longer[1].known.tokens, 1);
	assert_int_equal(longer[1].later, 0);
	assert_int_equal(xs_request_score_sized((void *)shorter, sizeof shorter[0], q, &in[0].known,
						sizeof in[0], 2, NULL),
			 XS_OK);
	for (int i = 0; i < 2; i++)
		assert_memory_equal(&shorter[i].logit, &longer[i].known.logit, sizeof(float));
	/* What this release does not know must not be lost in silence. */
	in[1].later = 1;
	assert_int_equal(xs_request_score_sized(&longer[0].known, sizeof longer[0], q, &in[0].known,
						sizeof in[0], 2, NULL),
			 XS_EUNSUPPORTED);
	assert_non_null(strstr(xs_error(), "xs_input: byte"));
	assert_int_equal(longer[0].known.rc, XS_OK);
	assert_int_equal(longer[1].known.rc, XS_EUNSUPPORTED);
	xs_request_free(q);
	xs_reranker_free(r);
	options.later = 1;
	assert_int_equal(xs_reranker_new_sized(&r, m, &options.known, sizeof options, NULL),
			 XS_EUNSUPPORTED);
	assert_null(r);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Each switch has its name and its own field, and makes a pattern another one. */
static void patterns_differ_by_each_switch(void **state)
{
	xs_pattern p = xs_pattern_full;

	(void)state;
	assert_string_equal(xs_pattern_switch_name(0), "cls_query");
	assert_string_equal(xs_pattern_switch_name(3), "query_doc");
	assert_null(xs_pattern_switch_name(XS_PATTERN_SWITCHES));
	assert_null(xs_pattern_switch_name(-1));
	xs_pattern_switch_set(&p, 3, false);
	assert_false(p.query_doc);
	for (int i = 0; i < XS_PATTERN_SWITCHES; i++) {
		p = xs_pattern_full;
		assert_true(xs_pattern_equal(&p, &xs_pattern_full));
		xs_pattern_switch_set(&p, i, false);
		assert_false(xs_pattern_switch_get(&p, i));
		assert_false(xs_pattern_equal(&p, &xs_pattern_full));
		for (int k = 0; k < XS_PATTERN_SWITCHES; k++)
			assert_int_equal(xs_pattern_switch_get(&p, k), k != i);
	}
	p = xs_pattern_full;
	p.window = 7;
	assert_false(xs_pattern_equal(&p, &xs_pattern_full));
	assert_int_equal(sizeof(xs_pattern), 32); /* programs have it in their own memory */
}

static char logged[512];

static void log_keep(void *user, xs_level level, const char *text)
{
	assert_int_equal(level, XS_LOG_DEBUG);
	snprintf(logged, sizeof logged, "%s%s", (const char *)user, text);
}

static void messages_go_to_the_sink(void **state)
{
	xs_arena *a = xs_arena_new();

	(void)state;
	xs_rerank_log_to(log_keep, "> ", XS_LOG_DEBUG);
	xs_model_close(golden_open(a, "t32"));
	assert_non_null(strstr(logged, "> librerank "));
	assert_non_null(strstr(logged, xs_rerank_version()));
	assert_non_null(strstr(logged, "t32"));
	logged[0] = '\0';
	xs_rerank_log_to(log_keep, "> ", XS_LOG_INFO);
	xs_model_close(golden_open(a, "t32"));
	assert_string_equal(logged, "");
	xs_rerank_log_to(NULL, NULL, XS_LOG_DEBUG);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structs_may_be_of_another_release),
		cmocka_unit_test(patterns_differ_by_each_switch),
		cmocka_unit_test(messages_go_to_the_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
