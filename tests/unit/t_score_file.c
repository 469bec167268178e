/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_score_file.c - a file of kept scores that is damaged, old, of others or locked: lost or left without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/score_cache.h"

static void write_file(const fixture *f, const void *bytes, size_t len)
{
	assert_int_equal(xs_file_write(f->path, bytes, len), XS_OK);
}

/* A cache of 500 scores, as bytes. */
static char *make_file(const fixture *f, size_t *len)
{
	xs_score_cache *c = open_cache(f, 1000);
	char *bytes;

	for (size_t i = 0; i < 500; i += 50)
		put(c, i, 50);
	xs_score_cache_free(c);
	assert_int_equal(xs_file_read(&bytes, len, f->a, f->path, 1 << 20), XS_OK);
	return bytes;
}

/* The file is found damaged, which is told once, and is of use again. */
static void mends(const fixture *f)
{
	xs_score_cache *c = open_cache(f, 1000);

	logged = 0;
	for (size_t i = 0; i < 500; i += 50)
		known(c, i, 50);
	put(c, 600, 50); /* damage that is found here may take these with it */
	put(c, 650, 50);
	assert_int_equal(known(c, 650, 50), 50);
	assert_int_equal(logged, 1);
	assert_int_equal(logged_level, XS_LOG_WARN);
	assert_non_null(strstr(logged_text, "the scores that were kept are lost"));
	assert_non_null(strstr(logged_text, f->path));
	xs_score_cache_free(c);
	c = open_cache(f, 1000);
	assert_int_equal(known(c, 650, 50), 50);
	xs_score_cache_free(c);
	assert_int_equal(logged, 1);
	assert_int_equal(number(f, "SELECT (SELECT count(*) FROM scores) = entries FROM clock"), 1);
}

static void damage_is_mended(void **state)
{
	fixture *f = *state;
	size_t len;
	char *good = make_file(f, &len), *bad = xs_arena_dupn(f->a, good, len);

	write_file(f, "these are no scores, and no database either, as anyone can see", 62);
	mends(f);
	write_file(f, good, 100);
	mends(f);
	write_file(f, good, len / 2);
	mends(f);
	memset(bad + 4096, 0x5a, len - 4096); /* all pages but the first */
	write_file(f, bad, len);
	mends(f);
	memset(bad, 0, len);
	write_file(f, bad, len);
	mends(f);
}

/* Whatever a byte becomes, no wrong score comes of it (known() compares). */
static void no_byte_matters(void **state)
{
	fixture *f = *state;
	size_t len;
	char *good = make_file(f, &len);

	for (size_t at = 7; at < len; at += 211) {
		char was = good[at];
		xs_score_cache *c;

		good[at] ^= 0x41;
		write_file(f, good, len);
		good[at] = was;
		c = open_cache(f, 1000);
		for (size_t i = 0; i < 500; i += 50)
			known(c, i, 50);
		put(c, 600, 50);
		xs_score_cache_free(c);
	}
}

static void a_missing_table_is_mended(void **state)
{
	fixture *f = *state;
	size_t len;
	sqlite3 *db;

	make_file(f, &len);
	db = database(f->path);
	execute(db, "DROP TABLE scores");
	sqlite3_close(db);
	mends(f);
	db = database(f->path);
	execute(db, "DELETE FROM clock");
	sqlite3_close(db);
	mends(f);
}

/* Nothing is kept, the file stays as it is, and the operator hears of it once. */
static void leaves_alone(const fixture *f, xs_level level, const char *sentence)
{
	xs_score_cache *c = open_cache(f, 100);

	logged = 0;
	for (int i = 0; i < 3; i++) {
		put(c, 0, 10);
		assert_int_equal(known(c, 0, 10), 0);
	}
	xs_score_cache_free(c);
	assert_int_equal(logged, 1);
	assert_int_equal(logged_level, level);
	if (!strstr(logged_text, sentence))
		fail_msg("\"%s\" does not say \"%s\"", logged_text, sentence);
}

