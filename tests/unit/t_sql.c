/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_sql.c - files of SQLite: how they are made, brought up to date, refused. */
#define _GNU_SOURCE
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

#include "base/arena.h"
#include "base/file.h"
#include "index/query_log_sql.h"
#include "index/store_private.h"
#include "sql/sql.h"
#include "tests/unit/shared/folder.h"

enum { SONG_PUT, SONG_GET, SONG_ALL, SONG_STATEMENTS };

static const char *const song_statements[SONG_STATEMENTS] = {
	[SONG_PUT] = "INSERT INTO songs VALUES(?1, ?2, ?3, ?4)",
	[SONG_GET] = "SELECT name, length, cover FROM songs WHERE id = ?1",
	[SONG_ALL] = "SELECT id FROM songs ORDER BY id",
};

#define SONGS_1 "CREATE TABLE songs(id INTEGER PRIMARY KEY, name TEXT);"
#define SONGS_2 "ALTER TABLE songs ADD COLUMN length REAL; UPDATE songs SET length = 1.5;"
#define SONGS_3 "ALTER TABLE songs ADD COLUMN cover BLOB; CREATE INDEX songs_name ON songs(name);"

static const char *const song_steps[] = {SONGS_1, SONGS_2, SONGS_3};

static const xs_sql_form songs = {
	.noun = "book of songs",
	.application = 0x736F6E67,
	.version = 3,
	.steps = song_steps,
	.always = "",
	.writing = "PRAGMA journal_mode = WAL",
	.wait_ms = 10,
	.foreign = XS_EINPUT,
	.denied = XS_EUNSUPPORTED,
	.damaged = "sing from memory",
	.newer = "take the newer one",
	.statements = song_statements,
	.n = SONG_STATEMENTS,
};

static char path[96];

static int setup(void **state)
{
	int rc = folder_set_up(state);

	snprintf(path, sizeof path, "%s/songs.db", folder);
	return rc;
}

/* Runs SQL in the file, past what is tested. */
static void execute(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static int add_text(void *user, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	xs_buf_printf(user, "%s|", values[0] ? values[0] : "NULL");
	return 0;
}

/* The first column of all rows, as one text. */
static const char *asked(xs_arena *a, const char *sql)
{
	xs_buf out;
	sqlite3 *db;
	const char *text;

	xs_buf_init(&out);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, add_text, &out, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	text = xs_arena_dup(a, out.data);
	xs_buf_fini(&out);
	return text;
}

/* All that makes the form of a file. */
static const char *form_of(xs_arena *a)
{
	return xs_arena_printf(a, "%s%s%s",
			       asked(a, "SELECT name FROM sqlite_master ORDER BY name"),
			       asked(a, "SELECT m.name || '.' || c.name || ' ' || c.type "
					"FROM sqlite_master m, pragma_table_info(m.name) c "
					"ORDER BY m.name, c.cid"),
			       asked(a, "SELECT user_version || ' ' || application_id "
					"FROM pragma_user_version, pragma_application_id"));
}

static void says(const char *sentence)
{
	if (!strstr(xs_error(), sentence))
		fail_msg("\"%s\" does not say \"%s\"", xs_error(), sentence);
}

static void open_and_close(const xs_sql_form *form)
{
	xs_sql *s;

	if (xs_sql_open(&s, path, form, true) != XS_OK)
		fail_msg("%s", xs_error());
	xs_sql_close(s);
}

static void every_older_form_is_brought_up(void **state)
{
	static const char *const older[] = {
		"",
		SONGS_1 "INSERT INTO songs VALUES(7, 'Yesterday');"
			"PRAGMA user_version = 1; PRAGMA application_id = 0x736F6E67",
		SONGS_1 SONGS_2 "INSERT INTO songs VALUES(7, 'Yesterday', 2.5);"
				"PRAGMA user_version = 2; PRAGMA application_id = 0x736F6E67",
	};
	static const char *const kept[] = {"", "7 Yesterday 1.5|", "7 Yesterday 2.5|"};
	xs_arena *a = xs_arena_new();
	const char *fresh = NULL;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		execute(older[i]);
		open_and_close(&songs);
		fresh = fresh ? fresh : form_of(a);
		assert_string_equal(form_of(a), fresh);
		assert_string_equal(asked(a,
					  "SELECT id || ' ' || name || ' ' || length FROM songs"),
				    kept[i]);
		assert_string_equal(asked(a, "PRAGMA journal_mode"), "wal|");
		open_and_close(&songs);
		assert_string_equal(form_of(a), fresh);
		assert_int_equal(unlink(path), 0);
	}
	assert_non_null(strstr(fresh, "3 1936682599|"));
	xs_arena_free(a);
}

