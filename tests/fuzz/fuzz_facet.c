/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_facet.c - any text as a page's metadata and address, as what is typed, and as text of the search page. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "index/facet.h"
#include "index/words/fold.h"
#include "serve/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_values(const char *text)
{
	static const char *const fields[] = {"a", "b", NULL}, *const roots[] = {"https://a.org/b",
										NULL};
	const xs_facet_options options = {fields, roots};
	const xs_record r = {.url = text,
			     .type = text,
			     .language = text,
			     .meta = text,
			     .date = (int64_t)strlen(text)};
	xs_buf b;

	xs_buf_init(&b);
	xs_facet_put(&b, &r, &options);
	for (const char *at = b.data; at < b.data + b.len; at += strlen(at) + 1)
		if (!strchr("TSLDab", *at) || strlen(at) > XS_FACET_ROOM + 1 || strchr(at, '"'))
			abort();
	xs_buf_fini(&b);
}

static void fuzz_html(const char *text)
{
	xs_buf b;

	xs_buf_init(&b);
	xs_markup_text(&b, text);
	if (strpbrk(b.data, "<>\"'"))
		abort();
	xs_markup_param(&b, true, "q", text);
	if (strpbrk(b.data, "<>\"'"))
		abort();
	if (xs_markup_leads(text) &&
	    (!strncmp(text, "javascript:", 11) || !strncmp(text, "data:", 5)))
		abort();
	xs_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	xs_buf folded;

	memcpy(text, data, size);
	text[size] = '\0';
	xs_buf_init(&folded);
	xs_fold(&folded, text);
	if (folded.len && *folded.data == ' ')
		abort();
	xs_buf_fini(&folded);
	fuzz_values(text);
	fuzz_html(text);
	free(text);
	return 0;
}