static void what_is_not_ours_stays(void **state)
{
	fixture *f = *state;
	size_t len;
	sqlite3 *db;

	make_file(f, &len);
	db = database(f->path);
	execute(db, "PRAGMA user_version = 3");
	sqlite3_close(db);
	leaves_alone(f, XS_LOG_WARN, "written by a newer release (form 3, this one knows 2)");
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 500);
	unlink(f->path);
	db = database(f->path);
	execute(db, "CREATE TABLE songs(name); INSERT INTO songs VALUES('Yesterday')");
	sqlite3_close(db);
	leaves_alone(f, XS_LOG_WARN, "found another database");
	assert_int_equal(number(f, "SELECT count(*) FROM songs"), 1);
	unlink(f->path);
	assert_int_equal(mkdir(f->path, 0755), 0);
	leaves_alone(f, XS_LOG_INFO, "cannot be written");
}

/* A file of the first form, which lacked the tokens of the best window.  What it knows is not believed,
 * but it is no damage: nobody is told. */
static void the_first_form_is_brought_up(void **state)
{
	fixture *f = *state;
	xs_score_cache *c;
	sqlite3 *db;

	db = database(f->path);
	execute(db, "CREATE TABLE scores(id INTEGER PRIMARY KEY, mark INTEGER NOT NULL, "
		    "logit REAL NOT NULL, tokens INTEGER NOT NULL, scored INTEGER NOT NULL, "
		    "best INTEGER NOT NULL, used INTEGER NOT NULL);"
		    "CREATE INDEX scores_used ON scores(used);"
		    "CREATE TABLE clock(written INTEGER NOT NULL, entries INTEGER NOT NULL);"
		    "INSERT INTO clock VALUES(90, 1);"
		    "INSERT INTO scores VALUES(1, 2, 0.5, 7, 7, 0, 90);"
		    "PRAGMA application_id = 2020823875; PRAGMA user_version = 1");
	sqlite3_close(db);
	c = open_cache(f, 100);
	put(c, 0, 10);
	assert_int_equal(known(c, 0, 10), 10);
	xs_score_cache_free(c);
	assert_int_equal(logged, 0);
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 10);
	assert_int_equal(number(f, "SELECT entries FROM clock"), 10);
	assert_int_equal(number(f, "SELECT user_version FROM pragma_user_version"), 2);
}

static void a_folder_of_others_stays(void **state)
{
	fixture *f = *state;
	size_t len;

	if (geteuid() == 0)
		skip(); /* root may write everything */
	make_file(f, &len);
	assert_int_equal(chmod(f->path, 0444), 0);
	assert_int_equal(chmod(f->folder, 0555), 0);
	leaves_alone(f, XS_LOG_INFO, "cannot be written");
	assert_int_equal(chmod(f->folder, 0755), 0);
}

/* What another process holds is not waited for; once it is free, all is well. */
static void a_locked_file_is_passed_over(void **state)
{
	fixture *f = *state;
	xs_score_cache *c = open_cache(f, 100);
	sqlite3 *db = database(f->path);

	execute(db, "BEGIN EXCLUSIVE");
	put(c, 0, 10); /* a new file: it cannot even be opened */
	assert_int_equal(known(c, 0, 10), 0);
	execute(db, "ROLLBACK");
	put(c, 0, 10);
	assert_int_equal(known(c, 0, 10), 10);
	execute(db, "BEGIN IMMEDIATE");
	put(c, 10, 10);
	assert_int_equal(known(c, 0, 20), 10);
	execute(db, "ROLLBACK");
	put(c, 10, 10);
	assert_int_equal(known(c, 0, 20), 20);
	sqlite3_close(db);
	xs_score_cache_free(c);
	assert_int_equal(logged, 1);
	assert_int_equal(logged_level, XS_LOG_INFO);
	assert_non_null(strstr(logged_text, "another process holds the file of scores"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(damage_is_mended),
		TEST(no_byte_matters),
		TEST(a_missing_table_is_mended),
		TEST(what_is_not_ours_stays),
		TEST(the_first_form_is_brought_up),
		TEST(a_folder_of_others_stays),
		TEST(a_locked_file_is_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
