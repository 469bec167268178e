/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_analysis.c - where attention goes, against an encoder written in NumPy for the purpose. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rerank/rerank.h"
#include "tests/unit/rerank/golden.h"

enum { LAYERS = 2, HEADS = 2, HIDDEN = 64, ROWS = 1 + 3 + 1 + 7 + 1 };
static const int32_t query_ids[] = {11, 23, 35}, text_ids[] = {41, 52, 63, 74, 85, 96, 107};
typedef float mass[LAYERS * HEADS][XS_FROM_KINDS][XS_TO_KINDS];

static const mass full = {
	{{0.007425, 0.267605, 0.042867, 0.000000, 0.607423, 0.074681},
	 {0.057954, 0.355068, 0.038981, 0.000000, 0.531806, 0.016191},
	 {0.061388, 0.434149, 0.105841, 0.113987, 0.251870, 0.032766}},
	{{0.068012, 0.063277, 0.018477, 0.000000, 0.832127, 0.018107},
	 {0.120748, 0.159067, 0.065647, 0.000000, 0.605376, 0.049162},
	 {0.033359, 0.219701, 0.017218, 0.297054, 0.404069, 0.028599}},
	{{0.007017, 0.057821, 0.119516, 0.000000, 0.688600, 0.127046},
	 {0.040778, 0.170212, 0.175407, 0.000000, 0.531744, 0.081860},
	 {0.035785, 0.216774, 0.120218, 0.186663, 0.341249, 0.099311}},
	{{0.035909, 0.260963, 0.152829, 0.000000, 0.379246, 0.171053},
	 {0.052226, 0.234159, 0.169836, 0.000000, 0.406983, 0.136797},
	 {0.080277, 0.191857, 0.307860, 0.125456, 0.189270, 0.105280}},
};

static const mass sparse = {
	{{0.007425, 0.267605, 0.042867, 0.000000, 0.607423, 0.074681},
	 {0.000000, 0.886047, 0.113953, 0.000000, 0.000000, 0.000000},
	 {0.061972, 0.441471, 0.108142, 0.119757, 0.254489, 0.014168}},
	{{0.068012, 0.063277, 0.018477, 0.000000, 0.832127, 0.018107},
	 {0.000000, 0.666712, 0.333288, 0.000000, 0.000000, 0.000000},
	 {0.039656, 0.245917, 0.019100, 0.354536, 0.325089, 0.015703}},
	{{0.005833, 0.067346, 0.052532, 0.000000, 0.778028, 0.096261},
	 {0.000000, 0.655777, 0.344223, 0.000000, 0.000000, 0.000000},
	 {0.036908, 0.340226, 0.111532, 0.167611, 0.307164, 0.036559}},
	{{0.035562, 0.193467, 0.197054, 0.000000, 0.381743, 0.192174},
	 {0.000000, 0.399168, 0.600832, 0.000000, 0.000000, 0.000000},
	 {0.057498, 0.206700, 0.430523, 0.097098, 0.136697, 0.071485}},
};

/* The mass of the pair in a pattern, with the model t32. */
static void analyse(mass out, const xs_pattern *pattern, int near)
{
	const xs_input query = {.ids = query_ids, .n_ids = 3}, text = {.ids = text_ids, .n_ids = 7};
	const xs_rerank_options options = {.pattern = pattern};
	float *states = malloc((LAYERS + 1) * ROWS * HIDDEN * sizeof *states);
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, "t32");
	int all, used, tokens = ROWS;
	xs_reranker *reranker;
	xs_request *request;

	assert_int_equal(xs_reranker_new(&reranker, m, &options, NULL), XS_OK);
	assert_int_equal(xs_request_new(&request, reranker, &query), XS_OK);
	xs_request_query(&all, &used, request);
	assert_int_equal(xs_request_states(states, &tokens, request, &text), XS_OK);
	assert_int_equal(tokens, ROWS);
	xs_model_attention(&out[0][0][0], m, pattern, states, used, tokens, near);
	xs_request_free(request);
	xs_reranker_free(reranker);
	xs_model_close(m);
	xs_arena_free(a);
	free(states);
}

static void check(const xs_pattern *pattern, const mass expected)
{
	mass got;

	analyse(got, pattern, 1);
	for (int i = 0; i < LAYERS * HEADS; i++)
		for (int from = 0; from < XS_FROM_KINDS; from++)
			for (int to = 0; to < XS_TO_KINDS; to++)
				if (!(fabsf(got[i][from][to] - expected[i][from][to]) <= 2e-6f))
					fail_msg("head %d, %d to %d: %f, expected %f", i, from, to,
						 (double)got[i][from][to],
						 (double)expected[i][from][to]);
}

static void full_pattern(void **state)
{
	(void)state;
	check(&xs_pattern_full, full);
}

static void sparse_pattern(void **state)
{
	(void)state;
	check(&xs_pattern_sparse, sparse);
}

/* Window 0: a document token attends to itself alone among the document's. */
static void window_of_none(void **state)
{
	xs_pattern pattern = xs_pattern_full;
	mass got;

	(void)state;
	pattern.window = 0;
	analyse(got, &pattern, 0);
	for (int i = 0; i < LAYERS * HEADS; i++) {
		const float *from = got[i][XS_FROM_DOCUMENT];

		assert_true(from[XS_TO_FAR] == 0 && from[XS_TO_SEP] == 0 && from[XS_TO_NEAR] > 0);
		assert_true(got[i][XS_FROM_QUERY][XS_TO_FAR] > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_pattern),
		cmocka_unit_test(sparse_pattern),
		cmocka_unit_test(window_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
