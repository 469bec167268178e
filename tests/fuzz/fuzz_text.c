/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_text.c - any bytes as a plain text, as xs_source_load() reads one. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "index/pages/charset.h"
#include "index/pages/kind.h"
#include "index/pages/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const xs_page_options options = {.max_bytes = 1 << 26,
						.passage_words = 180,
						.passage_overlap = 30};
	static xs_kind_read *const readers[] = {xs_text_page, xs_text_rst_page,
						xs_text_asciidoc_page};
	static const xs_charset_hint hint = {.name = "input", .html = false};
	xs_page page = {.url = "a/b.txt",
			.title = "",
			.path = "",
			.language = "",
			.meta = "{}",
			.place = "input"};
	xs_arena *a = xs_arena_new();
	const char *clean, *note;

	bool text =
		xs_charset_utf8(&clean, &len, a, (const char *)data, len, &hint, &note) == XS_OK;

	for (size_t i = 0; text && i < sizeof readers / sizeof *readers; i++) {
		page.title = "";
		if (readers[i](&page, a, clean, len, &options) == XS_OK && !page.n)
			abort();
	}
	xs_arena_free(a);
	return 0;
}