/* A later step that fails leaves the older form whole. */
static void a_failing_step_changes_nothing(void **state)
{
	static const char *const steps[] = {SONGS_1, SONGS_2, "UPDATE albums SET name = ''"};
	xs_sql_form form = songs;
	xs_arena *a = xs_arena_new();
	xs_sql *s;

	(void)state;
	form.steps = steps;
	execute(SONGS_1 "INSERT INTO songs VALUES(7, 'Yesterday');"
			"PRAGMA user_version = 1; PRAGMA application_id = 0x736F6E67");
	assert_int_equal(xs_sql_open(&s, path, &form, true), XS_EFORMAT);
	assert_null(s);
	says("the book of songs has not the form expected: no such table: albums");
	assert_string_equal(asked(a, "SELECT user_version FROM pragma_user_version"), "1|");
	assert_string_equal(asked(a, "SELECT name FROM pragma_table_info('songs')"), "id|name|");
	xs_arena_free(a);
}

static void refuses(const char *sql, int code, const char *sentence)
{
	xs_arena *a = xs_arena_new();
	char *before, *after;
	size_t n, m;
	xs_sql *s;

	execute(sql);
	assert_int_equal(xs_file_read(&before, &n, a, path, 1 << 20), XS_OK);
	for (int write = 0; write < 2; write++) {
		assert_int_equal(xs_sql_open(&s, path, &songs, write), code);
		assert_null(s);
		says(sentence);
	}
	assert_int_equal(xs_file_read(&after, &m, a, path, 1 << 20), XS_OK);
	assert_int_equal(n, m);
	assert_memory_equal(before, after, n);
	assert_int_equal(unlink(path), 0);
	xs_arena_free(a);
}

static void what_is_not_ours_stays(void **state)
{
	(void)state;
	refuses("CREATE TABLE recipes(name)", XS_EINPUT,
		"expected a book of songs of this program, found another database");
	refuses(SONGS_1 "PRAGMA user_version = 1", XS_EINPUT, "found another database");
	refuses(SONGS_1 "PRAGMA application_id = 0x736F6E67", XS_EINPUT, "found another database");
	refuses(SONGS_1 "PRAGMA application_id = 0x736F6E67; PRAGMA user_version = 4", XS_EINPUT,
		"the book of songs was written by a newer release (form 4, this one knows 3): "
		"take the newer one");
}

static void a_reader_makes_nothing(void **state)
{
	xs_sql *s;

	(void)state;
	assert_int_equal(xs_sql_open(&s, path, &songs, false), XS_ENOTFOUND);
	assert_int_equal(access(path, F_OK), -1);
	execute("");
	assert_int_equal(xs_sql_open(&s, path, &songs, false), XS_ENOTFOUND);
	execute(SONGS_1 "PRAGMA user_version = 1; PRAGMA application_id = 0x736F6E67");
	assert_int_equal(xs_sql_open(&s, path, &songs, false), XS_EFORMAT);
	says("written by an older release (form 1, expected 3)");
}

static void damage_is_told_and_mended(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_sql *s;

	(void)state;
	assert_int_equal(xs_file_write(path, "no database at all, but some bytes", 34), XS_OK);
	assert_int_equal(xs_sql_open(&s, path, &songs, true), XS_EFORMAT);
	says("the book of songs is damaged: file is not a database; sing from memory");
	assert_int_equal(xs_sql_renew(&s, path, &songs), XS_OK);
	assert_int_equal(xs_sql_run(s, SONG_PUT, "itdb", (int64_t)1, "Help", 2.0, NULL, (size_t)0),
			 XS_OK);
	xs_sql_close(s);
	assert_string_equal(asked(a, "SELECT name FROM songs"), "Help|");
	xs_arena_free(a);
}

static void a_holder_is_told(void **state)
{
	xs_sql *s, *other;

	(void)state;
	assert_int_equal(xs_sql_open(&s, path, &songs, true), XS_OK);
	assert_int_equal(xs_sql_open(&other, path, &songs, true), XS_OK);
	assert_int_equal(xs_sql_begin(s, true), XS_OK);
	assert_true(xs_sql_within(s));
	assert_int_equal(xs_sql_begin(other, true), XS_EBUSY);
	says("another process holds the book of songs");
	xs_sql_rollback(s);
	xs_sql_rollback(s);
	assert_false(xs_sql_within(s));
	assert_int_equal(xs_sql_begin(other, true), XS_OK);
	xs_sql_close(other);
	xs_sql_close(s);
}

