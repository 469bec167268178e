/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_meaning.c - searches by words and by vectors together, over a small index with made-up vectors.
 *
 * The question's vector is (1, 0, 0 …), so the first number of a passage's vector is its cosine. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/generation.h"
#include "index/index.h"
#include "index/query.h"
#include "index/xap.h"
#include "vectors/vectors.h"

enum { DIMENSIONS = 8, IDENTITY = 77 };

static const xs_xap_options making = {.language = "en", .title_weight = 3, .heading_weight = 2};
static const float question[DIMENSIONS] = {1};
static char folder[64];

/* A passage to be indexed; cosine 0: it gets no vector. */
typedef struct passage {
	uint64_t docid;
	const char *url, *title, *text, *language;
	double cosine;
	int along;    /* the other dimension that its vector has */
	bool changed; /* since its vector was made */
} passage;

static const char *path_of(xs_arena *a, const char *name)
{
	return xs_file_join(a, folder, name);
}

static xs_record record_of(const passage *p)
{
	return (xs_record){.docid = p->docid,
			   .page = xs_record_page(p->url, p->url),
			   .url = p->url,
			   .title = p->title,
			   .heading = "",
			   .anchor = "",
			   .text = p->text,
			   .path = "f",
			   .type = "html",
			   .language = p->language,
			   .meta = "{}"};
}

static void write_documents(const passage *p, size_t n)
{
	xs_arena *a = xs_arena_new();
	xs_xap_writer *w = NULL;
	xs_xap_maker *m = NULL;

	assert_int_equal(XS_OK, xs_xap_writer_open(&w, path_of(a, "gen-1"), true, "en"));
	assert_int_equal(XS_OK, xs_xap_maker_new(&m, &making));
	for (size_t i = 0; i < n; i++) {
		xs_record r = record_of(&p[i]);
		xs_xap_document *d = NULL;

		assert_int_equal(XS_OK, xs_xap_make(&d, m, &r));
		assert_int_equal(XS_OK, xs_xap_put(w, p[i].docid, d));
		xs_xap_document_free(d);
	}
	assert_int_equal(XS_OK, xs_xap_commit(w));
	xs_xap_maker_free(m);
	xs_xap_writer_close(w);
	assert_int_equal(XS_OK, xs_generation_use(folder, 1));
	xs_arena_free(a);
}

static void write_vectors(const passage *p, size_t n, uint64_t identity)
{
	xs_arena *a = xs_arena_new();
	xs_vectors_writer *w = NULL;

	assert_int_equal(XS_OK, xs_vectors_create(&w, path_of(a, "vectors"), identity, DIMENSIONS));
	for (size_t i = 0; i < n; i++) {
		xs_record r = record_of(&p[i]);
		float vector[DIMENSIONS] = {(float)p[i].cosine};
		int8_t items[DIMENSIONS];
		float scale;

		if (p[i].cosine == 0)
			continue;
		vector[1 + p[i].along] = (float)sqrt(1 - p[i].cosine * p[i].cosine);
		scale = xs_vector_pack(items, vector, DIMENSIONS);
		assert_int_equal(XS_OK,
				 xs_vectors_put(w,
						(xs_vector_key){p[i].docid, xs_record_content(&r) +
										    p[i].changed},
						items, scale));
	}
	assert_int_equal(XS_OK, xs_vectors_end(w));
	xs_arena_free(a);
}

static xs_index *open_index(void)
{
	xs_index_options o = {.path = folder,
			      .language = "en",
			      .title_weight = 3,
			      .heading_weight = 2};
	xs_index *ix = NULL;

	if (xs_index_open(&ix, &o, XS_READ) < 0)
		fail_msg("%s", xs_error());
	return ix;
}

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "t_meaning.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static const xs_meaning meaning = {.vector = question,
				   .dimensions = DIMENSIONS,
				   .identity = IDENTITY,
				   .depth = 50,
				   .weight = 0.5,
				   .floor = 0.45};

