/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_index_embed.c - vectors of passages: what makes a new one, and what the index and copies of it have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "index/record.h"
#include "tests/unit/meaning/embed_site.h"
#include "tests/unit/shared/folder.h"
#include "vectors/vectors.h"

static int64_t asked(const char *sql)
{
	xs_arena *a = xs_arena_new();
	int64_t n = 0;
	sqlite3_stmt *s;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place(a, "index/site.db"), &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	xs_arena_free(a);
	return n;
}

static ino_t file_number(void)
{
	xs_arena *a = xs_arena_new();
	struct stat st;

	assert_int_equal(stat(place(a, "index/vectors"), &st), 0);
	xs_arena_free(a);
	return st.st_ino;
}

static void content_is_of_three_texts(void **state)
{
	xs_record r = {.title = "a", .heading = "b", .text = "c", .docid = 7, .url = "u"};

	(void)state;
	assert_int_equal(content("a", "b", "c"), xs_record_content(&r));
	assert_int_not_equal(content("a", "b", "c"), content("ab", "", "c"));
	assert_int_not_equal(content("a", "b", "c"), content("a", "", "bc"));
	assert_int_not_equal(content("a", "b", "c"), content("b", "a", "c"));
	assert_int_not_equal(content("", "", ""), 0);
}

static void a_vector_is_that_of_its_passage(void **state)
{
	xs_arena *a = xs_arena_new();
	float vector[DIMENSIONS];
	xs_vector_query *q;
	xs_vectors *v;
	size_t found = 0;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	is_whole("index", 3);
	assert_int_equal(xs_vectors_open(&v, place(a, "index/vectors")), XS_OK);
	fake_vector(vector, "One", "Below", "Second text.");
	q = xs_vector_query_new(v, vector);
	for (size_t i = 0; i < 3; i++)
		if (xs_vectors_key(v, i).content == content("One", "Below", "Second text.")) {
			assert_true(xs_vectors_cosine(v, q, i) > 0.99F);
			found++;
		}
	assert_int_equal(found, 1);
	xs_vector_query_free(q);
	xs_vectors_close(v);
	xs_arena_free(a);
}

static void only_what_changed_is_embedded(void **state)
{
	ino_t file;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	file = file_number();
	runs(0, 3);
	assert_int_equal(model.calls, 0);
	assert_int_equal(file_number(), file);
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	runs(1, 2);
	is_whole("index", 3);
	/* The title is embedded with each passage. */
	page("one.md", "# Eins\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	runs(2, 1);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 3);
	is_whole("index", 3);
}

static void a_page_that_moves_keeps_its_vectors(void **state)
{
	xs_arena *a = xs_arena_new();

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	assert_int_equal(rename(place(a, "site/one.md"), place(a, "site/uno.md")), 0);
	runs(0, 3);
	is_whole("index", 3);
	assert_int_equal(unlink(place(a, "site/uno.md")), 0);
	runs(0, 1);
	is_whole("index", 1);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 1);
	xs_arena_free(a);
}

static void the_same_text_is_embedded_once(void **state)
{
	ino_t file;

	(void)state;
	page("one.md", "# Title\n\nThe same.\n\n## One\n\nFirst.\n");
	page("two.md", "# Title\n\nThe same.\n\n## Two\n\nSecond.\n");
	runs(3, 1);
	is_whole("index", 4);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 3);
	file = file_number();
	runs(0, 4);
	assert_int_equal(file_number(), file);
}

/* Pages of the same bytes: one is shown, and one has vectors. */
static void a_page_that_is_not_shown_has_none(void **state)
{
	xs_arena *a = xs_arena_new();

	(void)state;
	page("a.md", "# Title\n\nThe same.\n");
	page("longer.md", "# Title\n\nThe same.\n");
	runs(1, 0);
	is_whole("index", 1);
	assert_int_equal(unlink(place(a, "site/a.md")), 0);
	runs(0, 1);
	is_whole("index", 1);
	xs_arena_free(a);
}

static void another_embedder_begins_anew(void **state)
{
	(void)state;
	page("one.md", "# One\n\nFirst text.\n");
	runs(1, 0);
	identity = UINT64_MAX;
	runs(1, 0);
	is_whole("index", 1);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 1);
	runs(0, 1);
}