static void statements(void **state)
{
	sqlite3_stmt *row;
	int64_t n = 0;
	xs_sql *s;
	int rc;

	(void)state;
	assert_int_equal(xs_sql_open(&s, path, &songs, true), XS_OK);
	assert_int_equal(xs_sql_prepare(s), XS_OK);
	for (int64_t i = 1; i < 4; i++)
		assert_int_equal(xs_sql_run(s, SONG_PUT, "itdb", i, "Help", 2.25, "ab\0c",
					    (size_t)4),
				 XS_OK);
	assert_int_equal(xs_sql_run(s, SONG_PUT, "itdb", (int64_t)1, "Help", 1.0, "", (size_t)0),
			 XS_EFORMAT);
	assert_int_equal(xs_sql_row(&row, s, SONG_GET, "i", (int64_t)9), XS_ENOTFOUND);
	assert_int_equal(xs_sql_row(&row, s, SONG_GET, "i", (int64_t)2), XS_OK);
	assert_string_equal(xs_sql_text(row, 0), "Help");
	assert_true(sqlite3_column_double(row, 1) == 2.25);
	assert_int_equal(sqlite3_column_bytes(row, 2), 4);
	assert_memory_equal(sqlite3_column_blob(row, 2), "ab\0c", 4);
	sqlite3_reset(row);
	for (rc = xs_sql_row(&row, s, SONG_ALL, ""); rc == XS_OK; rc = xs_sql_step(s, row))
		n += sqlite3_column_int64(row, 0);
	assert_int_equal(rc, XS_ENOTFOUND);
	assert_int_equal(n, 6);
	assert_int_equal(xs_sql_number(&n, s, "SELECT count(*) FROM songs"), XS_OK);
	assert_int_equal(n, 3);
	assert_int_equal(xs_sql_exec(s, "DROP TABLE songs"), XS_OK);
	assert_int_equal(xs_sql_run(s, SONG_ALL, ""), XS_EFORMAT);
	xs_sql_close(s);
	xs_sql_close(NULL);
}

/* A folder that cannot be written, and a file whose name SQLite would read as a URI. */
static void reads_where_nothing_can_be_written(void **state)
{
	xs_sql *s;
	int64_t n;

	(void)state;
	if (geteuid() == 0)
		skip(); /* root may write everything */
	snprintf(path, sizeof path, "%s/50%% ?#.db", folder);
	open_and_close(&songs);
	execute("PRAGMA journal_mode = DELETE; INSERT INTO songs(id) VALUES(5)");
	execute("PRAGMA journal_mode = WAL");
	assert_int_equal(chmod(folder, 0555), 0);
	assert_int_equal(xs_sql_open(&s, path, &songs, false), XS_OK);
	assert_int_equal(xs_sql_number(&n, s, "SELECT id FROM songs"), XS_OK);
	assert_int_equal(n, 5);
	xs_sql_close(s);
	assert_int_equal(chmod(folder, 0755), 0);
}

/* The program's own files.  Whoever adds a step adds here what the form before it looked like. */
typedef struct older_file {
	const xs_sql_form *form;
	int version;
	const char *sql; /* without user_version */
} older_file;

