/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_code.c - any bytes as what ctags writes, and behind the first 0 the code that it is said to be of. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "index/pages/charset.h"
#include "index/pages/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const xs_page_options options = {.max_bytes = 1 << 26,
						.passage_words = 180,
						.passage_overlap = 30};
	static const xs_charset_hint hint = {.name = "input", .html = false};
	const uint8_t *end = len ? memchr(data, 0, len) : NULL;
	size_t json = end ? (size_t)(end - data) : 0, n;
	xs_page page = {.url = "a/b.c",
			.title = "a/b.c",
			.path = "",
			.language = "",
			.meta = "{}",
			.place = "input"};
	xs_arena *a = xs_arena_new();
	const char *clean, *note;
	xs_code_tag *tags;

	xs_code_tags_parse(&tags, &n, a, (const char *)data, json);
	data += end ? json + 1 : 0;
	len -= end ? json + 1 : 0;
	if (xs_charset_utf8(&clean, &len, a, (const char *)data, len, &hint, &note) == XS_OK) {
		xs_code_sections(&page, a, clean, len, tags, n, &options);
		if (!page.n)
			abort();
	}
	xs_arena_free(a);
	return 0;
}
