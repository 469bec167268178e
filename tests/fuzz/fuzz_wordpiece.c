/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_wordpiece.c - a vocabulary (a tokenizer.json where it begins with a brace, else a vocab.txt),
 * then after a line "%%" a text. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/wordpiece.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_encode(const xs_wordpiece *w, const char *text, size_t len)
{
	size_t n = xs_wordpiece_encode(NULL, 0, w, text, len), token;
	int32_t *ids = xs_calloc(n + 1, sizeof *ids);

	if (xs_wordpiece_encode(ids, n, w, text, len) != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (ids[i] < 0 || ids[i] >= xs_wordpiece_count(w) ||
		    !xs_wordpiece_token(&token, w, ids[i]))
			abort();
	free(ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	const char *end = size >= 4 ? memmem(bytes, size, "\n%%\n", 4) : NULL;
	size_t len = end ? (size_t)(end + 1 - bytes) : size;
	xs_wordpiece *w;
	int rc;

	if (size && *bytes == '{')
		rc = xs_wordpiece_from_json(&w, bytes, len, NULL, "input");
	else
		rc = xs_wordpiece_new(&w, bytes, len, "input", &xs_wordpiece_uncased);
	if (rc == XS_OK) {
		if (end)
			fuzz_encode(w, end + 4, size - len - 3);
		xs_wordpiece_free(w);
	} else if (rc != XS_ENOTFOUND && !*xs_error()) {
		abort();
	}
	return 0;
}
