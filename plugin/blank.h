/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blank.h - texts that have nothing to be relevant with.
 *
 * A model gives a number to any input.  For an empty one the number says what the model thinks of the
 * query alone, and is often above that of a text. */
#ifndef XS_PLUGIN_BLANK_H
#define XS_PLUGIN_BLANK_H

#include "rerank/rerank.h"

/* The logit of a blank text; models give some tens at most. */
#define XS_BLANK_LOGIT (-1e9f)

/* Whether a text has no letter, no digit and no picture: it is empty, or has blanks and signs alone. */
bool xs_blank_text(const char *text, size_t len);

/* xs_request_score(), but blank texts (and empty lists of ids) are not shown to the model: their logit
 * is XS_BLANK_LOGIT, their score 0. */
int xs_blank_score(xs_score *scores, xs_request *q, const xs_input *texts, size_t n,
		   const xs_deadline *deadline);

/* Whether this is the score of a blank text. */
bool xs_blank_is(const xs_score *score);

#endif