static void languages_may_be_left_out(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index_report r;
	xs_embed_summary s;

	(void)state;
	page("en.html", "<html lang=en><title>One</title><p>First text.");
	page("de.html", "<html lang=de><title>Zwei</title><p>Zweiter Text.");
	runs(2, 0);
	model.no_german = true;
	assert_int_equal(run(&s), XS_OK);
	assert_int_equal(s.foreign, 1);
	assert_int_equal(s.kept, 1);
	is_whole("index", 1);
	assert_int_equal(check(&r, a, "index"), XS_OK);
	assert_int_equal(r.lacking, 0);
	xs_arena_free(a);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 1);
}

/* Words without vectors, as with "index --vectors later". */
static void words_may_come_before(void **state)
{
	xs_arena *a = xs_arena_new();
	uint64_t before, after;
	xs_index_report r;
	xs_index *ix;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	ix = open_index(a, "index", XS_WRITE);
	update(a, ix);
	xs_index_close(ix);
	assert_int_equal(check(&r, a, "index"), XS_OK);
	assert_int_equal(r.vectors, 0);
	assert_int_equal(r.lacking, 2);
	runs(2, 0);
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	ix = open_index(a, "index", XS_WRITE);
	update(a, ix);
	xs_index_close(ix);
	assert_int_equal(check(&r, a, "index"), XS_OK);
	assert_int_equal(r.passages, 3);
	assert_int_equal(r.vectors, 1);
	assert_int_equal(r.lacking, 2);
	assert_int_equal(r.stale, 1);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_version(&before, ix), XS_OK);
	runs(2, 1);
	/* What is kept of answers was found without these vectors. */
	assert_int_equal(xs_index_version(&after, ix), XS_OK);
	assert_int_not_equal(before, after);
	xs_index_close(ix);
	is_whole("index", 3);
	xs_arena_free(a);
}

static void a_backup_has_the_vectors_of_its_pages(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	runs(2, 0);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "whole"), NULL), XS_OK);
	is_whole("whole", 2);
	/* A writer was quicker with the words. */
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	xs_index_close(ix);
	ix = open_index(a, "index", XS_WRITE);
	update(a, ix);
	xs_index_close(ix);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "half"), NULL), XS_OK);
	xs_index_close(ix);
	is_whole("half", 1);
	/* One that is damaged is not copied. */
	assert_int_equal(xs_file_write(place(a, "index/vectors"), "x", 1), XS_OK);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "without"), NULL), XS_OK);
	xs_index_close(ix);
	assert_int_equal(access(place(a, "without/vectors"), F_OK), -1);
	/* Nor what is no file. */
	assert_int_equal(unlink(place(a, "index/vectors")), 0);
	assert_int_equal(mkdir(place(a, "index/vectors"), 0777), 0);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "again"), NULL), XS_OK);
	xs_index_close(ix);
	assert_int_equal(access(place(a, "again/vectors"), F_OK), -1);
	xs_arena_free(a);
}

/* Passages that an older release stored have no content yet. */
static void older_passages_get_their_content(void **state)
{
	(void)state;
	long_page("long.md", 0);
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	runs(MANY + 2, 0);
	asked("UPDATE passages SET content = 0");
	runs(0, MANY + 2);
	assert_int_equal(asked("SELECT count(*) FROM passages WHERE content = 0"), 0);
	is_whole("index", MANY + 2);
}

static void an_empty_index_has_an_empty_file(void **state)
{
	(void)state;
	page("out.html", "<meta name=robots content=noindex><p>Not to be found.");
	runs(0, 0);
	is_whole("index", 0);
}

static void who_reads_does_not_embed(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_embed_summary s;
	xs_index *ix;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n");
	runs(1, 0);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_embed(&s, ix, NULL, NULL, NULL), XS_EINPUT);
	xs_index_close(ix);
	xs_arena_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, site_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(content_is_of_three_texts),
		TEST(a_vector_is_that_of_its_passage),
		TEST(only_what_changed_is_embedded),
		TEST(a_page_that_moves_keeps_its_vectors),
		TEST(the_same_text_is_embedded_once),
		TEST(a_page_that_is_not_shown_has_none),
		TEST(another_embedder_begins_anew),
		TEST(languages_may_be_left_out),
		TEST(words_may_come_before),
		TEST(a_backup_has_the_vectors_of_its_pages),
		TEST(older_passages_get_their_content),
		TEST(an_empty_index_has_an_empty_file),
		TEST(who_reads_does_not_embed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
