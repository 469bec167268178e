/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_shards.c - any bytes as a model.safetensors.index.json. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rerank/tensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	xs_shards s;

	if (xs_shards_read(&s, a, (const char *)data, size, "input") == XS_OK) {
		if (!s.n || !s.n_files)
			abort();
		for (size_t i = 0; i < s.n; i++)
			if (!s.tensor[i] || s.file[i] >= s.n_files ||
			    strchr(s.files[s.file[i]], '/'))
				abort();
	} else if (!*xs_error()) {
		abort();
	}
	xs_arena_free(a);
	return 0;
}
