/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_pairs.c - labelled pairs in both forms, and what is said of bad lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "eval/pairs.h"

static char folder[] = "t_pairs_XXXXXX";
static xs_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = xs_arena_new();
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	unlink(xs_file_join(arena, folder, "f"));
	rmdir(folder);
	xs_arena_free(arena);
	return 0;
}

static int read_of(xs_pairs *out, const char *text)
{
	const char *path = xs_file_join(arena, folder, "f");

	assert_int_equal(xs_file_write(path, text, strlen(text)), XS_OK);
	return xs_pairs_read(out, arena, path);
}

static void assert_error(const char *text, const char *part)
{
	xs_pairs pairs;

	assert_int_equal(read_of(&pairs, text), XS_EINPUT);
	if (!strstr(xs_error(), part))
		fail_msg("\"%s\" lacks \"%s\"", xs_error(), part);
}

static void test_json(void **state)
{
	xs_pairs pairs;

	(void)state;
	assert_int_equal(read_of(&pairs,
				 "{\"a\": \"x\\ty\", \"b\": \"\", \"label\": 1}\r\n\n"
				 "{\"a\": \"x\", \"b\": \"z\", \"label\": false, \"id\": 3}\n"
				 "{\"a\": \"x\", \"b\": \"z\", \"label\": true}"),
			 XS_OK);
	assert_int_equal(pairs.n, 3);
	assert_int_equal(pairs.positive, 2);
	assert_string_equal(pairs.rows[0].a, "x\ty");
	assert_string_equal(pairs.rows[0].b, "");
	assert_true(pairs.rows[0].label && !pairs.rows[1].label && pairs.rows[2].label);
	assert_error("{\"a\": \"x\", \"b\": \"z\", \"label\": 1}\n{\"a\"",
		     "f:2: expected a JSON object");
	assert_error("{\"a\": \"x\", \"b\": \"z\", \"label\": 1}\n[]",
		     "f:2: expected a JSON object");
	assert_error("{\"a\": \"x\", \"label\": 1}\n", "f:1: expected the texts \"a\" and \"b\"");
	assert_error("{\"a\": \"x\", \"b\": \"z\"}\n",
		     "f:1: expected 0, 1, true or false as \"label\"");
	assert_error("{\"a\": \"x\", \"b\": \"z\", \"label\": 2}\n", "f:1: expected 0, 1");
	assert_error("{\"a\": \"x\", \"b\": \"z\", \"label\": \"1\"}\n", "f:1: expected 0, 1");
}

static void test_tabs(void **state)
{
	xs_pairs pairs;

	(void)state;
	assert_int_equal(read_of(&pairs, "sentence1\tsentence2\tlabel\nx y\tz\t1\r\n\n\t\t0\n"),
			 XS_OK);
	assert_int_equal(pairs.n, 2);
	assert_int_equal(pairs.positive, 1);
	assert_string_equal(pairs.rows[0].a, "x y");
	assert_string_equal(pairs.rows[0].b, "z");
	assert_string_equal(pairs.rows[1].b, "");
	assert_error("x\ty\t1\nx\ty\n",
		     "f:2: expected 3 fields with tabs between them (a, b, label), got 2");
	assert_error("x\ty\t1\t1\n",
		     "f:1: expected 3 fields with tabs between them (a, b, label), got 4");
	assert_error("x\ty\tyes\n", "f:1: expected 0 or 1 as label, got \"yes\"");
	assert_error("x\ty\t\n", "f:1: expected 0 or 1 as label, got \"\"");
	assert_error("a\tb\tlabel\n", "f: there is no pair in it");
	assert_error("", "f: there is no pair in it");
	assert_int_equal(xs_pairs_read(&pairs, arena, "t_pairs_nowhere"), XS_EINPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_tabs),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
