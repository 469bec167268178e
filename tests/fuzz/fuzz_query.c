/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_query.c - any text as a question, and as a filter. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "index/question/query_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_parse(xs_arena *a, const char *text, bool required)
{
	xs_parsed parsed;

	int rc = required ? xs_query_parse_filter(&parsed, a, text)
			  : xs_query_parse(&parsed, a, text, NULL);

	if (rc != XS_OK) {
		if (!*xs_error())
			abort();
		return;
	}
	for (size_t i = 0; i < parsed.n; i++) {
		const xs_clause *clause = &parsed.clauses[i];

		if (clause->field <= XS_FIELD_HEADING && !clause->n)
			abort();
		for (size_t j = 0; j < clause->n; j++)
			if (clause->words[j].start > clause->words[j].end ||
			    clause->words[j].end > strlen(text))
				abort();
	}
	if (!parsed.plain || !xs_query_describe(a, &parsed, 1))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	const char *text = xs_arena_dupn(a, (const char *)data, size);
	int64_t from, to;

	fuzz_parse(a, text, false);
	fuzz_parse(a, text, true);
	if (xs_query_dates(&from, &to, text) == XS_OK && from > to)
		abort();
	xs_arena_free(a);
	return 0;
}
