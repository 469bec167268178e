/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_score_cache.c - kept scores: found again, bounded, by several threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <pthread.h>

#include "tests/unit/score_cache.h"

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
		TEST(keys_tell_apart),	      TEST(scores_outlive_the_process),
		TEST(none_is_fine),	      TEST(the_folder_is_made),
		TEST(the_bound_holds),	      TEST(a_pair_has_one_score),
		TEST(reading_writes_nothing), TEST(changed_rows_are_unknown),
		TEST(many_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
