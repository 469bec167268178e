/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_jsonl.c - any bytes as a line of JSON. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "index/pages/jsonl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const xs_page_options options = {.max_bytes = 1 << 26,
						.passage_words = 180,
						.passage_overlap = 30};
	static const xs_source source = {.path = "input", .type = "jsonl", .url = "http://x.org/"};
	static const xs_source_item item = {.key = "input", .path = "input", .line = 1};
	xs_page page = {
		.url = "", .title = "", .path = "", .language = "", .meta = "{}", .place = "input"};
	xs_arena *a = xs_arena_new();

	if (xs_jsonl_page(&page, a, &source, &item, (const char *)data, len, &options) == XS_OK &&
	    !page.noindex && !page.n)
		abort();
	xs_arena_free(a);
	return 0;
}
