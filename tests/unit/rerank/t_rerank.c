/* SPDX-License-Identifier: MIT */
/* t_rerank.c - the engine against answers computed in PyTorch, and what scores may not depend on. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rerank/verify.h"
#include "tests/unit/rerank/golden.h"

/* Encoders of other kinds. */
static const char *const families[] = {"bert-two",    "bert-bare", "bert-similarity", "electra",
				       "electra-two", "roberta",   "roberta-bin"};
enum { FAMILIES = sizeof families / sizeof *families };

/* The answers are of the folder's golden.json, or of another file of the golden folders.  Returns what
 * was compared, without the rows. */
static xs_verify_report check_golden(const char *folder, const char *file)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, folder);
	xs_verify_report report;
	const char *path = xs_arena_printf(a, "%s/golden.json", folder);

	if (xs_model_verify(&report, a, m, golden_path(a, file ? file : path), NULL) < 0)
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
	report.rows = NULL;
	xs_model_close(m);
	xs_arena_free(a);
	return report;
}

static void golden_logits(void **state)
{
	(void)state;
	assert_true(check_golden("t16", NULL).hidden > 0);
	assert_true(check_golden("t32", NULL).hidden > 0);
	assert_true(check_golden("t64", NULL).hidden > 0);
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

/* Texts, ids, hidden states and logits in three patterns by transformers. */
static void golden_families(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAMILIES; i++) {
		xs_verify_report report = check_golden(families[i], NULL);

		assert_true(report.texts > 0);
		assert_true(report.hidden > 0);
	}
	check_golden("roberta", "roberta/stretched.json");
}

/* The built-in model is the int8 form, so its logits are near the answers, not equal; the ids of
 * its texts are. */
static void default_model(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, NULL);
	xs_verify_report report;

	(void)state;
	if (xs_model_verify(&report, a, m, golden_path(a, "default/golden.json"), NULL) < 0)
		fail_msg("%s", xs_error());
	assert_int_equal(report.texts, 66);
	assert_int_equal(report.texts_wrong, 0);
	assert_true(report.worst < 0.5);
	assert_true(report.worst > 0);
	xs_model_close(m);
	xs_arena_free(a);
}

/* A query, and texts of growing length: token ids that differ from text to text. */
enum { TEXTS = 24, LONGEST = 700 };
static const int32_t query_ids[] = {10, 20, 30, 40};
static const xs_input query = {.ids = query_ids, .n_ids = 4};
static int32_t text_ids[TEXTS][LONGEST];
static xs_input texts[TEXTS];

/* Ids below `vocabulary`. */
static void make_texts(int vocabulary)
{
	for (size_t t = 0; t < TEXTS; t++) {
		for (size_t i = 0; i < LONGEST; i++)
			text_ids[t][i] = (int32_t)((i * 7 + t * 31) % 290 + 5) % vocabulary;
		texts[t] =
			(xs_input){.ids = text_ids[t], .n_ids = t * t * LONGEST / (TEXTS * TEXTS)};
	}
}

static void score_for(xs_score *scores, const xs_model *m, const xs_rerank_options *o,
		      xs_pool *pool, const xs_input *asked, const xs_input *in, size_t n)
{
	xs_reranker *r;
	xs_request *q;

	assert_int_equal(xs_reranker_new(&r, m, o, pool), XS_OK);
	assert_int_equal(xs_request_new(&q, r, asked), XS_OK);
	assert_int_equal(xs_request_score(scores, q, in, n, NULL), XS_OK);
	xs_request_free(q);
	xs_reranker_free(r);
}

static void score_all(xs_score *scores, const xs_model *m, const xs_rerank_options *o,
		      unsigned threads, const xs_input *in, size_t n)
{
	xs_pool *pool = xs_pool_new(threads);

	score_for(scores, m, o, pool, &query, in, n);
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
	xs_model *m = golden_open(a, "t32");

	(void)state;
	make_texts(300);
	for (int precision = XS_PRECISION_F32; precision <= XS_PRECISION_INT8; precision++) {
		xs_precision p = (xs_precision)precision;

		check_company(m, &(xs_rerank_options){.precision = p, .positions = 2048});
		/* The query's states differ from text to text; long texts are many windows. */
		check_company(m, &(xs_rerank_options){.precision = p, .pattern = &xs_pattern_full});
	}
	xs_model_close(m);
	xs_arena_free(a);
}

