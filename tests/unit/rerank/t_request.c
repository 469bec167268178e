/* SPDX-License-Identifier: MIT */
/* t_request.c - what a request takes and refuses, its memory, and how it is ended early. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rerank/golden.h"

/* Many texts of one length: more than any deadline here allows. */
enum { MANY = 1500, MANY_TOKENS = 150 };

typedef struct many {
	xs_arena *a;
	xs_model *m;
	xs_pool *pool;
	xs_reranker *r;
	xs_request *q;
	size_t bytes; /* of the reranker before any work */
	xs_input texts[MANY];
	xs_score scores[MANY];
	int32_t ids[MANY + MANY_TOKENS];
} many;

static many *many_new(const char *model, unsigned threads)
{
	static const int32_t query[] = {10, 20, 30, 40};
	xs_input q = {.ids = query, .n_ids = 4};
	many *t = calloc(1, sizeof *t);

	assert_non_null(t);
	t->a = xs_arena_new();
	t->m = golden_open(t->a, model);
	t->pool = xs_pool_new(threads);
	for (size_t i = 0; i < MANY + MANY_TOKENS; i++)
		t->ids[i] = (int32_t)(i * i % 190 + 5);
	for (size_t i = 0; i < MANY; i++)
		t->texts[i] = (xs_input){.ids = t->ids + i, .n_ids = MANY_TOKENS};
	assert_int_equal(xs_reranker_new(&t->r, t->m, NULL, t->pool), XS_OK);
	t->bytes = xs_reranker_bytes(t->r);
	assert_int_equal(xs_request_new(&t->q, t->r, &q), XS_OK);
	return t;
}

static void many_free(many *t)
{
	xs_request_free(t->q);
	xs_reranker_free(t->r);
	xs_pool_free(t->pool);
	xs_model_close(t->m);
	xs_arena_free(t->a);
	free(t);
}

/* How many texts have a score; each of the first few is what it is alone. */
static size_t many_done(const many *t)
{
	size_t done = 0;
	xs_score alone;

	for (size_t i = 0; i < MANY; i++) {
		if (t->scores[i].rc != XS_OK) {
			assert_int_equal(t->scores[i].rc, XS_ECANCEL);
			continue;
		}
		if (done++ < 5) {
			assert_int_equal(xs_request_score(&alone, t->q, &t->texts[i], 1, NULL),
					 XS_OK);
			assert_memory_equal(&alone.logit, &t->scores[i].logit, sizeof(float));
		}
	}
	return done;
}

/* A deadline in the middle, found by doubling. */
static void deadlines_leave_what_was_done(void **state)
{
	many *t = many_new("t64", 2);
	size_t done = 0;

	(void)state;
	for (double ms = 1; !done; ms *= 2) {
		xs_deadline deadline = xs_deadline_in(ms);

		memset(t->scores, 0xff, sizeof t->scores);
		assert_int_equal(xs_request_score(t->scores, t->q, t->texts, MANY, &deadline),
				 XS_ECANCEL);
		done = many_done(t);
	}
	assert_true(done < MANY);
	many_free(t);
}

typedef struct canceller {
	atomic_int cancel;
	pthread_t thread;
} canceller;

static void *cancel_soon(void *arg)
{
	canceller *c = arg;
	int64_t start = xs_clock_ns();

	while (xs_clock_ms(start) < 3)
		sched_yield();
	atomic_store(&c->cancel, 1);
	return NULL;
}

static void cancelling_ends_the_work(void **state)
{
	many *t = many_new("t64", 3);
	canceller c = {.cancel = 0};
	xs_deadline deadline = {.cancel = &c.cancel};

	(void)state;
	assert_int_equal(pthread_create(&c.thread, NULL, cancel_soon, &c), 0);
	assert_int_equal(xs_request_score(t->scores, t->q, t->texts, MANY, &deadline), XS_ECANCEL);
	pthread_join(c.thread, NULL);
	assert_true(many_done(t) < MANY);
	many_free(t);
}

/* What a thread's states take is found with one thread. */
static void memory_does_not_grow(void **state)
{
	size_t state_bytes = 0;

	(void)state;
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		many *t = many_new("t32", threads);
		size_t few, lots;

		assert_int_equal(xs_request_score(t->scores, t->q, t->texts, 10, NULL), XS_OK);
		few = xs_reranker_bytes(t->r);
		assert_true(few > t->bytes);
		assert_int_equal(xs_request_score(t->scores, t->q, t->texts, 1000, NULL), XS_OK);
		lots = xs_reranker_bytes(t->r);
		if (threads == 1) {
			assert_int_equal(lots, few);
			state_bytes = few - t->bytes;
		}
		assert_true(lots <= t->bytes + threads * state_bytes);
		many_free(t);
	}
}

