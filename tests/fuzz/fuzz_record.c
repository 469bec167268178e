/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_record.c - any bytes as the data of a Xapian document, as a shard might send them.
 *
 * What is accepted is the same after it is written and read again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "index/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_again(xs_arena *a, const xs_record *r)
{
	xs_record again;
	xs_buf b;

	xs_buf_init(&b);
	xs_record_put(&b, r);
	if (xs_record_get(&again, a, b.data, b.len) != XS_OK || again.page != r->page ||
	    again.date != r->date || again.ordinal != r->ordinal ||
	    strcmp(again.url, r->url) != 0 || strcmp(again.text, r->text) != 0 ||
	    strcmp(again.meta, r->meta) != 0 || again.tokens_len != r->tokens_len)
		abort();
	xs_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	xs_record r;
	int32_t *ids;
	size_t n;

	if (xs_record_get(&r, a, data, size) == XS_OK) {
		fuzz_again(a, &r);
		if (r.tokens && xs_record_unpack(&ids, &n, a, r.tokens, r.tokens_len) == XS_OK)
			for (size_t i = 0; i < n; i++)
				if (ids[i] < 0)
					abort();
	}
	xs_arena_free(a);
	return 0;
}
