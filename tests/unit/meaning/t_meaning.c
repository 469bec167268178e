/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_meaning.c - searches by words and by vectors together. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/shared/folder.h"
#include "tests/unit/meaning/shop.h"

static const xs_hit *hit_of(const xs_search_result *r, uint64_t docid)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->hits[i].docid == docid)
			return &r->hits[i];
	return NULL;
}

/* Pages by words and by meaning in one list; not the deleted passage, nor the changed one, nor what is
 * too far. */
static void both(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_shop();
	xs_search_result r;
	const xs_hit *h;

	(void)state;
	search(&r, a, ix, "money", NULL, &meaning, 30);
	assert_int_equal(XS_MEANING_DONE, r.meaning);
	assert_false(r.meaning_alone);
	assert_int_equal(5, r.n_pages);
	assert_int_equal(5, r.found);
	assert_int_equal(5, r.pages);
	assert_int_equal(3, r.n_added);
	assert_null(hit_of(&r, 4));
	assert_null(hit_of(&r, 6));
	assert_null(hit_of(&r, 9));
	/* Named by the question, so before all. */
	assert_int_equal(1, r.hits[0].docid);
	assert_true(r.hits[0].exact && r.hits[0].near && r.hits[0].by_words);
	h = hit_of(&r, 3);
	assert_true(h->by_meaning && !h->by_words && h->near);
	assert_true(h->bm25 == 0 && fabs((double)h->cosine - 0.9) < 0.01);
	h = hit_of(&r, 2);
	assert_true(h->by_meaning && h->by_words && h->bm25 > 0 &&
		    fabs((double)h->cosine - 0.5) < 0.01);
	h = hit_of(&r, 7);
	assert_true(h->by_words && !h->by_meaning && !h->near);
	/* The other passage of a page that meaning found stands below it. */
	assert_int_equal(8, r.hits[r.n_pages].docid);
	for (size_t i = 1; i < r.n_pages; i++)
		assert_true(r.hits[i - 1].score >= r.hits[i].score);
	xs_index_close(ix);
	xs_arena_free(a);
}

/* z(bm25) and z(cosine) by hand: two candidates have z of 1 and -1. */
static void order_is_of_both(void **state)
{
	static const passage two[] = {
		{1, "https://a.org/1", "A", "apple apple tree", "en", 0.4, 0, false},
		{2, "https://a.org/2", "B", "apple in the long list of other fruit that is here",
		 "en", 0.8, 0, false},
	};
	xs_meaning m = meaning;
	xs_arena *a = xs_arena_new();
	xs_search_result r;
	xs_index *ix;

	(void)state;
	write_documents(two, 2);
	write_vectors(two, 2, IDENTITY);
	ix = open_index();
	m.weight = 0.25;
	search(&r, a, ix, "apple", NULL, &m, 30);
	assert_string_equal("1 2", list(a, &r));
	assert_true(fabs(r.hits[0].score - 0.5) < 1e-6 && fabs(r.hits[1].score + 0.5) < 1e-6);
	m.weight = 0.75;
	search(&r, a, ix, "apple", NULL, &m, 30);
	assert_string_equal("2 1", list(a, &r));
	m.weight = 0;
	search(&r, a, ix, "apple", NULL, &m, 30);
	assert_string_equal("1 2", list(a, &r));
	search(&r, a, ix, "apple", NULL, NULL, 30);
	assert_string_equal("1 2", list(a, &r));
	assert_int_equal(XS_MEANING_OFF, r.meaning);
	assert_true(r.hits[0].score == r.hits[0].bm25 && !r.hits[0].near);
	xs_index_close(ix);
	xs_arena_free(a);
}

