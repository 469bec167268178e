/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_candidate_input.c - which part of a long passage is read, and what the model gets of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plugin/candidate_input.h"
#include "plugin/query.h"

static void part(void **state)
{
	/* 12 tokens, parts of 4, which begin at 0, 1, 2 … */
	static const int32_t ids[] = {9, 9, 1, 9, 9, 9, 1, 2, 9, 9, 2, 1}, one[] = {1},
			     two[] = {1, 2}, twice[] = {1, 1, 1, 2}, none[] = {5};

	(void)state;
	assert_int_equal(xs_candidate_part_of(ids, 12, 4, none, 1), 0);
	assert_int_equal(xs_candidate_part_of(ids, 12, 4, NULL, 0), 0);
	assert_int_equal(xs_candidate_part_of(ids, 12, 12, two, 2), 0);
	assert_int_equal(xs_candidate_part_of(ids, 12, 20, two, 2), 0);
	assert_int_equal(xs_candidate_part_of(ids, 12, 4, one, 1), 0);
	assert_int_equal(xs_candidate_part_of(ids, 12, 4, two, 2), 4);
	assert_int_equal(xs_candidate_part_of(ids, 12, 4, twice, 4), 4);
	assert_int_equal(xs_candidate_part_of(ids + 8, 4, 3, two, 2), 1); /* the end */
	assert_int_equal(xs_candidate_part_of(ids, 12, 1, two, 2), 2);
	assert_int_equal(xs_candidate_part_of(ids, 0, 4, two, 2), 0);
}

static void *alloc(xs_query *q, size_t size)
{
	return memset(xs_arena_alloc(xs_query_arena(q), size ? size : 1), 0, size);
}

typedef struct fixture {
	xs_model *model;
	xs_query *q;
	xs_host host;
	xs_scoring scoring;
	xs_candidate_reader reader;
	xs_candidate c;
} fixture;

static int set_up(void **state)
{
	fixture *f = test_calloc(1, sizeof *f);
	xs_buf text;

	assert_int_equal(xs_model_open(&f->model, NULL), XS_OK);
	f->q = xs_query_new();
	f->q->question = "where is the lantern of the harbour";
	f->host.alloc = alloc;
	f->scoring.model = f->model;
	xs_model_info_get(&f->scoring.info, f->model);
	f->reader = (xs_candidate_reader){.host = &f->host, .q = f->q, .scoring = &f->scoring};
	/* 4 × 150 words of one token and between the last two hundreds the answer */
	xs_buf_init(&text);
	for (int i = 0; i < 600; i++)
		xs_buf_printf(&text, "%s ", i == 460 ? "harbour lantern" : "water");
	f->c = (xs_candidate){.title = "The port",
			      .heading = "Lights",
			      .text = xs_arena_printf(xs_query_arena(f->q), "%s", text.data)};
	xs_buf_fini(&text);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	fixture *f = *state;

	xs_query_free(f->q);
	xs_model_close(f->model);
	test_free(f);
	return 0;
}

static bool holds(const fixture *f, xs_input x, const char *word)
{
	int32_t id;

	assert_int_equal(xs_model_tokenize(&id, 1, f->model, word, strlen(word)), 1);
	for (size_t i = 0; i < x.n_ids; i++)
		if (x.ids[i] == id)
			return true;
	return false;
}

/* Without `most` all is read, as text. */
static void whole(void **state)
{
	fixture *f = *state;
	xs_candidate_part p;
	xs_input x;

	xs_candidate_reader_begin(&f->reader);
	x = xs_candidate_input(&p, &f->reader, &f->c);
	assert_int_equal(p.tokens, 0);
	assert_int_equal(x.n_ids, 0);
	assert_int_equal(x.len, strlen("The port. Lights. ") + strlen(f->c.text));
}

static void expect_part(const fixture *f)
{
	xs_candidate_part p;
	xs_input x = xs_candidate_input(&p, &f->reader, &f->c);

	assert_int_equal(x.n_ids, XS_PART_TOKENS);
	assert_true(holds(f, x, "lights") && holds(f, x, "lantern"));
	assert_int_equal(p.tokens, 601 + 5); /* the port . lights . */
	assert_int_equal(p.n, XS_PART_TOKENS - 5);
	assert_true(p.first > 5 + 330 && p.first <= 5 + 460);
}

/* The same of the text and of ids that the index has. */
static void of_text_and_ids(void **state)
{
	fixture *f = *state;
	int32_t ids[700];
	int64_t n = xs_model_tokenize(ids, 700, f->model, f->c.text, strlen(f->c.text));

	assert_int_equal(n, 601);
	f->reader.most = XS_PART_TOKENS;
	xs_candidate_reader_begin(&f->reader);
	expect_part(f);
	f->reader.keep_tokens = true;
	f->c.ids = ids;
	f->c.n_ids = (size_t)n;
	f->c.vocabulary = f->scoring.info.vocabulary_hash;
	expect_part(f);
}

/* A short passage is read whole; of a heading longer than half of the room the beginning is read. */
static void edges(void **state)
{
	fixture *f = *state;
	xs_candidate_part p;
	xs_input x;

	f->reader.most = XS_PART_TOKENS;
	xs_candidate_reader_begin(&f->reader);
	f->c.heading = f->c.text;
	x = xs_candidate_input(&p, &f->reader, &f->c);
	assert_int_equal(x.n_ids, XS_PART_TOKENS);
	assert_int_equal(p.n, XS_PART_TOKENS / 2);
	assert_true(holds(f, x, "port") && holds(f, x, "lantern"));
	f->c.text = "short";
	x = xs_candidate_input(&p, &f->reader, &f->c);
	assert_int_equal(x.n_ids, XS_PART_TOKENS);
	assert_int_equal(p.n, 1);
	f->c.heading = "Lights";
	x = xs_candidate_input(&p, &f->reader, &f->c);
	assert_int_equal(p.tokens, 0);
	assert_int_equal(x.len, strlen("The port. Lights. short"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(part),
		cmocka_unit_test_setup_teardown(whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_text_and_ids, set_up, tear_down),
		cmocka_unit_test_setup_teardown(edges, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
