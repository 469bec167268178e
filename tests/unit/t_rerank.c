/* SPDX-License-Identifier: MIT */
/* t_rerank.c - the engine against answers computed in PyTorch, and what scores may not depend on.
 */
#include <setjmp.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rerank/verify.h"

static const char *data_path(xs_arena *a, const char *name)
{
	const char *top = getenv("top_srcdir");

	return xs_arena_printf(a, "%s/tests/data/golden/%s", top ? top : ".", name);
}

static xs_model *open_model(xs_arena *a, const char *name)
{
	xs_model *m;

	if (xs_model_open(&m, name ? data_path(a, name) : NULL) < 0)
		fail_msg("%s", xs_error());
	return m;
}

/* The answers are of the folder's golden.json, or of another file of the golden folders. */
static void check_golden(const char *folder, const char *file)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, folder);
	xs_verify_report report;
	const char *path = xs_arena_printf(a, "%s/golden.json", folder);

	if (xs_model_verify(&report, a, m, data_path(a, file ? file : path), NULL) < 0)
		fail_msg("%s", xs_error());
	assert_true(report.n > 0);
	for (size_t i = 0; i < report.n; i++)
		if (!(report.rows[i].worst <= 1e-4))
			fail_msg("%s: pattern %s: pair %zu differs by %g", folder,
				 report.rows[i].pattern, report.rows[i].worst_pair,
				 report.rows[i].worst);
	if (!(report.hidden_worst <= 1e-4))
		fail_msg("%s: a hidden state differs by %g", folder, report.hidden_worst);
	if (report.texts_wrong)
		fail_msg("%s: %zu of %zu texts have other ids", folder, report.texts_wrong,
			 report.texts);
	xs_model_close(m);
	xs_arena_free(a);
}

static void golden_logits(void **state)
{
	(void)state;
	check_golden("t16", NULL);
	check_golden("t32", NULL);
	check_golden("t64", NULL);
	check_golden("t32-float16", NULL);
	check_golden("t32-bfloat16", NULL);
	check_golden("t32-layered", NULL);
	check_golden("t32", "t32/stretched.json");
}

/* The same weights in PyTorch's own files. */
static void golden_files(void **state)
{
	(void)state;
	check_golden("t32-bin", "t32/golden.json");
	check_golden("t32-bin-legacy", "t32/golden.json");
	check_golden("t32-bin-half", "t32-float16/golden.json");
}

/* Other encoders: texts, ids, hidden states and logits in three patterns by transformers. */
static void golden_families(void **state)
{
	(void)state;
	check_golden("bert-two", NULL);
	check_golden("bert-bare", NULL);
	check_golden("electra", NULL);
	check_golden("electra-two", NULL);
	check_golden("roberta", NULL);
	check_golden("roberta-bin", NULL);
	check_golden("roberta", "roberta/stretched.json");
}

/* The built-in model is the int8 form, so its logits are near the answers, not equal; the ids of
 * its texts are. */
static void default_model(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, NULL);
	xs_verify_report report;

	(void)state;
	if (xs_model_verify(&report, a, m, data_path(a, "default/golden.json"), NULL) < 0)
		fail_msg("%s", xs_error());
	assert_int_equal(report.texts, 66);
	assert_int_equal(report.texts_wrong, 0);
	assert_true(report.worst < 0.5);
	assert_true(report.worst > 0);
	xs_model_close(m);
	xs_arena_free(a);
}

/* Texts of growing length: token ids that differ from text to text. */
enum { TEXTS = 24, LONGEST = 700 };
static int32_t text_ids[TEXTS][LONGEST];
static xs_input texts[TEXTS];

static void make_texts(void)
{
	for (size_t t = 0; t < TEXTS; t++) {
		for (size_t i = 0; i < LONGEST; i++)
			text_ids[t][i] = (int32_t)((i * 7 + t * 31) % 290 + 5);
		texts[t] =
			(xs_input){.ids = text_ids[t], .n_ids = t * t * LONGEST / (TEXTS * TEXTS)};
	}
}

