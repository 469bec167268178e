/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_paging_token.c - any text as the token of a page of results. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "plugin/pipeline.h"
#include "plugin/paging_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_query *q = xs_query_new();
	const char *token = xs_arena_dupn(xs_query_arena(q), (const char *)data, size);

	/* The question that the corpus has tokens of. */
	q->text = "kettle";
	for (size_t skip = 0; skip < 3000; skip += 999) {
		q->n_seen = 0;
		if (xs_paging_token_read(q, token, skip) != XS_OK) {
			if (!*xs_error())
				abort();
			continue;
		}
		if (q->n_seen > XS_PAGING_TOKEN_PAGES || q->n_seen + q->offset != skip)
			abort();
		/* What was read is what is written. */
		if (skip > 2000 && q->n_seen &&
		    strncmp(token, xs_paging_token_write(q), strlen(token) - 1) != 0)
			abort();
	}
	xs_query_free(q);
	return 0;
}