static void wrong_input_is_told(void **state)
{
	static const int32_t good[] = {7, 8}, bad[] = {7, 300};
	xs_input query = {.ids = good, .n_ids = 2};
	xs_input two[] = {{.ids = good, .n_ids = 2}, {.ids = bad, .n_ids = 2}},
		 text = xs_input_text("words");
	atomic_int cancel = 1;
	xs_deadline over = {.cancel = &cancel};
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, "t32");
	xs_reranker *r;
	xs_request *q;
	xs_score scores[2];

	(void)state;
	assert_int_equal(xs_reranker_new(&r, m, &(xs_rerank_options){.positions = 3}, NULL),
			 XS_EINPUT);
	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_OK);
	assert_int_equal(xs_request_new(&q, r, &text), XS_EUNSUPPORTED);
	assert_non_null(strstr(xs_error(), "vocabulary"));
	assert_int_equal(xs_request_new(&q, r, &two[1]), XS_EINPUT);
	assert_int_equal(xs_request_new(&q, r, &query), XS_OK);
	assert_int_equal(xs_request_score(scores, q, two, 2, NULL), XS_EINPUT);
	assert_int_equal(scores[0].rc, XS_OK);
	assert_int_equal(scores[1].rc, XS_EINPUT);
	assert_non_null(strstr(xs_error(), "token id 300 at place 1"));
	assert_int_equal(xs_request_score(scores, q, two, 1, &over), XS_ECANCEL);
	assert_int_equal(scores[0].rc, XS_ECANCEL);
	assert_int_equal(xs_request_score(scores, q, two, 0, NULL), XS_OK);
	xs_request_free(q);
	xs_reranker_free(r);
	xs_model_close(m);
	xs_arena_free(a);
}

static void queries_have_a_budget(void **state)
{
	static const char words[] =
		"one two three four five six seven eight nine ten eleven twelve "
		"one two three four five six seven eight nine ten eleven twelve "
		"one two three four five six seven eight nine ten eleven twelve";
	xs_input query = xs_input_text(words);
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, NULL);
	xs_reranker *r;
	xs_request *q;
	int tokens, used;

	(void)state;
	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_OK);
	assert_int_equal(xs_request_new(&q, r, &query), XS_OK);
	xs_request_query(&tokens, &used, q);
	assert_int_equal(tokens, 36);
	assert_int_equal(used, XS_QUERY_TOKENS);
	xs_request_free(q);
	xs_reranker_free(r);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Scores ids, a text, nothing and a bad id for a query, and compares codes and the sentence. */
static void check_mix(const xs_model *m, const xs_input *query, const int rc[4], int outcome,
		      const char *sentence)
{
	static const int32_t good[] = {7, 8}, bad[] = {7, INT32_MAX};
	xs_input mix[] = {{.ids = good, .n_ids = 2},
			  xs_input_text("hello world"),
			  {0},
			  {.ids = bad, .n_ids = 2}};
	xs_score scores[4], alone;
	xs_reranker *r;
	xs_request *q;

	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_OK);
	assert_int_equal(xs_request_new(&q, r, query), XS_OK);
	assert_int_equal(xs_request_score(scores, q, mix, 4, NULL), outcome);
	assert_non_null(strstr(xs_error(), sentence));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(scores[i].rc, rc[i]);
		assert_int_equal(scores[i].tokens_scored > 0, i < 2 && rc[i] == XS_OK);
		/* Alone as among the others. */
		assert_int_equal(xs_request_score(&alone, q, &mix[i], 1, NULL), rc[i]);
		if (rc[i] == XS_OK)
			assert_memory_equal(&alone.logit, &scores[i].logit, sizeof(float));
	}
	xs_request_free(q);
	xs_reranker_free(r);
}

/* A query and each text may be ids or words, whatever the others are. */
static void ids_and_texts_may_be_mixed(void **state)
{
	static const int32_t ids[] = {5, 6};
	const int with[] = {XS_OK, XS_OK, XS_OK, XS_EINPUT};
	const int without[] = {XS_OK, XS_EUNSUPPORTED, XS_EUNSUPPORTED, XS_EINPUT};
	xs_input by_ids = {.ids = ids, .n_ids = 2}, by_text = xs_input_text("hello"), none = {0};
	xs_input nowhere = {.len = 3};
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, NULL);
	xs_reranker *r;
	xs_request *q;

	(void)state;
	check_mix(m, &by_ids, with, XS_EINPUT, "token id 2147483647 at place 1");
	check_mix(m, &by_text, with, XS_EINPUT, "token id 2147483647 at place 1");
	check_mix(m, &none, with, XS_EINPUT, "token id 2147483647 at place 1");
	assert_int_equal(xs_reranker_new(&r, m, NULL, NULL), XS_OK);
	assert_int_equal(xs_request_new(&q, r, &nowhere), XS_EINPUT);
	xs_reranker_free(r);
	xs_model_close(m);
	m = golden_open(a, "t32");
	check_mix(m, &by_ids, without, XS_EUNSUPPORTED, "no vocabulary");
	xs_model_close(m);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines_leave_what_was_done),
		cmocka_unit_test(cancelling_ends_the_work),
		cmocka_unit_test(memory_does_not_grow),
		cmocka_unit_test(wrong_input_is_told),
		cmocka_unit_test(queries_have_a_budget),
		cmocka_unit_test(ids_and_texts_may_be_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