static void score_all(xs_score *scores, const xs_model *m, const xs_rerank_options *o,
		      unsigned threads, const xs_input *in, size_t n)
{
	static const int32_t query[] = {10, 20, 30, 40};
	xs_input q = {.ids = query, .n_ids = 4};
	xs_pool *pool = xs_pool_new(threads);
	xs_reranker *r;
	xs_request *request;

	assert_int_equal(xs_reranker_new(&r, m, o, pool), XS_OK);
	assert_int_equal(xs_request_new(&request, r, &q), XS_OK);
	assert_int_equal(xs_request_score(scores, request, in, n, NULL), XS_OK);
	xs_request_free(request);
	xs_reranker_free(r);
	xs_pool_free(pool);
}

/* The same bits alone, among others, in another order, with 1 to 5 threads.  The last texts are
 * batches of their own, which the threads share step by step. */
static void check_company(const xs_model *m, const xs_rerank_options *o)
{
	static const unsigned threads[] = {1, 2, 3, 5};
	xs_score alone[TEXTS], together[TEXTS], backward[TEXTS];
	xs_input turned[TEXTS];

	for (size_t t = 0; t < TEXTS; t++) {
		turned[TEXTS - 1 - t] = texts[t];
		score_all(&alone[t], m, o, 1, &texts[t], 1);
	}
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		score_all(together, m, o, threads[i], texts, TEXTS);
		score_all(backward, m, o, threads[i], turned, TEXTS);
		for (size_t t = 0; t < TEXTS; t++) {
			assert_memory_equal(&alone[t].logit, &together[t].logit, sizeof(float));
			assert_memory_equal(&alone[t].logit, &backward[TEXTS - 1 - t].logit,
					    sizeof(float));
		}
		score_all(together, m, o, threads[i], &texts[TEXTS - 1], 1);
		assert_memory_equal(&alone[TEXTS - 1].logit, &together[0].logit, sizeof(float));
	}
}

static void scores_do_not_depend_on_company(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "t32");

	(void)state;
	make_texts();
	for (int precision = XS_PRECISION_F32; precision <= XS_PRECISION_INT8; precision++) {
		xs_precision p = (xs_precision)precision;

		check_company(m, &(xs_rerank_options){.precision = p, .positions = 2048});
		/* The query's states differ from text to text; long texts are many windows. */
		check_company(m, &(xs_rerank_options){.precision = p, .pattern = &xs_pattern_full});
	}
	xs_model_close(m);
	xs_arena_free(a);
}

/* A projection, another activation and two separators change nothing of that. */
static void families_do_not_depend_on_company(void **state)
{
	static const char *const names[] = {"electra", "bert-two", "roberta"};
	xs_arena *a = xs_arena_new();

	(void)state;
	make_texts();
	for (size_t t = 0; t < TEXTS; t++)
		for (size_t i = 0; i < LONGEST; i++)
			text_ids[t][i] %= 175; /* electra has 180 */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		xs_model *m = open_model(a, names[i]);

		check_company(m, &(xs_rerank_options){.pattern = &xs_pattern_sparse});
		check_company(m, &(xs_rerank_options){.precision = XS_PRECISION_INT8});
		xs_model_close(m);
	}
	xs_arena_free(a);
}

/* The greatest difference of the texts' logits from those in f32. */
static double precision_loss(const xs_model *m, xs_precision precision, const xs_input *query,
			     const xs_input *in, size_t n)
{
	xs_score exact[TEXTS], near[TEXTS];
	double worst = 0;

	for (int i = 0; i < 2; i++) {
		xs_rerank_options o = {.precision = i ? precision : XS_PRECISION_F32};
		xs_reranker *r;
		xs_request *q;

		assert_int_equal(xs_reranker_new(&r, m, &o, NULL), XS_OK);
		assert_int_equal(xs_request_new(&q, r, query), XS_OK);
		assert_int_equal(xs_request_score(i ? near : exact, q, in, n, NULL), XS_OK);
		xs_request_free(q);
		xs_reranker_free(r);
	}
	for (size_t i = 0; i < n; i++)
		worst = fmax(worst, fabs((double)near[i].logit - (double)exact[i].logit));
	return worst;
}

