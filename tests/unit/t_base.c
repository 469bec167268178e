/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_base.c - error text, arena, buffer, files, deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/file.h"

static void error_may_quote_itself(void **state)
{
	(void)state;
	assert_int_equal(xs_fail(XS_EIO, "read %s: %d", "a", 7), XS_EIO);
	assert_string_equal(xs_error(), "read a: 7");
	xs_fail(XS_EINPUT, "again: %s", xs_error());
	assert_string_equal(xs_error(), "again: read a: 7");
	assert_string_equal(xs_code_name(XS_EBUSY), "busy");
}

static void arena_is_zeroed_and_aligned(void **state)
{
	xs_arena *a = xs_arena_new();
	size_t sizes[] = {1, 15, 16, 16384, 16385, 1000000}, i, j;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned char *p = xs_arena_alloc(a, sizes[i]);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (j = 0; j < sizes[i]; j++)
			assert_int_equal(p[j], 0);
		memset(p, 0xff, sizes[i]);
	}
	assert_string_equal(xs_arena_printf(a, "%s-%d", "x", 3), "x-3");
	assert_null(xs_arena_dup(a, NULL));
	xs_arena_reset(a);
	assert_int_equal(xs_arena_used(a), 0);
	xs_arena_free(a);
}

static void buf_grows(void **state)
{
	xs_buf b;
	char *taken;
	int i;

	(void)state;
	xs_buf_init(&b);
	assert_string_equal(b.data, "");
	for (i = 0; i < 1000; i++)
		xs_buf_printf(&b, "%03d", i);
	assert_int_equal(b.len, 3000);
	assert_memory_equal(b.data + 2997, "999", 4);
	taken = xs_buf_take(&b);
	assert_int_equal(strlen(taken), 3000);
	assert_string_equal(b.data, "");
	free(taken);
	xs_buf_fini(&b);
}

static void files_are_replaced_and_read(void **state)
{
	char folder[] = "/tmp/t_base.XXXXXX";
	xs_arena *a = xs_arena_new();
	xs_map map = {0};
	char *path, *text;
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xs_file_join(a, folder, "a/b");
	assert_int_equal(xs_map_open(&map, path), XS_ENOTFOUND);
	assert_int_equal(xs_file_mkdirs(path), XS_OK);
	assert_int_equal(xs_map_open(&map, path), XS_EIO); /* a folder */
	path = xs_file_join(a, path, "file");
	assert_int_equal(xs_file_write(path, "old", 3), XS_OK);
	assert_int_equal(xs_file_write(path, "newer", 5), XS_OK);
	assert_int_equal(xs_file_read(&text, &len, a, path, 5), XS_OK);
	assert_int_equal(len, 5);
	assert_string_equal(text, "newer");
	assert_int_equal(xs_file_read(&text, &len, a, path, 4), XS_EINPUT);
	assert_int_equal(xs_map_open(&map, path), XS_OK);
	assert_memory_equal(map.data, "newer", 5);
	xs_map_close(&map);
	assert_int_equal(xs_file_mkdirs(xs_file_join(a, path, "c")), XS_EIO);
	unlink(path);
	rmdir(xs_file_join(a, folder, "a/b"));
	rmdir(xs_file_join(a, folder, "a"));
	rmdir(folder);
	xs_arena_free(a);
}

static void files_are_patched_while_they_are_written(void **state)
{
	char folder[] = "/tmp/t_base.XXXXXX";
	xs_arena *a = xs_arena_new();
	xs_map map;
	xs_file *f;
	char *path;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xs_file_join(a, folder, "file");
	assert_int_equal(xs_file_begin(&f, path), XS_OK);
	assert_int_equal(xs_file_map(&map, f), XS_OK);
	assert_int_equal(map.len, 0);
	xs_map_close(&map);
	assert_int_equal(xs_file_put(f, "head body", 9), XS_OK);
	assert_int_equal(xs_file_map(&map, f), XS_OK);
	assert_int_equal(map.len, 9);
	assert_memory_equal(map.data, "head body", 9);
	xs_map_close(&map);
	assert_int_equal(xs_file_put(f, " tail", 5), XS_OK);
	assert_int_equal(xs_file_patch(f, 0, "HEAD", 4), XS_OK);
	assert_int_equal(xs_file_put(f, ".", 1), XS_OK);
	assert_int_equal(xs_map_open(&map, path), XS_ENOTFOUND);
	assert_int_equal(xs_file_end(f, XS_OK), XS_OK);
	assert_int_equal(xs_map_open(&map, path), XS_OK);
	assert_int_equal(map.len, 15);
	assert_memory_equal(map.data, "HEAD body tail.", 15);
	xs_map_close(&map);
	unlink(path);
	rmdir(folder);
	xs_arena_free(a);
}

