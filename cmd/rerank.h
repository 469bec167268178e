/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rerank.h - the parts of the command `rerank`: JSON lines of queries and texts, or of pairs. */
#ifndef XS_CMD_RERANK_H
#define XS_CMD_RERANK_H

#include <jansson.h>

#include "cmd/cmd.h"
#include "cmd/scoring.h"

/* Makes an input of a JSON string or list of token ids; it borrows from `value` and `a`.  XS_EINPUT:
 * it is neither; `what` is named. */
int rerank_json_input(xs_input *out, xs_arena *a, const json_t *value, const char *what);

/* Adds the fields of a score to an object, else the sentence why there is none; false: so. */
bool rerank_json_score(json_t *object, const xs_score *score);

/* What is asked of pairs. */
typedef struct rerank_pairs {
	bool symmetric, decide; /* decide: `threshold` is given */
	double threshold;	/* of logits */
} rerank_pairs;

/* Answers a line of pairs.  *bad counts those without a score.  XS_EINPUT: the line is wrong. */
int rerank_pair_line(size_t *bad, scoring_model *s, xs_arena *a, const json_t *line,
		     const rerank_pairs *o);

#endif