static void search(xs_search_result *out, xs_arena *a, xs_index *ix, const char *text,
		   const char *filter, const xs_meaning *m, size_t depth)
{
	xs_search_request r = {.text = text,
			       .filters = &filter,
			       .n_filters = filter != NULL,
			       .depth = depth,
			       .sub = 3,
			       .spelling = true,
			       .meaning = m};

	if (xs_index_search(out, a, ix, &r) < 0)
		fail_msg("%s: %s", text, xs_error());
}

/* The numbers of what is found: best passages, then "/" and further ones. */
static const char *list(xs_arena *a, const xs_search_result *r)
{
	const char *text = "";

	for (size_t i = 0; i < r->n; i++)
		text = xs_arena_printf(a, "%s%s%d", text,
				       i == r->n_pages ? "/"
				       : i	       ? " "
						       : "",
				       (int)r->hits[i].docid);
	return text;
}

static const char *found(xs_arena *a, xs_index *ix, const char *text, const char *filter)
{
	xs_search_result r;

	search(&r, a, ix, text, filter, &meaning, 30);
	return list(a, &r);
}

static const xs_hit *hit_of(const xs_search_result *r, uint64_t docid)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->hits[i].docid == docid)
			return &r->hits[i];
	return NULL;
}

static const passage shop[] = {
	{1, "https://a.org/money", "Money", "We take money of all kinds.", "en", 0.2, 0, false},
	{2, "https://a.org/coins", "Coins", "Coins are money, too.", "en", 0.5, 0, false},
	{3, "https://a.org/refunds", "Refunds", "Returns are paid within a week.", "en", 0.9, 0,
	 false},
	{4, "https://b.org/garden", "Garden", "Roses and lilies.", "en", 0.1, 0, false},
	{5, "https://b.org/back", "Reimbursement", "What was paid is sent.", "en", 0.8, 0, false},
	{6, "https://b.org/old", "Old", "This page was rewritten.", "en", 0.95, 0, true},
	{7, "https://b.org/none", "None", "Money without a vector.", "en", 0, 0, false},
	{8, "https://a.org/refunds", "Refunds", "Forms for them.", "en", 0.7, 0, false},
	{9, "https://b.org/gone", "Gone", "It is not there any more.", "en", 0.99, 0, false},
};
enum { SHOP = sizeof shop / sizeof *shop };

