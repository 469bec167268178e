/* SPDX-License-Identifier: GPL-2.0-or-later */
/* candidate_input.h - what the model reads of a candidate: "title. heading. text", or, of a long one where time
 * is short, its beginning and the part of the text that has most of the question's tokens. */
#ifndef XS_PLUGIN_CANDIDATE_INPUT_H
#define XS_PLUGIN_CANDIDATE_INPUT_H

#include "plugin/plugin.h"
#include "plugin/scorer.h"

/* Tokens that are read of a longer passage where time is short (rerank.max_tokens: auto).  On four collections
 * nDCG@10 was the same within .0006 for 64, 96, 128 and 192, and .001 above for all (bench/README.md). */
enum { XS_PART_TOKENS = 128 };

typedef struct xs_candidate_reader {
	const xs_host *host;
	xs_query *q; /* memory is its own */
	const xs_scoring *scoring;
	bool keep_tokens; /* those of the index may be used */
	int most;	  /* XS_PART_TOKENS, or 0: all is read */
	int32_t *question;
	size_t n_question;
} xs_candidate_reader;

/* The part that was taken of a text: where it begins, and of how many tokens; all are of title, heading and
 * text together.  tokens 0: all was taken. */
typedef struct xs_candidate_part {
	size_t first, n, tokens;
} xs_candidate_part;

/* Whether only a part of the candidate is read where time is short, by the tokens that it is reckoned to have. */
bool xs_candidate_is_long(const xs_candidate *c);

/* Takes the question's tokens, if parts are to be taken.  The model is open (xs_scorer_get()). */
void xs_candidate_reader_begin(xs_candidate_reader *r);

/* The candidate's input, in memory of the query; *part is what it is of the whole. */
xs_input xs_candidate_input(xs_candidate_part *part, const xs_candidate_reader *r,
			    const xs_candidate *c);

/* Where the part of `room` tokens begins that has the most of the question's, each counted once: of several, the
 * first.  It begins at a multiple of a quarter of `room`, or ends with the text. */
size_t xs_candidate_part_of(const int32_t *ids, size_t n, size_t room, const int32_t *question,
			    size_t n_question);

#endif
