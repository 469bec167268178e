/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_torch.c - files of torch.save(): values at their places, and a sentence for all that lies.
 *
 * The files are the corpus of fuzz_torch, made by PyTorch 2.13 and then by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rerank/torch.h"

/* The set of a file's tensors; NULL with the error set. */
static xs_tensors *read_file(xs_map *map, const char *name)
{
	const char *top = getenv("top_srcdir");
	xs_tensors *s = xs_tensors_new();
	char path[4096];

	snprintf(path, sizeof path, "%s/tests/fuzz/corpus/torch/%s", top ? top : ".", name);
	assert_int_equal(xs_map_open(map, path), XS_OK);
	if (xs_torch_read(s, map->data, map->len, name) == XS_OK)
		return s;
	xs_tensors_free(s);
	return NULL;
}

/* A matrix's items are first, first + right, …, and in the next row first + down. */
static void counts(xs_tensors *s, const char *name, int64_t rows, int64_t cols, float first,
		   float right, float down)
{
	xs_tensor t;
	float row[8];

	if (xs_tensors_get(&t, NULL, s, name, rows, cols) != XS_OK)
		fail_msg("%s is absent, or of another shape", name);
	for (int64_t r = 0; r < rows; r++) {
		xs_tensor_row(row, &t, r);
		for (int64_t c = 0; c < cols; c++)
			if (row[c] != first + (float)r * down + (float)c * right)
				fail_msg("%s[%d][%d] is %g", name, (int)r, (int)c, (double)row[c]);
	}
}

static void values_are_at_their_places(void **state)
{
	static const char *const plain[] = {"zip", "older", "protocol4", "deflated"};
	static const char *const strided[] = {"strided", "strided-older"};
	xs_tensors *s;
	xs_map map;

	(void)state;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		s = read_file(&map, plain[i]);
		if (!s)
			fail_msg("%s: %s", plain[i], xs_error());
		counts(s, "a", 1, 4, 0, 1, 0);
		counts(s, "c", 2, 2, 1, 0, 0);
		assert_string_equal(xs_tensors_find(s, "b")->form, "I64");
		assert_int_equal(xs_tensors_find(s, "b")->dtype, XS_DT_OTHER);
		xs_tensors_free(s);
		xs_map_close(&map);
	}
	for (size_t i = 0; i < sizeof strided / sizeof *strided; i++) {
		s = read_file(&map, strided[i]);
		if (!s)
			fail_msg("%s: %s", strided[i], xs_error());
		counts(s, "t", 4, 3, 0, 4, 1); /* transposed */
		counts(s, "s", 3, 4, 1, 2, 8); /* every other */
		counts(s, "o", 1, 2, 20, 1, 0);
		counts(s, "e", 1, 5, 1, 0, 0); /* one item, five times */
		counts(s, "d", 1, 3, 0, 1, 0);
		counts(s, "f", 1, 2, 1, 0, 0);
		counts(s, "p", 2, 2, 1, 0, 0); /* a parameter */
		counts(s, "n", 0, 4, 0, 0, 0);
		assert_int_equal(xs_tensors_find(s, "x")->dims, 0);
		xs_tensors_free(s);
		xs_map_close(&map);
	}
}

static void lies_are_told(void **state)
{
	static const struct {
		const char *file, *word;
	} bad[] = {
		{"os-system", "posix.system, which is refused"},
		{"stack-global", "posix.system, which is refused"},
		{"eval", "builtins.eval, which is refused"},
		{"inst", "opcode 0x69"},
		{"newobj", "opcode 0x81"},
		{"number", "tensor epoch: expected a tensor"},
		{"cycle", "tensor a: expected a tensor"},
		{"list", "a dictionary of tensors"},
		{"memo", "number is too high"},
		{"long-shape", "needs more than the 4 items"},
		{"offset", "needs more than the 4 items"},
		{"expanded", "more items than the file has bytes"},
		{"short-storage", "has 12 bytes; 4 items of 4"},
		{"no-storage", "is not in the file"},
		{"big-endian", "not little-endian"},
		{"lies-packed", "should have 1073741824 bytes"},
		{"lies-both", "should have 1048576 bytes"},
		{"lies-size", "two sizes"},
		{"lies-place", "is not where"},
		{"many", "too small for its entries"},
		{"encrypted", "encrypted"},
		{"method", "method 12"},
		{"inflates-beyond", "does not unpack to the 15 bytes"},
		{"inflates-short", "does not unpack to the 17 bytes"},
		{"bomb", "more from an archive of 1366"},
		{"cut", "cut short"},
		{"cut-older", "left in the file"},
		{"pickle-alone", "expected a file of torch.save()"},
	};
	xs_map map;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(read_file(&map, bad[i].file));
		if (!strstr(xs_error(), bad[i].word) ||
		    strncmp(xs_error(), bad[i].file, strlen(bad[i].file)))
			fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].file, xs_error(),
				 bad[i].word);
		xs_map_close(&map);
	}
	assert_int_equal(access("/tmp/xs-pickle-was-run", F_OK), -1);
}

/* A file of PyTorch's that is cut anywhere is told. */
static void every_cut_is_told(void **state)
{
	static const char *const files[] = {"zip", "older"};
	xs_tensors *s;
	xs_map map;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		xs_tensors_free(read_file(&map, files[i]));
		for (size_t n = 0; n < map.len; n++) {
			s = xs_tensors_new();
			assert_int_equal(xs_torch_read(s, map.data, n, "cut"), XS_EFORMAT);
			xs_tensors_free(s);
		}
		xs_map_close(&map);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_at_their_places),
		cmocka_unit_test(lies_are_told),
		cmocka_unit_test(every_cut_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
