/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blank.c - by the general categories of Unicode. */
#include "plugin/blank.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "base/memory.h"

/* Signs of a text's layout say nothing ("---", "***", "| = |"); a picture may be all that it says. */
static bool blank_says(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO: return true;
	/* U+FFFD stands for what was no character. */
	case UTF8PROC_CATEGORY_SO: return point != 0xFFFD;
	default: return false;
	}
}

bool xs_blank_text(const char *text, size_t len)
{
	utf8proc_int32_t point;

	for (size_t i = 0; i < len;) {
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i,
						      (utf8proc_ssize_t)(len - i), &point);

		/* Bytes that are no UTF-8 say nothing. */
		if (n > 0 && blank_says(point))
			return false;
		i += n > 0 ? (size_t)n : 1;
	}
	return true;
}

static bool blank_input(const xs_input *in)
{
	return in->text ? xs_blank_text(in->text, in->len) : in->n_ids == 0;
}

int xs_blank_score(xs_score *scores, xs_request *q, const xs_input *texts, size_t n,
		   const xs_deadline *deadline)
{
	xs_input *full = xs_calloc(n + 1, sizeof *full);
	xs_score *found = xs_calloc(n + 1, sizeof *found);
	size_t n_full = 0, at = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		if (!blank_input(&texts[i]))
			full[n_full++] = texts[i];
	/* All in one call, so that the reranker's threads share them. */
	rc = xs_request_score(found, q, full, n_full, deadline);
	for (size_t i = 0; i < n; i++) {
		if (!blank_input(&texts[i]))
			scores[i] = found[at++];
		else
			scores[i] = (xs_score){.logit = XS_BLANK_LOGIT};
	}
	free(full);
	free(found);
	return rc;
}

bool xs_blank_is(const xs_score *score)
{
	return score->rc == XS_OK && score->logit <= XS_BLANK_LOGIT;
}