/* As by a process that was killed: what it began is not ended. */
static void what_was_begun_is_swept(void **state)
{
	char folder[] = "/tmp/t_base.XXXXXX";
	xs_arena *a = xs_arena_new();
	const char *path, *others[2];
	xs_file *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xs_file_join(a, folder, "file");
	others[0] = xs_file_join(a, folder, "file.backup");
	others[1] = xs_file_join(a, folder, "file.tmp-mine");
	assert_int_equal(xs_file_write(path, "old", 3), XS_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(xs_file_write(others[i], "", 0), XS_OK);
	assert_int_equal(xs_file_begin(&f, path), XS_OK);
	xs_file_sweep(path);
	assert_int_equal(xs_file_end(f, XS_OK), XS_EIO);
	for (int i = 0; i < 2; i++)
		assert_int_equal(unlink(others[i]), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	xs_file_sweep(path);
	xs_arena_free(a);
}

static void sets_of_instructions_are_in_order(void **state)
{
	(void)state;
	assert_true(xs_cpu_runs(XS_CPU_REF));
	for (int set = XS_CPU_REF; set <= XS_CPU_I8MM; set++) {
		assert_true(xs_cpu_has((xs_cpu)set, (xs_cpu)set));
		assert_true(xs_cpu_has((xs_cpu)set, XS_CPU_REF));
		for (int part = XS_CPU_REF; part <= XS_CPU_I8MM; part++)
			assert_true(!xs_cpu_runs((xs_cpu)set) ||
				    !xs_cpu_has((xs_cpu)set, (xs_cpu)part) ||
				    xs_cpu_runs((xs_cpu)part));
	}
	/* An order of speed is no order of what they have. */
	assert_true(xs_cpu_has(XS_CPU_AVX512BF16, XS_CPU_AVX2));
	assert_true(xs_cpu_has(XS_CPU_AVXVNNI, XS_CPU_AVX2));
	assert_false(xs_cpu_has(XS_CPU_AVX512BF16, XS_CPU_AVXVNNI));
	assert_false(xs_cpu_has(XS_CPU_AVX512, XS_CPU_AVX512VNNI));
	assert_false(xs_cpu_has(XS_CPU_I8MM, XS_CPU_AVX512BF16));
	assert_false(xs_cpu_runs(XS_CPU_SSE41) && xs_cpu_runs(XS_CPU_NEON));
	/* The first call is what chooses. */
	setenv("XS_CPU", "ref", 1);
	assert_int_equal(xs_cpu_get(), XS_CPU_REF);
	setenv("XS_CPU", "avx2", 1);
	assert_string_equal(xs_cpu_name(xs_cpu_get()), "ref");
	unsetenv("XS_CPU");
}

static void deadlines_end(void **state)
{
	atomic_int cancel = 0;
	xs_deadline none = xs_deadline_in(0), soon = xs_deadline_in(1);

	(void)state;
	assert_false(xs_deadline_over(NULL));
	assert_false(xs_deadline_over(&none));
	none.cancel = &cancel;
	assert_false(xs_deadline_over(&none));
	cancel = 1;
	assert_true(xs_deadline_over(&none));
	usleep(2000);
	assert_true(xs_deadline_over(&soon));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_may_quote_itself),
		cmocka_unit_test(arena_is_zeroed_and_aligned),
		cmocka_unit_test(buf_grows),
		cmocka_unit_test(files_are_replaced_and_read),
		cmocka_unit_test(files_are_patched_while_they_are_written),
		cmocka_unit_test(what_was_begun_is_swept),
		cmocka_unit_test(sets_of_instructions_are_in_order),
		cmocka_unit_test(deadlines_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