#define STORE_1                                                                        \
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;" \
	"CREATE TABLE pages("                                                          \
	"  id INTEGER PRIMARY KEY,"                                                    \
	"  key TEXT NOT NULL UNIQUE,"                                                  \
	"  state INTEGER NOT NULL,"                                                    \
	"  error TEXT,"                                                                \
	"  url TEXT NOT NULL DEFAULT '',"                                              \
	"  title TEXT NOT NULL DEFAULT '',"                                            \
	"  path TEXT NOT NULL DEFAULT '',"                                             \
	"  type TEXT NOT NULL DEFAULT '',"                                             \
	"  language TEXT NOT NULL DEFAULT '',"                                         \
	"  meta TEXT NOT NULL DEFAULT '{}',"                                           \
	"  size INTEGER NOT NULL DEFAULT 0,"                                           \
	"  mtime_ns INTEGER NOT NULL DEFAULT 0,"                                       \
	"  date INTEGER NOT NULL DEFAULT 0,"                                           \
	"  hash_low INTEGER NOT NULL DEFAULT 0,"                                       \
	"  hash_high INTEGER NOT NULL DEFAULT 0,"                                      \
	"  form INTEGER NOT NULL DEFAULT 0,"                                           \
	"  vocabulary INTEGER NOT NULL DEFAULT 0);"                                    \
	"CREATE INDEX pages_error ON pages(key) WHERE error IS NOT NULL;"              \
	"CREATE TABLE passages("                                                       \
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"                                      \
	"  page INTEGER NOT NULL REFERENCES pages(id),"                                \
	"  ordinal INTEGER NOT NULL,"                                                  \
	"  heading TEXT NOT NULL,"                                                     \
	"  anchor TEXT NOT NULL,"                                                      \
	"  text TEXT NOT NULL,"                                                        \
	"  tokens BLOB);"                                                              \
	"CREATE UNIQUE INDEX passages_page ON passages(page, ordinal);"                \
	"CREATE TABLE outbox("                                                         \
	"  seq INTEGER PRIMARY KEY AUTOINCREMENT,"                                     \
	"  docid INTEGER NOT NULL);"                                                   \
	"INSERT INTO meta VALUES('id', lower(hex(randomblob(16))));"

#define STORE_2                                                           \
	"ALTER TABLE pages ADD COLUMN links INTEGER NOT NULL DEFAULT 0;"  \
	"ALTER TABLE pages ADD COLUMN aside TEXT NOT NULL DEFAULT '';"    \
	"ALTER TABLE pages ADD COLUMN sketch INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE pages ADD COLUMN twin INTEGER;"                      \
	"ALTER TABLE pages ADD COLUMN aliases TEXT NOT NULL DEFAULT '';"  \
	"CREATE INDEX pages_twin ON pages(twin) WHERE twin IS NOT NULL;"

#define STORE_3                                                               \
	"ALTER TABLE passages ADD COLUMN content INTEGER NOT NULL DEFAULT 0;" \
	"CREATE INDEX passages_content ON passages(page, content);"           \
	"CREATE TABLE vectors("                                               \
	"  content INTEGER PRIMARY KEY,"                                      \
	"  identity INTEGER NOT NULL,"                                        \
	"  scale REAL NOT NULL,"                                              \
	"  items BLOB NOT NULL);"                                             \
	"CREATE INDEX vectors_identity ON vectors(identity);"

#define STORE_4 "ALTER TABLE passages ADD COLUMN weights TEXT NOT NULL DEFAULT '';"

static const older_file older_files[] = {
	{&xs_store_form, 1, STORE_1 "INSERT INTO pages(key, state) VALUES('a', 0);"},
	{&xs_store_form, 2,
	 STORE_1 STORE_2 "INSERT INTO pages(key, state) VALUES('a', 0);"
			 "INSERT INTO passages VALUES(1, 1, 0, '', '', 'b', NULL);"},
	{&xs_store_form, 3,
	 STORE_1 STORE_2 STORE_3 "INSERT INTO pages(key, state) VALUES('a', 0);"
				 "INSERT INTO passages VALUES(1, 1, 0, '', '', 'b', NULL, 7);"},
	{&xs_store_form, 4,
	 STORE_1 STORE_2 STORE_3 STORE_4 "INSERT INTO pages(key, state) VALUES('a', 0);"},
	{NULL, 0, NULL},
};

static void our_own_files_are_brought_up(void **state)
{
	static const xs_sql_form *const forms[] = {&xs_store_form, &xs_query_log_form};
	xs_arena *a = xs_arena_new();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *fresh;
		int known = 0;

		open_and_close(forms[i]);
		fresh = form_of(a);
		assert_int_equal(unlink(path), 0);
		for (const older_file *o = older_files; o->form; o++) {
			if (o->form != forms[i])
				continue;
			known++;
			execute(o->sql);
			execute(xs_arena_printf(a, "PRAGMA user_version = %d", o->version));
			open_and_close(forms[i]);
			assert_string_equal(form_of(a), fresh);
			assert_int_equal(unlink(path), 0);
		}
		if (known != forms[i]->version - 1)
			fail_msg("%d older forms of the %s are tested, expected %d", known,
				 forms[i]->noun, forms[i]->version - 1);
	}
	xs_arena_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_older_form_is_brought_up),
		TEST(a_failing_step_changes_nothing),
		TEST(what_is_not_ours_stays),
		TEST(a_reader_makes_nothing),
		TEST(damage_is_told_and_mended),
		TEST(a_holder_is_told),
		TEST(statements),
		TEST(reads_where_nothing_can_be_written),
		TEST(our_own_files_are_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
