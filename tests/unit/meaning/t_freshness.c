/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_freshness.c - an open index whose vectors and documents change, and what it keeps between searches. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/unit/shared/folder.h"
#include "tests/unit/meaning/shop.h"

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
	assert_int_equal(XS_OK, xs_file_write(place(a, "vectors"), "short", 5));
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
	const char *path = place(a, "vectors"), *error;
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(file_comes_and_goes),
		TEST(a_file_can_be_read_at_last),
		TEST(documents_come),
		TEST(bitmaps_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
