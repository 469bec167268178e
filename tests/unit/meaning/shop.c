/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shop.c - small indexes with made-up vectors, and searches in them. */
#include "tests/unit/meaning/shop.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "index/generation.h"
#include "index/xap.h"
#include "tests/unit/shared/folder.h"
#include "vectors/vectors.h"

static const xs_xap_options making = {.language = "en", .title_weight = 3, .heading_weight = 2};
static const float question[DIMENSIONS] = {1};

const passage shop[SHOP] = {
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

const xs_meaning meaning = {.vector = question,
			    .dimensions = DIMENSIONS,
			    .identity = IDENTITY,
			    .depth = 50,
			    .weight = 0.5,
			    .floor = 0.45};

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
			   .meta = "{}",
			   .versions = ""};
}

void write_documents(const passage *p, size_t n)
{
	xs_arena *a = xs_arena_new();
	xs_xap_writer *w = NULL;
	xs_xap_maker *m = NULL;

	assert_int_equal(XS_OK, xs_xap_writer_open(&w, place(a, "gen-1"), true, "en"));
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

void write_vectors(const passage *p, size_t n, uint64_t identity)
{
	xs_arena *a = xs_arena_new();
	xs_vectors_writer *w = NULL;

	assert_int_equal(XS_OK, xs_vectors_create(&w, place(a, "vectors"), identity, DIMENSIONS));
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

xs_index *open_index(void)
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

xs_index *open_shop(void)
{
	write_documents(shop, SHOP - 1);
	write_vectors(shop, SHOP, IDENTITY);
	return open_index();
}

void search(xs_search_result *out, xs_arena *a, xs_index *ix, const char *text, const char *filter,
	    const xs_meaning *m, size_t depth)
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

const char *list(xs_arena *a, const xs_search_result *r)
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

const char *found(xs_arena *a, xs_index *ix, const char *text, const char *filter)
{
	xs_search_result r;

	search(&r, a, ix, text, filter, &meaning, 30);
	return list(a, &r);
}
