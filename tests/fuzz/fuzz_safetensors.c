/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_safetensors.c - any bytes as a model.safetensors; every tensor that passes the checks is read
 * whole. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "rerank/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t fuzz_read; /* so that no read is left out */

/* Reads all rows of a tensor, so that data beyond the file's end is noticed. */
static void fuzz_rows(const xs_tensor *t)
{
	float *row = xs_calloc((size_t)t->cols + 1, sizeof(*row));

	for (int64_t i = 0; i < t->rows; i++)
		xs_tensor_row(row, t, i);
	free(row);
}

static int fuzz_see(void *user, const char *name, const char *form, const int64_t *shape, int dims,
		    const void *data, size_t len)
{
	const xs_safetensors *s = user;
	const uint8_t *bytes = data;
	xs_arena *a = xs_arena_new();
	xs_tensor t;

	(void)form;
	for (size_t i = 0; i < len; i++)
		fuzz_read = bytes[i];
	if (dims == 2 && xs_safetensors_get(&t, a, s, name, shape[0], shape[1]) == XS_OK)
		fuzz_rows(&t);
	if (dims == 1 && xs_safetensors_get(&t, a, s, name, 1, shape[0]) == XS_OK)
		fuzz_rows(&t);
	xs_arena_free(a);
	return XS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_safetensors *s;

	if (xs_safetensors_new(&s, data, size, "input") == XS_OK) {
		if (xs_safetensors_walk(s, fuzz_see, s) != XS_OK)
			abort();
		xs_safetensors_free(s);
	} else if (!*xs_error()) {
		abort();
	}
	return 0;
}
