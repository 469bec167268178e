/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_score_cache.c - kept scores: found again, bounded, lost without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "plugin/score_cache.h"

typedef struct fixture {
	xs_arena *a;
	char folder[32];
	char *path;
	xs_host host;
} fixture;

static int logged;
static xs_level logged_level;
static char logged_text[1024];

static void take_log(xs_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(logged_text, sizeof logged_text, format, args);
	va_end(args);
	logged_level = level;
	logged++;
}

static int set_up(void **state)
{
	fixture *f = test_calloc(1, sizeof *f);

	f->a = xs_arena_new();
	strcpy(f->folder, "/tmp/xs-scores-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	f->path = xs_file_join(f->a, f->folder, "scores.db");
	f->host.log = take_log;
	logged = 0;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"scores.db", "scores.db-wal", "scores.db-shm",
					    "below/scores.db", "below"};
	fixture *f = *state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (unlink(xs_file_join(f->a, f->folder, names[i])) < 0)
			rmdir(xs_file_join(f->a, f->folder, names[i]));
	assert_int_equal(rmdir(f->folder), 0);
	xs_arena_free(f->a);
	test_free(f);
	return 0;
}

static xs_score_cache *open_cache(const fixture *f, size_t entries)
{
	return xs_score_cache_new(&f->host, f->path, entries);
}

/* The pairs first … first+n-1. */
static void name_entries(xs_score_entry *e, size_t first, size_t n)
{
	char text[32];
	const char *texts[] = {"question", text};

	memset(e, 0, n * sizeof *e);
	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof text, "text %zu", first + i);
		e[i].key = xs_score_key_of(1, texts, 2);
	}
}

/* The score that belongs to a pair; every third text was cut. */
static xs_score score_of(size_t number)
{
	int n = (int)number;

	return (xs_score){.logit = (float)(n % 97) / 7 - 5,
			  .tokens = n + 3,
			  .tokens_scored = n + (n % 3 ? 3 : 2),
			  .best_window = n % 4,
			  .best_first = n % 5,
			  .best_tokens = n % 7};
}

static void put(xs_score_cache *c, size_t first, size_t n)
{
	xs_score_entry e[64];

	name_entries(e, first, n);
	for (size_t i = 0; i < n; i++) {
		e[i].score = score_of(first + i);
		e[i].fresh = true;
	}
	xs_score_cache_put(c, e, n);
}

/* How many of the pairs are known, each with its score; their use is noted. */
static size_t known(xs_score_cache *c, size_t first, size_t n)
{
	xs_score_entry e[64];
	size_t found = 0;

	name_entries(e, first, n);
	xs_score_cache_get(c, e, n);
	for (size_t i = 0; i < n; i++) {
		xs_score s = score_of(first + i);

		if (!e[i].known)
			continue;
		found++;
		assert_true(e[i].score.logit == s.logit);
		assert_int_equal(e[i].score.tokens, s.tokens);
		assert_int_equal(e[i].score.tokens_scored, s.tokens_scored);
		assert_int_equal(e[i].score.truncated, s.tokens_scored < s.tokens);
		assert_int_equal(e[i].score.best_window, s.best_window);
		assert_int_equal(e[i].score.best_first, s.best_first);
		assert_int_equal(e[i].score.best_tokens, s.best_tokens);
		assert_true(e[i].score.score > 0 && e[i].score.score < 1);
	}
	xs_score_cache_put(c, e, n);
	return found;
}

static sqlite3 *database(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static void execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int number(const fixture *f, const char *sql)
{
	sqlite3 *db = database(f->path);
	sqlite3_stmt *s;
	int n;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

static bool same_key(xs_score_key a, xs_score_key b)
{
	return a.low == b.low && a.high == b.high;
}

static void keys_tell_apart(void **state)
{
	const char *one[] = {"ab", "c"}, *other[] = {"a", "bc"};

	(void)state;
	assert_true(same_key(xs_score_key_of(1, one, 2), xs_score_key_of(1, one, 2)));
	assert_false(same_key(xs_score_key_of(1, one, 2), xs_score_key_of(1, other, 2)));
	assert_false(same_key(xs_score_key_of(1, one, 2), xs_score_key_of(2, one, 2)));
	assert_false(same_key(xs_score_key_of(1, one, 2), xs_score_key_of(1, one, 1)));
}

static void scores_outlive_the_process(void **state)
{
	fixture *f = *state;
	xs_score_cache *c = open_cache(f, 1000);

	assert_int_equal(known(c, 0, 20), 0);
	put(c, 0, 20);
	assert_int_equal(known(c, 0, 20), 20);
	assert_int_equal(known(c, 15, 20), 5);
	xs_score_cache_free(c);
	c = open_cache(f, 1000);
	assert_int_equal(known(c, 0, 20), 20);
	xs_score_cache_free(c);
	assert_int_equal(logged, 0);
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 20);
}

static void none_is_fine(void **state)
{
	(void)state;
	put(NULL, 0, 3);
	assert_int_equal(known(NULL, 0, 3), 0);
	xs_score_cache_free(NULL);
}

static void the_folder_is_made(void **state)
{
	fixture *f = *state;
	xs_score_cache *c;

	f->path = xs_file_join(f->a, f->folder, "below/scores.db");
	c = open_cache(f, 10);
	put(c, 0, 3);
	assert_int_equal(known(c, 0, 3), 3);
	xs_score_cache_free(c);
	assert_int_equal(access(f->path, F_OK), 0);
}

/* What is asked for again stays; of the rest the oldest goes. */
static void the_bound_holds(void **state)
{
	fixture *f = *state;
	xs_score_cache *c = open_cache(f, 80);

	for (size_t i = 0; i < 80; i += 10)
		put(c, i, 10);
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 80);
	assert_int_equal(known(c, 0, 10), 10);
	put(c, 100, 20);
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 80);
	assert_int_equal(known(c, 0, 10), 10);
	assert_int_equal(known(c, 10, 20), 0);
	assert_int_equal(known(c, 30, 50), 50);
	assert_int_equal(known(c, 100, 20), 20);
	for (size_t i = 1000; i < 2000; i += 50)
		put(c, i, 50);
	xs_score_cache_free(c);
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 80);
	assert_int_equal(number(f, "SELECT entries FROM clock"), 80);
	c = open_cache(f, 5); /* another process may have another bound */
	put(c, 5000, 1);
	xs_score_cache_free(c);
	assert_int_equal(number(f, "SELECT count(*) FROM scores"), 5);
}

