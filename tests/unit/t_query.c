/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_query.c - what questions find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/words/exact.h"
#include "index/words/phrase.h"
#include "index/question/query_parse.h"
#include "index/xap.h"

static const xs_xap_options options = {.language = "en", .title_weight = 3, .heading_weight = 2};
static char folder[64];

static void put(xs_xap_writer *w, uint64_t docid, const char *page, const char *title,
		const char *heading, const char *text, const char *language, int64_t date)
{
	xs_xap_maker *m = NULL;
	xs_xap_document *d = NULL;
	xs_buf packed;
	int32_t ids[] = {7, 300, 70000};
	xs_record r = {.docid = docid,
		       .page = xs_record_page(page, page),
		       .vocabulary = 9,
		       .ordinal = 0,
		       .date = date,
		       .url = page,
		       .title = title,
		       .heading = heading,
		       .anchor = "",
		       .text = text,
		       .path = "f",
		       .language = language,
		       .meta = "{}",
		       .versions = ""};

	r.type = strstr(page, ".md") ? "markdown" : "html";
	xs_buf_init(&packed);
	xs_record_pack(&packed, ids, 3);
	r.tokens = packed.data;
	r.tokens_len = packed.len;
	if (xs_xap_maker_new(&m, &options) < 0 || xs_xap_make(&d, m, &r) < 0 ||
	    xs_xap_put(w, docid, d) < 0)
		fail_msg("%s", xs_error());
	xs_xap_document_free(d);
	xs_xap_maker_free(m);
	xs_buf_fini(&packed);
}

static xs_xap_writer *writer(void)
{
	xs_xap_writer *w = NULL;

	if (xs_xap_writer_open(&w, folder, true, options.language) < 0)
		fail_msg("%s", xs_error());
	return w;
}

