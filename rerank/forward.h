/* SPDX-License-Identifier: MIT */
/* forward.h - sequences of one query, or of none, on their way through the layers, together.
 *
 * Knows token ids only: no text, no windows of long texts, and no threads.  The way is worked through
 * in steps, each step in parts; whoever runs the parts of a step at the same time gets the same bits.
 *
 * The columns are the tokens of the sequences one after another: CLS, the query with its SEP (only
 * where its states are not shared), the document with its SEP.  Without a query they are CLS, the text
 * and its SEP, of one segment, and become vectors (xs_ending).  No padding, no mask: attention walks
 * the keys that a token may see. */
#ifndef XS_RERANK_FORWARD_H
#define XS_RERANK_FORWARD_H

#include <stdatomic.h>

#include "rerank/query_states.h"

/* A document beside the query, n <= xs_encoder_room(), or a text by itself, n <= positions - 2: ids
 * without special tokens. */
typedef struct xs_sequence {
	const int32_t *ids;
	int n;
	float logit;   /* of the pair; set when the last step ends */
	float *vector; /* [hidden], of a text by itself; filled then */
	bool done;     /* rerank/schedule.h: the logit or vector is there */
} xs_sequence;

/* Where the tokens of a sequence are among the columns. */
typedef struct xs_forward_place {
	const int32_t *ids;
	int first; /* column of the first token */
	int cls, query,
		document; /* how many of each; the latter with SEP, and if joined with CLS */
} xs_forward_place;

typedef struct xs_forward {
	xs_encoder *e;
	const xs_query_states *q; /* NULL: texts by themselves */
	xs_sequence *const *sequences;
	xs_forward_place *place; /* one a sequence */
	int n, columns, width;	 /* width: columns of a part */
	const xs_deadline *deadline;
	atomic_bool over;
	xs_states *s;
} xs_forward;

/* How many columns a document of n tokens takes. */
int xs_forward_columns(const xs_encoder *e, const xs_query_states *q, int n);

/* `parts`: into how many parts of columns a step is divided.  The sequences and the deadline
 * (NULL: none) are borrowed; when it is over, parts return without work and logits and vectors
 * are unspecified.  The caller frees it. */
xs_forward *xs_forward_new(xs_encoder *e, const xs_query_states *q, xs_sequence *const *sequences,
			   int n, int parts, const xs_deadline *deadline);
void xs_forward_free(xs_forward *fw); /* NULL is fine */

/* How many steps there are. */
int xs_forward_steps(const xs_forward *fw);

/* One part of a step.  All parts of a step are run before the next; in any order, or at once. */
void xs_forward_run(xs_forward *fw, int step, int part, xs_workspace *w);

/* Whether all was computed. */
bool xs_forward_complete(const xs_forward *fw);

/* Hidden states of one pair, after the embeddings and after each layer, for tests and analysis:
 * out[layers+1][rows][hidden], rows CLS, query, SEP (RoBERTa: two), document, SEP. */
void xs_forward_states(float *out, xs_encoder *e, xs_workspace *w, const xs_query_states *q,
		       const int32_t *ids, int n);

/* For query_states.c, which sends a query through the layers by itself.  Lays out the tokens of the
 * places that are there and takes room for their states, which the caller gives back.  Runs the tile
 * of columns first … last-1 in one step: step 2i projects layer i, 2i+1 finishes it. */
void xs_forward_begin(xs_forward *fw);
void xs_forward_tile(const xs_forward *fw, int step, int first, int last, xs_workspace *w);

#endif