static void conditions_hold(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_shop();

	(void)state;
	for (int again = 0; again < 2; again++) { /* the bitmap is kept */
		assert_string_equal("5", found(a, ix, "coins", "site:b.org"));
		assert_string_equal("2 3/8", found(a, ix, "coins", "site:a.org"));
		assert_string_equal("2", found(a, ix, "coins -paid", "-refunds site:a.org"));
	}
	assert_string_equal("2 1 7", found(a, ix, "coins +money", NULL));
	assert_string_equal("2 5", found(a, ix, "coins -refunds", NULL));
	/* A phrase: what has its words but not the phrase is none. */
	assert_string_equal("5", found(a, ix, "\"what was paid\"", NULL));
	assert_string_equal("", found(a, ix, "\"paid was\"", NULL));
	assert_string_equal("2 3/8", found(a, ix, "coins -\"what was paid\"", NULL));
	xs_index_close(ix);
	xs_arena_free(a);
}

static void meaning_alone(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_shop();
	xs_meaning m = meaning;
	xs_search_result r;

	(void)state;
	search(&r, a, ix, "xyzzy", NULL, &m, 30);
	assert_true(r.meaning_alone);
	assert_string_equal("3 5 2/8", list(a, &r));
	assert_int_equal(3, r.pages);
	assert_int_equal(4, r.n_added);
	/* Where some page has the words, two thirds of the floor are enough. */
	m.floor = 0.85;
	search(&r, a, ix, "coins", NULL, &m, 30);
	assert_string_equal("2 3 5/8", list(a, &r));
	m.floor = 1.125;
	search(&r, a, ix, "coins", NULL, &m, 30);
	assert_string_equal("2 3 5", list(a, &r));
	/* 8 is another passage of a page that is near enough; by itself it is not. */
	m.floor = 0.75;
	search(&r, a, ix, "xyzzy", NULL, &m, 30);
	assert_string_equal("3 5", list(a, &r));
	m.floor = 1;
	search(&r, a, ix, "xyzzy", NULL, &m, 30);
	assert_int_equal(0, r.n);
	assert_false(r.meaning_alone);
	/* By date there is no nearness. */
	m.floor = 0.45;
	assert_int_equal(XS_OK, xs_index_search(&r, a, ix,
						&(xs_search_request){.text = "xyzzy",
								     .depth = 30,
								     .newest = true,
								     .meaning = &m}));
	assert_int_equal(0, r.n);
	assert_int_equal(XS_MEANING_OFF, r.meaning);
	/* Conditions alone are no question. */
	assert_int_equal(XS_EINPUT, xs_index_search(&r, a, ix,
						    &(xs_search_request){.text = "site:a.org",
									 .depth = 30,
									 .meaning = &m}));
	xs_index_close(ix);
	xs_arena_free(a);
}

static bool reads_no_english(void *user, const char *language)
{
	(void)user;
	return strcmp(language, "en") != 0;
}

static void other_languages(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_shop();
	xs_meaning m = meaning;
	xs_search_result r;

	(void)state;
	m.reads = reads_no_english;
	search(&r, a, ix, "coins", NULL, &m, 30);
	assert_int_equal(XS_MEANING_FOREIGN, r.meaning);
	assert_string_equal("2", list(a, &r));
	assert_false(r.hits[0].near);
	xs_index_close(ix);
	xs_arena_free(a);
}

enum { MANY = 90 };

