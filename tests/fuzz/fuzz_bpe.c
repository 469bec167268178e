/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_bpe.c - a vocabulary of byte-level BPE, then after a line "%%" a text: a tokenizer.json, or
 * a vocab.json and after a line "%" a merges.txt. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/bpe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_encode(const xs_bpe *b, const char *text, size_t len)
{
	size_t n = xs_bpe_encode(NULL, 0, b, text, len);
	int32_t *ids = xs_calloc(n + 1, sizeof *ids);

	if (xs_bpe_encode(ids, n, b, text, len) != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (ids[i] < 0 || ids[i] >= xs_bpe_count(b))
			abort();
	free(ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	const char *end = size >= 4 ? memmem(bytes, size, "\n%%\n", 4) : NULL;
	size_t len = end ? (size_t)(end + 1 - bytes) : size;
	const char *merges = len >= 3 ? memmem(bytes, len, "\n%\n", 3) : NULL;
	xs_bpe *b;
	int rc;

	if (merges)
		rc = xs_bpe_from_files(&b, bytes, (size_t)(merges - bytes), merges + 3,
				       len - (size_t)(merges + 3 - bytes), "input", "input");
	else
		rc = xs_bpe_from_json(&b, bytes, len, "input");
	if (rc == XS_OK) {
		if (end)
			fuzz_encode(b, end + 4, size - len - 3);
		xs_bpe_free(b);
	} else if (!*xs_error()) {
		abort();
	}
	return 0;
}