/* A projection, another activation, two separators, a query's own CLS and a cosine change nothing of that. */
static void families_do_not_depend_on_company(void **state)
{
	static const char *const names[] = {"electra", "bert-two", "bert-similarity", "roberta"};
	xs_arena *a = xs_arena_new();

	(void)state;
	make_texts(175); /* electra has 180 */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		xs_model *m = golden_open(a, names[i]);

		check_company(m, &(xs_rerank_options){.pattern = &xs_pattern_sparse});
		check_company(m, &(xs_rerank_options){.precision = XS_PRECISION_INT8});
		xs_model_close(m);
	}
	xs_arena_free(a);
}

/* The greatest difference of the texts' logits from those in f32. */
static double precision_loss(const xs_model *m, xs_precision precision, const xs_input *asked,
			     const xs_input *in, size_t n)
{
	xs_score exact[TEXTS], near[TEXTS];
	double worst = 0;

	score_for(exact, m, &(xs_rerank_options){.precision = XS_PRECISION_F32}, NULL, asked, in,
		  n);
	score_for(near, m, &(xs_rerank_options){.precision = precision}, NULL, asked, in, n);
	for (size_t i = 0; i < n; i++)
		worst = fmax(worst, fabs((double)near[i].logit - (double)exact[i].logit));
	return worst;
}

/* Not-a-number fails; so does a loss of 0, which were f32 under another name. */
static void check_loss(const xs_model *m, const xs_input *asked, const xs_input *in, size_t n,
		       double bf16, double int8)
{
	const double most[] = {[XS_PRECISION_BF16] = bf16, [XS_PRECISION_INT8] = int8};

	for (int p = XS_PRECISION_BF16; p <= XS_PRECISION_INT8; p++) {
		double loss = precision_loss(m, (xs_precision)p, asked, in, n);

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
	xs_input in[WORDS];
	xs_input question = xs_input_text("how do I keep readers from blocking a writer");
	xs_arena *a = xs_arena_new();
	xs_model *t32 = golden_open(a, "t32"), *t64 = golden_open(a, "t64"),
		 *own = golden_open(a, NULL);

	(void)state;
	make_texts(190); /* t64 has 200 */
	for (size_t i = 0; i < WORDS; i++)
		in[i] = xs_input_text(words[i]);
	check_loss(t32, &query, texts, TEXTS, 0.03, 0.15);
	check_loss(t64, &query, texts, TEXTS, 0.07, 0.2);
	check_loss(own, &question, in, WORDS, 0.08, 0.45);
	for (size_t i = 0; i < FAMILIES; i++) {
		xs_model *m = golden_open(a, families[i]);

		check_loss(m, &question, in, WORDS, 0.05, 0.2);
		xs_model_close(m);
	}
	xs_model_close(t32);
	xs_model_close(t64);
	xs_model_close(own);
	xs_arena_free(a);
}

typedef struct asker {
	xs_reranker *r;
	xs_score scores[TEXTS];
	int rc;
	pthread_t thread;
} asker;

static void *ask(void *arg)
{
	asker *k = arg;
	xs_request *q;

	k->rc = xs_request_new(&q, k->r, &query);
	if (k->rc == XS_OK)
		k->rc = xs_request_score(k->scores, q, texts, TEXTS, NULL);
	xs_request_free(q);
	return NULL;
}

static void a_reranker_is_shared(void **state)
{
	enum { ASKERS = 4 };
	static asker askers[ASKERS];
	xs_arena *a = xs_arena_new();
	xs_model *m = golden_open(a, "t32");
	xs_rerank_options o = {.precision = XS_PRECISION_INT8, .positions = 2048};
	xs_pool *pool = xs_pool_new(2);
	xs_score scores[TEXTS];
	xs_reranker *r;

	(void)state;
	make_texts(300);
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
	xs_model *m = golden_open(a, "t32");
	int room = 160 - 1 - 5 - 1, stride = room - room / 4; /* CLS, query and SEP, SEP */
	xs_input windows[3];
	xs_score whole, part[3];

	(void)state;
	make_texts(300);
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
		cmocka_unit_test(a_reranker_is_shared),
		cmocka_unit_test(long_texts_take_their_best_window),
	};

	if (argc > 1)
		cmocka_set_skip_filter(argv[1]);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
