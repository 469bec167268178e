/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_recent.c - answers that are kept: found again by the same question alone, bounded, safe while held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "plugin/pipeline.h"
#include "serve/recent.h"

/* A finished query with one page of two passages, the second of which is not shown. */
static xs_query *finished(const char *text)
{
	xs_query *q = xs_query_new();
	xs_candidate *c = xs_arena_array(xs_query_arena(q), 2, sizeof *c);
	xs_group *g = xs_arena_alloc(xs_query_arena(q), sizeof *g);

	for (int i = 0; i < 2; i++)
		c[i] = (xs_candidate){.page = 7,
				      .passage = 1 + (uint64_t)i,
				      .url = "http://a/",
				      .anchor = "",
				      .title = xs_arena_dup(xs_query_arena(q), text),
				      .heading = "",
				      .text = "long",
				      .path = "",
				      .type = "html",
				      .language = "en",
				      .meta = "{}",
				      .versions = "",
				      .snippet = "long"};
	q->text = xs_arena_dup(xs_query_arena(q), text);
	q->n = 10;
	q->question = q->text;
	q->candidates = xs_arena_array(xs_query_arena(q), 2, sizeof *q->candidates);
	q->candidates[0] = &c[0];
	q->candidates[1] = &c[1];
	q->n_candidates = 2;
	*g = (xs_group){.best = &c[0], .n_passages = 2};
	q->groups = g;
	q->n_groups = q->n_pages = 1;
	q->rerank.status = XS_RERANK_FULL;
	return q;
}

static bool known(xs_recent *r, const xs_query *q, uint64_t version)
{
	xs_recent_answer *a = xs_recent_get(r, q, version);

	xs_recent_release(r, a);
	return a != NULL;
}

static void same_question_alone(void **state)
{
	static const char *const filters[] = {"type:html", NULL};
	xs_recent *r = xs_recent_new(1 << 20);
	xs_query *q = finished("kettle"), *asked = xs_query_new();
	xs_recent_answer *a;

	(void)state;
	xs_recent_put(r, q, 1);
	xs_query_free(q);
	asked->text = "kettle";
	asked->n = 10;
	a = xs_recent_get(r, asked, 1);
	assert_non_null(a);
	xs_recent_read(asked, a);
	assert_int_equal(asked->n_groups, 1);
	assert_string_equal(asked->groups[0].best->title, "kettle");
	assert_string_equal(asked->groups[0].best->snippet, "long");
	assert_int_equal(asked->candidates[1]->page, 7);
	/* What makes another question. */
	asked->n = 9;
	assert_false(known(r, asked, 1));
	asked->n = 10;
	asked->no_rerank = true;
	assert_false(known(r, asked, 1));
	asked->no_rerank = false;
	asked->filters = filters;
	asked->n_filters = 1;
	assert_false(known(r, asked, 1));
	asked->n_filters = 0;
	asked->text = "kettles";
	assert_false(known(r, asked, 1));
	asked->text = "kettle";
	assert_true(known(r, asked, 1));
	/* Another state of the index; the held answer stays whole. */
	assert_false(known(r, asked, 2));
	assert_false(known(r, asked, 1));
	assert_string_equal(asked->groups[0].best->title, "kettle");
	xs_recent_release(r, a);
	xs_query_free(asked);
	xs_recent_free(r);
}

static void cut_answers_are_not_kept(void **state)
{
	xs_recent *r = xs_recent_new(1 << 20), *none = xs_recent_new(0);
	xs_query *q = finished("kettle");

	(void)state;
	xs_recent_put(none, q, 1);
	assert_false(known(none, q, 1));
	q->rerank.status = XS_RERANK_PARTIAL;
	xs_recent_put(r, q, 1);
	assert_false(known(r, q, 1));
	q->rerank.status = XS_RERANK_SKIPPED; /* for want of time */
	xs_recent_put(r, q, 1);
	assert_false(known(r, q, 1));
	q->no_rerank = true; /* as was asked */
	xs_recent_put(r, q, 1);
	assert_true(known(r, q, 1));
	xs_query_free(q);
	xs_recent_free(r);
	xs_recent_free(none);
}

static void bytes_are_bounded(void **state)
{
	xs_recent *r = xs_recent_new(1 << 17);
	xs_query *q, *first = finished("0");
	int n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char text[20];

		snprintf(text, sizeof text, "%d", i);
		q = finished(text);
		xs_recent_put(r, q, 1);
		xs_query_free(q);
		assert_true(known(r, first, 1)); /* in use all the time */
	}
	for (int i = 0; i < 1000; i++) {
		char text[20];

		snprintf(text, sizeof text, "%d", i);
		q = finished(text);
		n += known(r, q, 1);
		xs_query_free(q);
	}
	assert_in_range(n, 5, 500);
	/* One that is larger than all that may be kept leaves the others. */
	q = finished("large");
	q->candidates[0]->text = q->candidates[0]->snippet =
		memset(xs_arena_alloc(xs_query_arena(q), 1 << 18), 'x', (1 << 18) - 1);
	xs_recent_put(r, q, 1);
	assert_false(known(r, q, 1));
	assert_true(known(r, first, 1));
	xs_query_free(q);
	xs_query_free(first);
	xs_recent_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_question_alone),
		cmocka_unit_test(cut_answers_are_not_kept),
		cmocka_unit_test(bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
