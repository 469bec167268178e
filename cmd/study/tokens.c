/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tokens.c - texts as token ids, made once and not again for each way that scores them. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmd/study/collection.h"

/* The first guess of how many there are: three bytes a token is less than any text of words has; a text
 * that has more is done twice. */
int study_tokenize(xs_input *out, xs_arena *a, const xs_model *m, const char *text)
{
	size_t len = strlen(text), room = len / 3 + 16;
	int32_t *ids = xs_malloc(room * sizeof *ids), *kept;
	int64_t n = xs_model_tokenize(ids, room, m, text, len);

	if (n > (int64_t)room) {
		ids = xs_realloc(ids, (size_t)n * sizeof *ids);
		xs_model_tokenize(ids, (size_t)n, m, text, len);
	}
	if (n >= 0) {
		kept = xs_arena_array(a, (size_t)n + 1, sizeof *kept);
		memcpy(kept, ids, (size_t)n * sizeof *kept);
		*out = (xs_input){.ids = kept, .n_ids = (size_t)n};
	}
	free(ids);
	return n < 0 ? (int)n : XS_OK;
}