/* Another score of the same pair takes the place of the first. */
static void a_pair_has_one_score(void **state)
{
	fixture *f = *state;
	xs_score_cache *c = open_cache(f, 80);
	xs_score_entry e;

	name_entries(&e, 3, 1);
	e.fresh = true;
	e.score.logit = 99;
	xs_score_cache_put(c, &e, 1);
	put(c, 3, 1);
	assert_int_equal(known(c, 3, 1), 1);
	xs_score_cache_free(c);
	assert_int_equal(number(f, "SELECT entries FROM clock"), 1);
}

/* Nothing is written for a query whose scores are known and young. */
static void reading_writes_nothing(void **state)
{
	fixture *f = *state;
	xs_score_cache *c = open_cache(f, 800);
	sqlite3 *db;

	put(c, 0, 50);
	db = database(f->path);
	execute(db, "BEGIN IMMEDIATE");
	assert_int_equal(known(c, 0, 50), 50);
	assert_int_equal(logged, 0);
	execute(db, "ROLLBACK");
	sqlite3_close(db);
	for (size_t i = 100; i < 300; i += 50)
		put(c, i, 50);
	assert_int_equal(number(f, "SELECT max(used) FROM scores WHERE used <= 50"), 50);
	assert_int_equal(known(c, 0, 50), 50);
	assert_int_equal(number(f, "SELECT count(*) FROM scores WHERE used = 250"), 100);
	xs_score_cache_free(c);
}

/* A row that says something else than was written is not believed. */
static void changed_rows_are_unknown(void **state)
{
	static const char *const changes[] = {
		"UPDATE scores SET logit = logit + 1e-6", "UPDATE scores SET tokens = tokens + 1",
		"UPDATE scores SET scored = scored - 1",  "UPDATE scores SET best = best + 1",
		"UPDATE scores SET mark = mark + 1",	  "UPDATE scores SET id = id + 1",
	};
	fixture *f = *state;
	xs_score_cache *c = open_cache(f, 100);

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		sqlite3 *db;

		put(c, 1, 10);
		assert_int_equal(known(c, 1, 10), 10);
		db = database(f->path);
		execute(db, changes[i]);
		sqlite3_close(db);
		assert_int_equal(known(c, 1, 10), 0);
	}
	xs_score_cache_free(c);
	assert_int_equal(logged, 0);
}

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

typedef struct crowd {
	xs_score_cache *cache;
	size_t first;
	pthread_t thread;
} crowd;

static void *one_of_many(void *arg)
{
	crowd *w = arg;

	for (size_t i = 0; i < 40; i++) {
		known(w->cache, i * 10, 20);
		put(w->cache, (w->first + i) % 40 * 10, 10);
	}
	return NULL;
}

/* Threads on one cache, and two caches on one file, as two processes have. */
static void many_at_once(void **state)
{
	fixture *f = *state;
	xs_score_cache *two[] = {open_cache(f, 200), open_cache(f, 200)};
	crowd all[4];

	for (size_t i = 0; i < 4; i++) {
		all[i] = (crowd){.cache = two[i % 2], .first = i * 10};
		assert_int_equal(pthread_create(&all[i].thread, NULL, one_of_many, &all[i]), 0);
	}
	for (size_t i = 0; i < 4; i++)
		pthread_join(all[i].thread, NULL);
	put(two[0], 5000, 10);
	assert_int_equal(known(two[1], 5000, 10), 10);
	xs_score_cache_free(two[0]);
	xs_score_cache_free(two[1]);
	assert_true(number(f, "SELECT count(*) FROM scores") <= 200);
	assert_int_equal(number(f, "SELECT (SELECT count(*) FROM scores) = entries FROM clock"), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_tell_apart),
		TEST(scores_outlive_the_process),
		TEST(none_is_fine),
		TEST(the_folder_is_made),
		TEST(the_bound_holds),
		TEST(a_pair_has_one_score),
		TEST(reading_writes_nothing),
		TEST(changed_rows_are_unknown),
		TEST(damage_is_mended),
		TEST(no_byte_matters),
		TEST(a_missing_table_is_mended),
		TEST(what_is_not_ours_stays),
		TEST(the_first_form_is_brought_up),
		TEST(a_folder_of_others_stays),
		TEST(a_locked_file_is_passed_over),
		TEST(many_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