static int setup_empty(void **state)
{
	(void)state;
	strcpy(folder, "t_query.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int setup(void **state)
{
	xs_xap_writer *w;

	if (setup_empty(state) < 0)
		return -1;
	w = writer();
	put(w, 1, "https://docs.example.org/fruit/apples.html", "Apples", "Red apples > Pie",
	    "An apple pie with baked apples and cinnamon.", "en", 1704067200);
	put(w, 2, "https://docs.example.org/fruit/apples.html", "Apples", "Green apples",
	    "Green apples are sour; cooking apples.", "en", 1704067200);
	put(w, 3, "https://www.example.org/fruit/pears.html", "Pears", "",
	    "A pear is no apple tree.", "en", 1672531200);
	put(w, 4, "https://www.example.org/de/haus.md", "H\xC3\xA4user", "",
	    "Viele H\xC3\xA4user stehen im Dorf.", "de", 1500000000);
	put(w, 5, "notes.html", "Notes", "", "bind_text and the tree of pears with cinnamon", "en",
	    -5);
	assert_int_equal(XS_OK, xs_xap_set(w, "seq", "12"));
	assert_int_equal(XS_OK, xs_xap_commit(w));
	xs_xap_writer_close(w);
	return 0;
}

static int teardown(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

/* The numbers of what is found, best passages, then "/", further ones; or the sentence. */
static const char *found(xs_arena *a, const char *text, const char *filter)
{
	xs_search_request r = {.text = text,
			       .filters = &filter,
			       .n_filters = filter != NULL,
			       .depth = 30,
			       .sub = 3};
	xs_search_result out;
	xs_xap *x = NULL;
	xs_buf b;
	char *list;
	size_t i;

	if (xs_xap_open(&x, folder, NULL) < 0)
		return xs_error();
	if (xs_xap_search(&out, a, x, &options, &r) < 0) {
		xs_xap_close(x);
		return xs_error();
	}
	xs_buf_init(&b);
	for (i = 0; i < out.n; i++)
		xs_buf_printf(&b, "%s%d",
			      i == out.n_pages ? "/"
			      : i	       ? " "
					       : "",
			      (int)out.hits[i].docid);
	list = xs_arena_dupn(a, b.data, b.len);
	xs_buf_fini(&b);
	xs_xap_close(x);
	return list;
}

static void finds(void **state)
{
	xs_arena *a = xs_arena_new();
	static const char *const cases[][3] = {
		{"baking pie", NULL, "1"},
		{"sour", NULL, "2"},
		{"apples", "site:www.example.org", "3"},
		{"\"apple pie\"", NULL, "1"},
		{"\"pie apple\"", NULL, ""},
		{"+trees apple", NULL, "3 5"},
		{"apple -pears", NULL, "2/1"},
		{"apple", "-green type:html", "1 3"},
		{"title:pear", NULL, "3"},
		{"heading:pie", NULL, "1"},
		{"tree site:example.org", NULL, "3"},
		{"apple path:/fruit/apples.html", NULL, "2/1"},
		{"tree path:/", "date:<1970", "5"},
		{"tree path:/fru", NULL, ""},
		{"haus", NULL, "4"},
		{"h\xC3\xA4usern type:markdown", NULL, "4"},
		{"apple date:2023", NULL, "3"},
		{"cinnamon date:>2023", NULL, "1"},
		{"text", NULL, "5"},
		{"\"bind_text and the tree\"", NULL, "5"},
		{"\"text and the tree\"", NULL, ""},
		{"apple lang:de", NULL, ""},
		{"apple site:docs.example.org site:www.example.org lang:en", "cooking", "2"},
		{"title:\"pears\" apple", NULL, "3"},
		{"zzz", NULL, ""},
		{"\"apple pies\"", NULL, ""},
		{"\"apples\"", NULL, "2/1"},
		{"title:\"pear\" apple", NULL, ""},
		{"apple -\"apple tree\"", NULL, "2/1"},
		{"tree -\"trees\"", NULL, "3 5"},
		{"heading:\"red apples\"", NULL, "1"},
		{"heading:\"apple pie\"", NULL, ""},
		{"\"pie an\"", NULL, ""},
		{"cinnamon", "\"tree of pears\"", "5"},
		{"cinnamon", "-\"tree of pears\"", "1"},
		{"+ - \"\"", NULL, "the question has no words to search for"},
		{"-apple", NULL, "2 3/1"},
		{"type:html", NULL, "the question has no words to search for"},
		/* What cannot be a condition is words, and filters stay what they are. */
		{"section:1/2 apple", NULL, "2 3/1"},
		{"meta.colour:red apple", NULL, "1 3/2"},
		{"apple", "meta.colour:red",
		 "meta.colour: pages are not indexed by that field; it must be named in the "
		 "setting search.facets"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strcmp(cases[i][2], found(a, cases[i][0], cases[i][1])) != 0)
			fail_msg("%s: found \"%s\", expected \"%s\"", cases[i][0],
				 found(a, cases[i][0], cases[i][1]), cases[i][2]);
	xs_arena_free(a);
}

/* A page that is named stands first whatever its words weigh. */
static void names_first(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_xap_writer *w = writer();
	int i;

	(void)state;
	put(w, 1, "https://a.org/guide/start.html", "Backing up", "", "Once.", "en", 0);
	for (i = 2; i < 60; i++)
		put(w, (uint64_t)i, xs_arena_printf(a, "https://a.org/p%d.html", i), "Questions",
		    i == 20 ? "-n, --dry-run" : "", "backing up, backing up: back up dry runs",
		    "en", 0);
	assert_int_equal(XS_OK, xs_xap_commit(w));
	xs_xap_writer_close(w);
	assert_int_equal('1', *found(a, "backing up", NULL));
	assert_int_equal('1', *found(a, "Backing-Up?", NULL));
	assert_int_equal('1', *found(a, "https://a.org/guide/start.html#x", NULL));
	assert_int_equal('1', *found(a, "a.org/guide/start", NULL));
	assert_true(!strncmp(found(a, "--dry-run", NULL), "20 ", 3));
	assert_string_equal("", found(a, "backing up", "path:/nowhere"));
	/* A section of many passages has one name. */
	w = writer();
	for (i = 100; i < 108; i++)
		put(w, (uint64_t)i, "https://a.org/long.html", "Long", "Part > Tokenizers",
		    "They cut.", "en", 0);
	for (i = 110; i < 130; i++)
		put(w, (uint64_t)i, xs_arena_printf(a, "https://a.org/t%d.html", i), "Other",
		    i < 114 ? "Common" : "",
		    "tokenizers common tokenizers common tokenizers common", "en", 0);
	assert_int_equal(XS_OK, xs_xap_commit(w));
	xs_xap_writer_close(w);
	assert_true(!strncmp(found(a, "tokenizers", NULL), "10", 2));
	xs_arena_free(a);
}

/* A phrase is found though all that ranks before its passage lacks it, in other pages and its own. */
static void deep_phrase(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_xap_writer *w = writer();
	xs_search_request r = {.text = "\"alpha beta\"", .depth = 30, .sub = 3};
	xs_search_result out;
	xs_xap *x = NULL;
	xs_buf b;
	int i;

	(void)state;
	for (i = 1; i <= 600; i++)
		put(w, (uint64_t)i, xs_arena_printf(a, "page%d.html", i / 2), "T", "", "beta alpha",
		    "en", 0);
	xs_buf_init(&b);
	for (i = 0; i < 500; i++)
		xs_buf_printf(&b, "filler%d ", i);
	xs_buf_puts(&b, "alpha beta");
	for (i = 601; i <= 607; i++)
		put(w, (uint64_t)i, "last.html", "T", "", i < 607 ? "beta alpha" : b.data, "en", 0);
	put(w, 608, "other.html", "T", "", b.data, "en", 0);
	assert_int_equal(XS_OK, xs_xap_commit(w));
	xs_xap_writer_close(w);
	assert_string_equal("607 608", found(a, r.text, NULL));
	assert_int_equal(XS_OK, xs_xap_open(&x, folder, NULL));
	assert_int_equal(XS_OK, xs_xap_search(&out, a, x, &options, &r));
	assert_int_equal(2, (int)out.passages);
	assert_int_equal(2, (int)out.pages);
	r.text = "-\"alpha beta\" alpha";
	assert_int_equal(XS_OK, xs_xap_search(&out, a, x, &options, &r));
	assert_int_equal(30, (int)out.n_pages);
	assert_true(out.passages > 500 && out.passages <= 608);
	xs_xap_close(x);
	xs_buf_fini(&b);
	xs_arena_free(a);
}

static void tells(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_search_request r = {.text = "Apples cinamon +qqq \"tree", .depth = 30, .spelling = true};
	xs_search_result out;
	xs_xap *x = NULL;

	(void)state;
	assert_int_equal(XS_OK, xs_xap_open(&x, folder, NULL));
	assert_int_equal(XS_OK, xs_xap_search(&out, a, x, &options, &r));
	assert_int_equal(0, out.n);
	assert_string_equal("Apples cinnamon +qqq \"tree", out.corrected);
	assert_int_equal(2, out.n_warnings);
	assert_string_equal("nothing in the index has the word \"qqq\"", out.warnings[0]);
	r.text = "apples";
	assert_int_equal(XS_OK, xs_xap_search(&out, a, x, &options, &r));
	assert_int_equal(2, out.n);
	assert_int_equal(2, out.n_pages);
	assert_int_equal(2, (int)out.pages);
	assert_int_equal(3, (int)out.passages);
	assert_null(out.corrected);
	assert_int_equal(1, out.n_terms); /* it is in most passages, but alone */
	assert_true(out.hits[0].exact);
	assert_false(out.hits[1].exact);
	assert_true(out.hits[0].percent > 0 && out.hits[0].percent <= 100);
	assert_true(out.hits[0].score >= out.hits[0].bm25 && out.hits[0].bm25 > 0);
	assert_int_equal(3, out.hits[0].n_ids);
	assert_int_equal(70000, out.hits[0].ids[2]);
	assert_int_equal(9, (int)out.hits[0].vocabulary);
	assert_string_equal("any of: apples", out.description);
	r.text = "apples cinnamon";
	assert_int_equal(XS_OK, xs_xap_search(&out, a, x, &options, &r));
	assert_int_equal(1, out.n_terms == 2 ? 1 : (int)out.n_terms);
	xs_xap_close(x);
	xs_arena_free(a);
}

static int see_sum(void *user, uint64_t docid, const void *data, size_t len)
{
	xs_arena *a = xs_arena_new();
	xs_record r;

	assert_int_equal(XS_OK, xs_record_get(&r, a, data, len));
	*(uint64_t *)user = *(uint64_t *)user * 10 + docid;
	xs_arena_free(a);
	return docid == 5 ? 77 : 0;
}

static void changes(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_xap_writer *w = writer(), *other = NULL;
	const char *value;
	uint64_t n = 0;
	xs_xap *x = NULL;

	(void)state;
	assert_int_equal(XS_OK, xs_xap_open(&x, folder, NULL));
	assert_int_equal(XS_EBUSY, xs_xap_writer_open(&other, folder, true, options.language));
	put(w, 3, "https://www.example.org/quince.html", "Quinces", "", "A quince.", "en", 0);
	assert_int_equal(XS_OK, xs_xap_delete(w, 1));
	assert_int_equal(XS_OK, xs_xap_delete(w, 99));
	assert_int_equal(XS_OK, xs_xap_set(w, "seq", "13"));
	assert_int_equal(XS_OK, xs_xap_writer_get(&value, a, w, "seq"));
	assert_string_equal("13", value);
	assert_int_equal(XS_OK, xs_xap_count(&n, x));
	assert_int_equal(5, (int)n);
	assert_int_equal(XS_OK, xs_xap_commit(w));
	put(w, 6, "lost.html", "Lost", "", "never committed", "en", 0);
	xs_xap_writer_close(w);
	assert_int_equal(XS_OK, xs_xap_reopen(x));
	assert_int_equal(XS_OK, xs_xap_count(&n, x));
	assert_int_equal(4, (int)n);
	assert_int_equal(XS_OK, xs_xap_get(&value, a, x, "seq"));
	assert_string_equal("13", value);
	n = 0;
	assert_int_equal(77, xs_xap_walk(x, see_sum, &n));
	assert_int_equal(2345, (int)n);
	assert_string_equal("", found(a, "committed baked", NULL));
	assert_string_equal("3", found(a, "quince", NULL));
	assert_string_equal("5", found(a, "pear", NULL));
	assert_int_equal(XS_OK, xs_xap_check(folder));
	xs_xap_close(x);
	xs_arena_free(a);
}

static void bad_input(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_xap_writer *w = writer();
	char word[301], *text = xs_arena_alloc(a, 120000);
	const char *shards[] = {"nowhere", NULL};
	xs_xap *x = NULL;
	int i, n = 0;

	(void)state;
	memset(word, 'a', 300);
	word[300] = '\0';
	put(w, 7, word, word, word, word, word, INT64_MAX);
	put(w, 8, "\xFF\xFE", "\xC3", "\xE2\x82", "ok \xF0\x9F broken\xFF utf", "\xFF", INT64_MIN);
	assert_int_equal(XS_EINPUT, xs_xap_put(w, UINT64_C(1) << 40, NULL));
	assert_int_equal(XS_OK, xs_xap_commit(w));
	xs_xap_writer_close(w);
	assert_string_equal("7", found(a, word, NULL));
	assert_string_equal("8", found(a, "broken\xFF\xC3", NULL));
	for (i = 0; i < 10000; i++)
		n += snprintf(text + n, 12, "w%d ", i);
	assert_string_equal("", found(a, text, NULL));
	assert_int_equal(XS_EINPUT, xs_xap_open(&x, NULL, shards));
	assert_int_equal(XS_ENOTFOUND, xs_xap_open(&x, "t_query.none", NULL));
	assert_int_equal(XS_ENOTFOUND,
			 xs_xap_writer_open(&w, "t_query.none", false, options.language));
	xs_arena_free(a);
}

/* Overwrites the middle of each table. */
static void damaged(void **state)
{
	static const char *const tables[] = {"postlist.glass", "docdata.glass", "termlist.glass"};
	xs_arena *a = xs_arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof tables / sizeof *tables; i++) {
		FILE *f = fopen(xs_file_join(a, folder, tables[i]), "r+");
		int n;

		assert_non_null(f);
		for (n = 0; n < 16000; n++)
			fputc(n * 37 + 5, f);
		fclose(f);
	}
	assert_int_equal(XS_EFORMAT, xs_xap_check(folder));
	assert_true(strstr(xs_error(), folder) != NULL);
	assert_true(strlen(found(a, "pear", NULL)) > 10); /* a sentence, no crash */
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds, setup, teardown),
		cmocka_unit_test_setup_teardown(names_first, setup_empty, teardown),
		cmocka_unit_test_setup_teardown(deep_phrase, setup_empty, teardown),
		cmocka_unit_test_setup_teardown(tells, setup, teardown),
		cmocka_unit_test_setup_teardown(changes, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_input, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged, setup, teardown),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
