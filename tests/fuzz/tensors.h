/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tensors.h - reads all that a reader of tensors accepted, for its fuzz target. */
#ifndef XS_TESTS_FUZZ_TENSORS_H
#define XS_TESTS_FUZZ_TENSORS_H

#include <stdlib.h>

#include "base/memory.h"
#include "rerank/tensors.h"

typedef int fuzz_reader(xs_tensors *to, const void *bytes, size_t len, const char *name);

/* Reads the rows of a tensor, so that data beyond the file's end is noticed. */
static void fuzz_rows(const xs_tensor *t)
{
	float *row;

	if (t->cols > 1 << 20 || !t->cols)
		return;
	row = xs_calloc((size_t)t->cols, sizeof(*row));
	for (int64_t i = 0; i < t->rows; i++)
		xs_tensor_row(row, t, i);
	free(row);
}

static void fuzz_tensors(const uint8_t *data, size_t size, fuzz_reader *read)
{
	xs_tensors *s = xs_tensors_new();
	xs_arena *a = xs_arena_new();
	xs_tensor t;

	if (read(s, data, size, "input") == XS_OK) {
		for (size_t i = 0; i < xs_tensors_count(s); i++) {
			const xs_named *n = xs_tensors_at(s, i);

			if (xs_tensors_find(s, n->name) != n)
				abort();
			if (xs_named_matrix(&t, n) &&
			    xs_tensors_get(&t, a, s, n->name, t.rows, t.cols) == XS_OK)
				fuzz_rows(&t);
		}
	} else if (!*xs_error()) {
		abort();
	}
	xs_tensors_free(s);
	xs_arena_free(a);
}

#endif