/* Not-a-number fails; so does a loss of 0, which were f32 under another name. */
static void check_loss(const xs_model *m, const xs_input *query, const xs_input *in, size_t n,
		       double bf16, double int8)
{
	const double most[] = {[XS_PRECISION_BF16] = bf16, [XS_PRECISION_INT8] = int8};

	for (int p = XS_PRECISION_BF16; p <= XS_PRECISION_INT8; p++) {
		double loss = precision_loss(m, (xs_precision)p, query, in, n);

		print_message("precision %d: logits within %g of those in f32\n", p, loss);
		assert_true(loss > 0 && loss <= most[p]);
	}
}

/* Bounds are three times what was measured, the worst of the variants of the kernels. */
static void precisions_are_near(void **state)
{
	static const char *const words[] = {
		"A reader does not block a writer and a writer does not block a reader in WAL mode.",
		"The write-ahead log lets readers and one writer work at the same time.",
		"Use a comma to separate the columns of a table.",
		"Bananas are grown in tropical regions and are picked while they are green.",
		"To open the database in read-only mode give the flag SQLITE_OPEN_READONLY.",
		"readers writers blocking",
	};
	enum { WORDS = sizeof words / sizeof *words };
	static const char *const others[] = {"bert-two",    "bert-bare", "electra",
					     "electra-two", "roberta",	 "roberta-bin"};
	static const int32_t ids[] = {10, 20, 30, 40};
	xs_input query = {.ids = ids, .n_ids = 4}, in[WORDS];
	xs_input question = xs_input_text("how do I keep readers from blocking a writer");
	xs_arena *a = xs_arena_new();
	xs_model *t32 = open_model(a, "t32"), *t64 = open_model(a, "t64"),
		 *own = open_model(a, NULL);

	(void)state;
	make_texts();
	for (size_t t = 0; t < TEXTS; t++)
		for (size_t i = 0; i < LONGEST; i++)
			text_ids[t][i] %= 190; /* t64 has 200 */
	for (size_t i = 0; i < WORDS; i++)
		in[i] = xs_input_text(words[i]);
	check_loss(t32, &query, texts, TEXTS, 0.03, 0.15);
	check_loss(t64, &query, texts, TEXTS, 0.07, 0.2);
	check_loss(own, &question, in, WORDS, 0.08, 0.45);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		xs_model *m = open_model(a, others[i]);

		check_loss(m, &question, in, WORDS, 0.05, 0.2);
		xs_model_close(m);
	}
	xs_model_close(t32);
	xs_model_close(t64);
	xs_model_close(own);
	xs_arena_free(a);
}

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
	t->m = open_model(t->a, model);
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
			assert_memory_equal(&alone, &t->scores[i], sizeof(float));
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

typedef struct asker {
	xs_reranker *r;
	xs_score scores[TEXTS];
	int rc;
	pthread_t thread;
} asker;

static void *ask(void *arg)
{
	static const int32_t query[] = {10, 20, 30, 40};
	xs_input q = {.ids = query, .n_ids = 4};
	asker *k = arg;
	xs_request *request;

	k->rc = xs_request_new(&request, k->r, &q);
	if (k->rc == XS_OK)
		k->rc = xs_request_score(k->scores, request, texts, TEXTS, NULL);
	xs_request_free(request);
	return NULL;
}

static void a_reranker_is_shared(void **state)
{
	enum { ASKERS = 4 };
	static asker askers[ASKERS];
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "t32");
	xs_rerank_options o = {.precision = XS_PRECISION_INT8, .positions = 2048};
	xs_pool *pool = xs_pool_new(2);
	xs_score scores[TEXTS];
	xs_reranker *r;

	(void)state;
	make_texts();
	score_all(scores, m, &o, 1, texts, TEXTS);
	assert_int_equal(xs_reranker_new(&r, m, &o, pool), XS_OK);
	for (int i = 0; i < ASKERS; i++) {
		askers[i].r = r;
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
	}
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(askers[i].thread, NULL);
		assert_int_equal(askers[i].rc, XS_OK);
		for (int t = 0; t < TEXTS; t++)
			assert_memory_equal(&askers[i].scores[t].logit, &scores[t].logit,
					    sizeof(float));
	}
	xs_reranker_free(r);
	xs_pool_free(pool);
	xs_model_close(m);
	xs_arena_free(a);
}