/* Pages of results are parts of one order: none is lost, none comes twice, however many are asked for. */
static void order_is_one(void **state)
{
	passage many[MANY];
	xs_arena *a = xs_arena_new();
	xs_meaning m = meaning;
	xs_search_result all, some;
	xs_index *ix;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		many[i] = (passage){
			i + 1, xs_arena_printf(a, "https://a.org/%zu", i * 2 / 3),
			xs_arena_printf(a, "T%zu", i),
			/* Two thirds have the word, less and less of it. */
			xs_arena_printf(a, "%s %.*s", i % 3 ? "kettle" : "steam", (int)i * 2,
					"and so on, one after the other, it goes on and on "
					"and on until it has an end that nobody saw coming, "
					"for it was far away and nobody had come so far yet"),
			"en", i % 4 ? 0.05 + 0.9 * (double)(i * 37 % MANY) / MANY : 0, (int)(i % 7),
			false};
	write_documents(many, MANY);
	write_vectors(many, MANY, IDENTITY);
	ix = open_index();
	m.depth = 12;
	search(&all, a, ix, "kettle", NULL, &m, 200);
	assert_true(all.n_pages > 40);
	assert_int_equal(all.n_pages, all.found);
	for (size_t i = 0; i < all.n_pages; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(all.hits[i].page != all.hits[k].page);
	for (size_t depth = 1; depth <= all.n_pages; depth++) {
		search(&some, a, ix, "kettle", NULL, &m, depth);
		assert_int_equal(depth, some.n_pages);
		for (size_t i = 0; i < depth; i++) {
			assert_int_equal(all.hits[i].docid, some.hits[i].docid);
			assert_true(all.hits[i].score == some.hits[i].score);
		}
	}
	/* All that words find is there. */
	search(&some, a, ix, "kettle", NULL, NULL, 200);
	for (size_t i = 0; i < some.n_pages; i++) {
		size_t k = 0;

		while (k < all.n_pages && all.hits[k].page != some.hits[i].page)
			k++;
		assert_true(k < all.n_pages);
	}
	xs_index_close(ix);
	xs_arena_free(a);
}

/* Pages that meaning alone found are counted with the others, each once. */
static void facets_count_them(void **state)
{
	static const char *const names[] = {"type", NULL};
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_shop();
	xs_search_result r;
	xs_facets f;

	(void)state;
	search(&r, a, ix, "coins", NULL, &meaning, 30);
	assert_int_equal(XS_OK, xs_index_facets(&f, a, ix,
						&(xs_facet_request){.text = "coins",
								    .names = names,
								    .added = r.added,
								    .n_added = r.n_added}));
	assert_int_equal(r.found, f.pages);
	assert_int_equal(f.pages, f.items[0].values[0].pages);
	assert_int_equal(3, f.pages);
	assert_int_equal(XS_OK, xs_index_facets(&f, a, ix,
						&(xs_facet_request){.text = "coins",
								    .names = names,
								    .added = (uint64_t[]){999},
								    .n_added = 1}));
	assert_int_equal(1, f.pages);
	xs_index_close(ix);
	xs_arena_free(a);
}

static const char *similar(xs_arena *a, xs_index *ix, const char *url, const char *filter,
			   xs_meaning_state *by)
{
	xs_similar_request request = {.url = url,
				      .filters = &filter,
				      .n_filters = filter != NULL,
				      .n = 3};
	xs_search_result r;

	if (xs_index_similar(&r, a, ix, &request) < 0)
		fail_msg("%s", xs_error());
	*by = r.meaning;
	return list(a, &r);
}

static void similar_pages(void **state)
{
	static const passage pages[] = {
		{1, "https://a.org/1", "A", "red apples", "en", 0.9, 0, false},
		{2, "https://a.org/1", "A", "green apples", "en", 0.9, 1, false},
		{3, "https://a.org/2", "B", "pears", "en", 0.9, 2, false},
		{4, "https://b.org/3", "C", "apples and stones", "en", 0.1, 3, false},
		{5, "https://b.org/4", "D", "plums", "en", 0.8, 0, false},
		{6, "https://b.org/4", "D", "cherries", "en", 0.7, 0, false},
	};
	xs_arena *a = xs_arena_new();
	xs_meaning_state by;
	xs_index *ix;

	(void)state;
	write_documents(pages, 6);
	write_vectors(pages, 6, IDENTITY);
	ix = open_index();
	assert_string_equal("5 3 4", similar(a, ix, "https://a.org/1", NULL, &by));
	assert_int_equal(XS_MEANING_DONE, by);
	assert_string_equal("5 4", similar(a, ix, "https://a.org/1", "-pears", &by));
	assert_string_equal("1 3 4", similar(a, ix, "https://b.org/4", NULL, &by));
	/* Without its vectors: by words. */
	write_vectors(pages + 2, 4, IDENTITY);
	assert_string_equal("4", similar(a, ix, "https://a.org/1", NULL, &by));
	assert_int_equal(XS_MEANING_OFF, by);
	xs_index_close(ix);
	xs_arena_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both),
		TEST(order_is_of_both),
		TEST(conditions_hold),
		TEST(meaning_alone),
		TEST(other_languages),
		TEST(order_is_one),
		TEST(facets_count_them),
		TEST(similar_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
