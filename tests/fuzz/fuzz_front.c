/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_front.c - any bytes as front matter, and what its values mean. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "index/pages/charset.h"
#include "index/pages/fields.h"
#include "index/pages/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const xs_charset_hint hint = {.name = "input"};
	xs_page page = {.url = "a/b.md",
			.title = "",
			.path = "",
			.language = "",
			.meta = "{}",
			.place = "input"};
	xs_arena *a = xs_arena_new();
	const char *clean, *note;
	xs_front front;
	xs_fields fields;

	if (xs_charset_utf8(&clean, &len, a, (const char *)data, len, &hint, &note) == XS_OK) {
		xs_front_read(&front, a, clean, len);
		if (front.len > len || (front.values && front.problem))
			abort();
		if (front.values) {
			xs_fields_take(&fields, &page, a, front.values);
			xs_fields_address(&page, a, front.values);
			xs_fields_lay(&page, a, &fields, front.values);
		}
		xs_front_fini(&front);
	}
	xs_arena_free(a);
	return 0;
}