/* A long text's logit is the maximum of its windows', each scored as a text of its own. */
static void long_texts_take_their_best_window(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = open_model(a, "t32");
	int room = 160 - 1 - 5 - 1, stride = room - room / 4; /* CLS, query and SEP, SEP */
	xs_input windows[3];
	xs_score whole, part[3];

	(void)state;
	make_texts();
	texts[0] = (xs_input){.ids = text_ids[0], .n_ids = (size_t)(room + stride + 40)};
	windows[0] = (xs_input){.ids = text_ids[0], .n_ids = (size_t)room};
	windows[1] = (xs_input){.ids = text_ids[0] + stride, .n_ids = (size_t)room};
	windows[2] = (xs_input){.ids = text_ids[0] + stride + 40, .n_ids = (size_t)room};
	score_all(&whole, m, NULL, 2, texts, 1);
	score_all(part, m, NULL, 2, windows, 3);
	assert_int_equal(whole.tokens, room + stride + 40);
	assert_int_equal(whole.tokens_scored, whole.tokens);
	assert_false(whole.truncated);
	for (int i = 0; i < 3; i++)
		assert_true(part[i].logit <= whole.logit);
	assert_true(part[whole.best_window].logit == whole.logit);
	assert_int_equal(whole.best_tokens, room);
	assert_int_equal(whole.best_first,
			 whole.best_window == 2 ? stride + 40 : whole.best_window * stride);
	score_all(&whole, m, &(xs_rerank_options){.overlong = XS_OVERLONG_FIRST}, 2, texts, 1);
	assert_true(whole.logit == part[0].logit);
	assert_true(whole.truncated);
	assert_int_equal(whole.tokens_scored, room);
	score_all(&whole, m, &(xs_rerank_options){.overlong = XS_OVERLONG_MEAN}, 2, texts, 1);
	assert_float_equal(whole.logit, (part[0].logit + part[1].logit + part[2].logit) / 3, 1e-6);
	assert_false(whole.truncated);
	score_all(&whole, m, &(xs_rerank_options){.max_tokens = 10}, 2, texts, 1);
	assert_int_equal(whole.tokens_scored, 10);
	assert_true(whole.truncated);
	xs_model_close(m);
	xs_arena_free(a);
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
	xs_model *m = open_model(a, "t32");
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
	xs_model *m = open_model(a, NULL);
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
	xs_model *m = open_model(a, NULL);
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
	m = open_model(a, "t32");
	check_mix(m, &by_ids, without, XS_EUNSUPPORTED, "no vocabulary");
	xs_model_close(m);
	xs_arena_free(a);
}

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
	xs_model *m = open_model(a, "t32");
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
	xs_model_close(open_model(a, "t32"));
	assert_non_null(strstr(logged, "> librerank "));
	assert_non_null(strstr(logged, xs_rerank_version()));
	assert_non_null(strstr(logged, "t32"));
	logged[0] = '\0';
	xs_rerank_log_to(log_keep, "> ", XS_LOG_INFO);
	xs_model_close(open_model(a, "t32"));
	assert_string_equal(logged, "");
	xs_rerank_log_to(NULL, NULL, XS_LOG_DEBUG);
	xs_arena_free(a);
}

/* Arguments name tests to leave out, and the only ones to run. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_logits),
		cmocka_unit_test(golden_files),
		cmocka_unit_test(golden_families),
		cmocka_unit_test(default_model),
		cmocka_unit_test(scores_do_not_depend_on_company),
		cmocka_unit_test(families_do_not_depend_on_company),
		cmocka_unit_test(precisions_are_near),
		cmocka_unit_test(deadlines_leave_what_was_done),
		cmocka_unit_test(cancelling_ends_the_work),
		cmocka_unit_test(memory_does_not_grow),
		cmocka_unit_test(a_reranker_is_shared),
		cmocka_unit_test(long_texts_take_their_best_window),
		cmocka_unit_test(wrong_input_is_told),
		cmocka_unit_test(ids_and_texts_may_be_mixed),
		cmocka_unit_test(structs_may_be_of_another_release),
		cmocka_unit_test(patterns_differ_by_each_switch),
		cmocka_unit_test(messages_go_to_the_sink),
		cmocka_unit_test(queries_have_a_budget),
	};

	if (argc > 1)
		cmocka_set_skip_filter(argv[1]);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