static xs_index *open_shop(void)
{
	write_documents(shop, SHOP - 1);
	write_vectors(shop, SHOP, IDENTITY);
	return open_index();
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

/* So many conditions that bitmaps are dropped. */
static void bitmaps_are_dropped(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_shop();

	(void)state;
	for (int i = 0; i < 30; i++) {
		const char *none = xs_arena_printf(a, "path:/x%d", i % 11);

		assert_string_equal("", found(a, ix, "coins", none));
		assert_string_equal("2 3/8", found(a, ix, "coins", "site:a.org"));
	}
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

/* Each search sees the file that is there. */
static void file_comes_and_goes(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_search_result r;
	const char *error;
	xs_index *ix;

	(void)state;
	write_documents(shop, SHOP - 1);
	ix = open_index();
	assert_int_equal(XS_MEANING_ABSENT, xs_index_meaning(&error, ix));
	assert_null(error);
	search(&r, a, ix, "coins", NULL, &meaning, 30);
	assert_int_equal(XS_MEANING_ABSENT, r.meaning);
	assert_string_equal("2", list(a, &r));
	write_vectors(shop, SHOP, IDENTITY + 1);
	assert_int_equal(XS_MEANING_DONE, xs_index_meaning(&error, ix));
	search(&r, a, ix, "coins", NULL, &meaning, 30);
	assert_int_equal(XS_MEANING_OTHER, r.meaning);
	assert_string_equal("2", list(a, &r));
	write_vectors(shop, SHOP, IDENTITY);
	search(&r, a, ix, "coins", "site:a.org", &meaning, 30);
	assert_int_equal(XS_MEANING_DONE, r.meaning);
	assert_string_equal("2 3/8", list(a, &r));
	/* Without the first rows: bits that are kept would be of others. */
	write_vectors(shop + 2, SHOP - 2, IDENTITY);
	search(&r, a, ix, "coins", "site:a.org", &meaning, 30);
	assert_string_equal("2 3/8", list(a, &r));
	assert_int_equal(XS_OK, xs_file_write(path_of(a, "vectors"), "short", 5));
	search(&r, a, ix, "coins", NULL, &meaning, 30);
	assert_int_equal(XS_MEANING_DAMAGED, r.meaning);
	assert_true(r.meaning_error && strstr(r.meaning_error, "vectors"));
	assert_string_equal("2", list(a, &r));
	assert_int_equal(XS_MEANING_DAMAGED, xs_index_meaning(&error, ix));
	assert_string_equal(r.meaning_error, error);
	xs_index_close(ix);
	xs_arena_free(a);
}

/* Writes the file's first byte where it is, and leaves the file's size and time as they were. */
static void put_first_byte(const char *path, int byte)
{
	struct stat before, after;
	int fd = open(path, O_WRONLY);
	char c = (char)byte;

	assert_true(fd >= 0);
	assert_int_equal(0, fstat(fd, &before));
	assert_int_equal(1, pwrite(fd, &c, 1, 0));
	do { /* the system's clock of files may stand still for some milliseconds */
		usleep(1000);
		assert_int_equal(0,
				 futimens(fd, (struct timespec[]){before.st_atim, before.st_mtim}));
		assert_int_equal(0, fstat(fd, &after));
	} while (after.st_ctim.tv_sec == before.st_ctim.tv_sec &&
		 after.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
	close(fd);
}

/* A file that may be read at last has neither another number nor another time: as one of which a byte is
 * mended, which root can test. */
static void a_file_can_be_read_at_last(void **state)
{
	xs_arena *a = xs_arena_new();
	const char *path = path_of(a, "vectors"), *error;
	uint64_t before, after;
	xs_index *ix;

	(void)state;
	write_documents(shop, SHOP - 1);
	write_vectors(shop, SHOP, IDENTITY);
	put_first_byte(path, 0);
	ix = open_index();
	assert_int_equal(XS_MEANING_DAMAGED, xs_index_meaning(&error, ix));
	put_first_byte(path, 'X');
	assert_int_equal(XS_MEANING_DONE, xs_index_meaning(&error, ix));
	assert_int_equal(XS_OK, xs_index_version(&before, ix));
	put_first_byte(path, 'X');
	assert_int_equal(XS_OK, xs_index_version(&after, ix));
	assert_int_not_equal(before, after);
	xs_index_close(ix);
	xs_arena_free(a);
}

/* A bitmap is of the documents that there were. */
static void documents_come(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix;

	(void)state;
	write_documents(shop, 2);
	write_vectors(shop, SHOP, IDENTITY);
	ix = open_index();
	assert_string_equal("2", found(a, ix, "coins", "site:a.org"));
	write_documents(shop, SHOP - 1);
	assert_string_equal("2 3/8", found(a, ix, "coins", "site:a.org"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both, setup, teardown),
		cmocka_unit_test_setup_teardown(order_is_of_both, setup, teardown),
		cmocka_unit_test_setup_teardown(conditions_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(bitmaps_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(meaning_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(other_languages, setup, teardown),
		cmocka_unit_test_setup_teardown(order_is_one, setup, teardown),
		cmocka_unit_test_setup_teardown(file_comes_and_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_can_be_read_at_last, setup, teardown),
		cmocka_unit_test_setup_teardown(documents_come, setup, teardown),
		cmocka_unit_test_setup_teardown(facets_count_them, setup, teardown),
		cmocka_unit_test_setup_teardown(similar_pages, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
