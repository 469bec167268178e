/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_cache.h - a file of kept scores in a folder of its own, and what was logged about it. */
#ifndef XS_TESTS_UNIT_SCORE_CACHE_H
#define XS_TESTS_UNIT_SCORE_CACHE_H

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

static inline void take_log(xs_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(logged_text, sizeof logged_text, format, args);
	va_end(args);
	logged_level = level;
	logged++;
}

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
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

static inline xs_score_cache *open_cache(const fixture *f, size_t entries)
{
	return xs_score_cache_new(&f->host, f->path, entries);
}

/* The pairs first … first+n-1. */
static inline void name_entries(xs_score_entry *e, size_t first, size_t n)
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
static inline xs_score score_of(size_t number)
{
	int n = (int)number;

	return (xs_score){.logit = (float)(n % 97) / 7 - 5,
			  .tokens = n + 3,
			  .tokens_scored = n + (n % 3 ? 3 : 2),
			  .best_window = n % 4,
			  .best_first = n % 5,
			  .best_tokens = n % 7};
}

static inline void put(xs_score_cache *c, size_t first, size_t n)
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
static inline size_t known(xs_score_cache *c, size_t first, size_t n)
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

static inline sqlite3 *database(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static inline void execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static inline int number(const fixture *f, const char *sql)
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
#endif
